using System.Diagnostics.CodeAnalysis;

namespace Disruptor;

/// <summary>Events that lie side by side in a ring. Valid while its consumer processes them.</summary>
/// <typeparam name="T">The event.</typeparam>
[SuppressMessage("Performance", "CA1815", Justification = "A view; nobody compares it.")]
public readonly struct EventBatch<T>
    where T : class
{
    // Null in the default batch, which is empty.
    private readonly T[]? _array;
    private readonly int _beginIndex;

    /// <summary>Makes a batch of a part of <paramref name="array"/>.</summary>
    /// <param name="array">Where the events are.</param>
    /// <param name="beginIndex">The first one's index.</param>
    /// <param name="length">How many.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part is not inside the array.</exception>
    public EventBatch(T[] array, int beginIndex, int length)
    {
        ArgumentNullException.ThrowIfNull(array);
        CheckPart(beginIndex, length, array.Length);
        _array = array;
        _beginIndex = beginIndex;
        Length = length;
    }

    private EventBatch(in EventBatch<T> whole, int start, int length)
    {
        CheckPart(start, length, whole.Length);
        _array = whole._array;
        _beginIndex = whole._beginIndex + start;
        Length = length;
    }

    /// <summary>How many events.</summary>
    public int Length { get; }

    /// <summary>One of the events.</summary>
    /// <param name="index">From 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is out of range.</exception>
    public T this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Length, nameof(index));
            return _array![_beginIndex + index];
        }
    }

    /// <summary>A part of the batch.</summary>
    /// <param name="start">Its first event.</param>
    /// <param name="length">How many.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part is not inside the batch.</exception>
    public EventBatch<T> Slice(int start, int length) => new(this, start, length);

    /// <summary>The events as a span.</summary>
    public ReadOnlySpan<T> AsSpan() => new(_array, _beginIndex, Length);

    /// <summary>The events as an enumerable, which allocates.</summary>
    public IEnumerable<T> AsEnumerable()
    {
        for (var i = 0; i < Length; i++)
        {
            yield return this[i];
        }
    }

    /// <summary>A copy of the events' references.</summary>
    public T[] ToArray() => AsSpan().ToArray();

    /// <summary>Enumerates the events without allocating.</summary>
    public Enumerator GetEnumerator() => new(this);

    private static void CheckPart(int begin, int length, int whole)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)begin, (uint)whole, nameof(begin));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)(whole - begin), nameof(length));
    }

    /// <summary>Goes through a batch.</summary>
    public struct Enumerator
    {
        private readonly EventBatch<T> _batch;
        private int _index;

        internal Enumerator(EventBatch<T> batch)
        {
            _batch = batch;
            _index = -1;
        }

        /// <summary>The event it stands at.</summary>
        public readonly T Current => _batch._array![_batch._beginIndex + _index];

        /// <summary>Goes to the next event.</summary>
        /// <returns>False behind the last.</returns>
        public bool MoveNext() => ++_index < _batch.Length;
    }
}
