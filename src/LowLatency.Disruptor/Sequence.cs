using System.Globalization;
using System.Runtime.InteropServices;

namespace Disruptor;

/// <summary>
/// A counter that any thread reads: the position of a producer, or of one consumer. Written by one thread at a time, but for
/// the members that say otherwise. The value has 128 bytes on either side to itself, so that whoever polls it is disturbed by
/// nobody but its writer.
/// </summary>
public sealed class Sequence
{
    /// <summary>The value before the first event: sequences count from 0.</summary>
    public const long InitialCursorValue = -1;

    private PaddedLong _value;

    /// <summary>Makes a sequence that stands at <paramref name="initialValue"/>.</summary>
    /// <param name="initialValue">The last sequence that counts as done.</param>
    public Sequence(long initialValue = InitialCursorValue) => _value.Value = initialValue;

    /// <summary>
    /// The current value. Any thread. An acquire read: what the writer did before it set this value is visible after it.
    /// </summary>
    public long Value => Volatile.Read(ref _value.Value);

    /// <summary>
    /// Moves the sequence. One thread at a time. A release write: everything this thread read or wrote in the slots up to
    /// <paramref name="value"/> is done before another thread can see it. No full fence: a reader may learn of it late.
    /// </summary>
    /// <param name="value">The last sequence that is done.</param>
    public void SetValue(long value) => Volatile.Write(ref _value.Value, value);

    /// <summary>Moves the sequence, and lets nothing that follows be read before others can see it: a full fence.</summary>
    /// <param name="value">The last sequence that is done.</param>
    public void SetValueVolatile(long value) => Interlocked.Exchange(ref _value.Value, value);

    /// <summary>Moves the sequence if it stands at <paramref name="expectedSequence"/>. Any thread; a full fence.</summary>
    /// <param name="expectedSequence">Where it must stand.</param>
    /// <param name="nextSequence">Where it moves to.</param>
    /// <returns>Whether it moved.</returns>
    public bool CompareAndSet(long expectedSequence, long nextSequence) =>
        Interlocked.CompareExchange(ref _value.Value, nextSequence, expectedSequence) == expectedSequence;

    /// <summary>Moves the sequence one on. Any thread; a full fence.</summary>
    /// <returns>Where it stands then.</returns>
    public long IncrementAndGet() => Interlocked.Increment(ref _value.Value);

    /// <summary>Moves the sequence on by <paramref name="value"/>. Any thread; a full fence.</summary>
    /// <param name="value">How far.</param>
    /// <returns>Where it stands then.</returns>
    public long AddAndGet(long value) => Interlocked.Add(ref _value.Value, value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    [StructLayout(LayoutKind.Explicit, Size = (2 * CacheLine.Bytes) + sizeof(long))]
    private struct PaddedLong
    {
        [FieldOffset(CacheLine.Bytes)]
        public long Value;
    }
}
