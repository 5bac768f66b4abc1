using System.Runtime.Intrinsics.X86;

namespace Disruptor;

/// <summary>
/// What the ring assumes about the processor. Padding behind a field is made by a struct that is larger than its fields:
/// the runtime ignores the size that a class asks for.
/// </summary>
internal static class CacheLine
{
    /// <summary>
    /// Distance between fields written by different threads. Lines are 64 bytes on the processors we know, but they are
    /// fetched in pairs, so two writers on neighbouring lines still disturb each other.
    /// </summary>
    public const int Bytes = 128;

    /// <summary>
    /// Tells the core that this thread polls: one PAUSE where there is one. <see cref="Thread.SpinWait"/> would wait for
    /// several, since it is normalised to the longest PAUSE in use, and a hop costs less than that.
    /// </summary>
    public static void Pause()
    {
        if (X86Base.IsSupported)
        {
            X86Base.Pause();
        }
        else
        {
            Thread.SpinWait(1);
        }
    }
}
