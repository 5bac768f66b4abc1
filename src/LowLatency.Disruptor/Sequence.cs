using System.Runtime.InteropServices;

namespace Disruptor;

/// <summary>
/// A counter that one thread writes and others read, alone on its cache lines: 128 bytes on either side, because
/// prefetchers fetch lines in pairs. Starts at -1 unless told otherwise.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = (2 * CacheLineBytes) + sizeof(long))]
public sealed class Sequence
{
    /// <summary>Distance that keeps two fields off each other's lines.</summary>
    public const int CacheLineBytes = 128;

    /// <summary>Value before the first event.</summary>
    public const long InitialCursorValue = -1;

    [FieldOffset(CacheLineBytes)]
    private long _value;

    /// <summary>Starts at <paramref name="initialValue"/>.</summary>
    public Sequence(long initialValue = InitialCursorValue) => _value = initialValue;

    /// <summary>An acquire read: whoever sees a value also sees everything written before it was set.</summary>
    public long Value => Volatile.Read(ref _value);

    /// <summary>A release write: everything written before is visible to whoever reads the value.</summary>
    public void SetValue(long value) => Volatile.Write(ref _value, value);

    /// <summary>Adds one, atomically, and returns the result.</summary>
    public long IncrementAndGet() => Interlocked.Increment(ref _value);

    /// <summary>Adds <paramref name="value"/>, atomically, and returns the result.</summary>
    public long AddAndGet(long value) => Interlocked.Add(ref _value, value);
}
