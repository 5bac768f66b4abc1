using System.Globalization;
using System.Runtime.InteropServices;

namespace Disruptor;

/// <summary>
/// A counter written by one thread and read by any: the position of the producer, or of one consumer.
/// The value has 128 bytes on either side to itself, so that whoever polls it is disturbed by nobody but its writer.
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

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>The smallest of <paramref name="sequences"/> and <paramref name="atMost"/>.</summary>
    internal static long Minimum(Sequence[] sequences, long atMost)
    {
        var minimum = atMost;
        foreach (var sequence in sequences)
        {
            minimum = Math.Min(minimum, sequence.Value);
        }

        return minimum;
    }

    [StructLayout(LayoutKind.Explicit, Size = (2 * CacheLine.Bytes) + sizeof(long))]
    private struct PaddedLong
    {
        [FieldOffset(CacheLine.Bytes)]
        public long Value;
    }
}
