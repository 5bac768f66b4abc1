using System.Runtime.InteropServices;

namespace LowLatency.Pipeline;

/// <summary>Pins the calling thread to a core (Linux <c>sched_setaffinity</c>).</summary>
public static class ThreadPlacement
{
    private const int MaxCores = 1024;
    private const int BitsPerWord = 64;

    /// <summary>Pins the calling thread to <paramref name="core"/>; null on success, otherwise what the machine said.</summary>
    public static string? TryPin(int core)
    {
        if (!OperatingSystem.IsLinux())
        {
            return $"threads can be pinned on Linux only; this one runs unpinned instead of on core {core}";
        }

        if (core is < 0 or >= MaxCores)
        {
            return $"core {core} does not exist; the thread runs unpinned";
        }

        ulong[] mask = new ulong[MaxCores / BitsPerWord];
        mask[core / BitsPerWord] = 1UL << (core % BitsPerWord);
        if (sched_setaffinity(0, MaxCores / 8, mask) == 0)
        {
            return null;
        }

        return $"the machine refused to pin a thread to core {core} ({Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}); it runs unpinned";
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int sched_setaffinity(int thread, nint maskBytes, ulong[] mask);
}
