using System.Runtime.InteropServices;

namespace Disruptor;

/// <summary>
/// Hands out sequences to one producer: one logical thread, which may move between threads but never claims twice at once.
/// Slot states: claimed (above the cursor) belong to the producer; published (up to the cursor) to the consumers, until the
/// lowest gating sequence has passed them. Debug builds check that nobody claims while another thread holds a claim.
/// </summary>
public sealed class SingleProducerSequencer
{
    private readonly Sequence _cursor = new();
    private readonly IWaitStrategy _waitStrategy;
    private readonly bool _signals;
    private volatile Sequence[] _gating = [];
    private volatile Exception? _failure;
    private Producer _producer = new() { Next = Sequence.InitialCursorValue, CachedGating = Sequence.InitialCursorValue };
#if DEBUG
    private Thread? _claimant;
#endif

    /// <summary>A sequencer over <paramref name="bufferSize"/> slots, a power of two.</summary>
    public SingleProducerSequencer(int bufferSize, IWaitStrategy waitStrategy)
    {
        if (bufferSize < 1 || !System.Numerics.BitOperations.IsPow2(bufferSize))
        {
            throw new ArgumentException($"bufferSize is {bufferSize}; it must be a power of two of at least 1", nameof(bufferSize));
        }

        BufferSize = bufferSize;
        _waitStrategy = waitStrategy;
        _signals = waitStrategy.IsBlockingStrategy;
    }

    /// <summary>Slots.</summary>
    public int BufferSize { get; }

    /// <summary>The highest published sequence.</summary>
    public long Cursor => _cursor.Value;

    /// <summary>A barrier for a consumer that must not pass <paramref name="sequencesToTrack"/>, or the cursor where they are none.</summary>
    public SequenceBarrier NewBarrier(SequenceWaiterOwner owner, params Sequence[] sequencesToTrack)
    {
        DependentSequenceGroup group = new(_cursor, sequencesToTrack);
        return new SequenceBarrier(_waitStrategy.NewSequenceWaiter(owner, group), group);
    }

    /// <summary>Adds sequences that the producer must not lap. Before the first publication, or from the producer's thread.</summary>
    public void AddGatingSequences(params Sequence[] gatingSequences)
    {
        foreach (Sequence sequence in gatingSequences)
        {
            sequence.SetValue(_cursor.Value);
        }

        _gating = [.. _gating, .. gatingSequences];
    }

    /// <summary>Removes a gating sequence; false where it was none.</summary>
    public bool RemoveGatingSequence(Sequence sequence)
    {
        Sequence[] before = _gating;
        _gating = [.. before.Where(s => !ReferenceEquals(s, sequence))];
        return _gating.Length != before.Length;
    }

    /// <summary>The lowest gating sequence, or the cursor where there is none.</summary>
    public long GetMinimumSequence() => DisruptorUtil.GetMinimumSequence(_gating, _cursor.Value);

    /// <summary>Claims the next sequence, waiting for a free slot; throws <see cref="InvalidOperationException"/> where a consumer has failed.</summary>
    public long Next() => Next(1);

    /// <summary>Claims <paramref name="n"/> sequences and returns the highest.</summary>
    public long Next(int n)
    {
        if ((uint)(n - 1) >= (uint)BufferSize)
        {
            throw new ArgumentException($"n is {n}; it must be from 1 to {BufferSize}", nameof(n));
        }

        long next = _producer.Next + n;
        if (next - BufferSize > _producer.CachedGating)
        {
            NextOnWrapPointReached(next - BufferSize);
        }

        Claim(next);
        return next;
    }

    /// <summary>Claims the next sequence if a slot is free.</summary>
    public bool TryNext(out long sequence) => TryNext(1, out sequence);

    /// <summary>Claims <paramref name="n"/> sequences if that many slots are free.</summary>
    public bool TryNext(int n, out long sequence)
    {
        if ((uint)(n - 1) >= (uint)BufferSize)
        {
            throw new ArgumentException($"n is {n}; it must be from 1 to {BufferSize}", nameof(n));
        }

        sequence = _producer.Next + n;
        if (sequence - BufferSize > _producer.CachedGating)
        {
            _producer.CachedGating = DisruptorUtil.GetMinimumSequence(_gating, _producer.Next);
            if (sequence - BufferSize > _producer.CachedGating)
            {
                sequence = 0;
                return false;
            }
        }

        Claim(sequence);
        return true;
    }

    /// <summary>Free slots.</summary>
    public long GetRemainingCapacity() => BufferSize - (_producer.Next - DisruptorUtil.GetMinimumSequence(_gating, _producer.Next));

    /// <summary>
    /// Publishes up to <paramref name="sequence"/>. The release write of the cursor makes everything written into the slots
    /// visible to a consumer that reads it.
    /// </summary>
    public void Publish(long sequence)
    {
#if DEBUG
        Interlocked.Exchange(ref _claimant, null);
#endif
        _cursor.SetValue(sequence);
        if (_signals)
        {
            _waitStrategy.SignalAllWhenBlocking();
        }
    }

    /// <summary>A consumer has failed for good: claims throw from now on, with <paramref name="cause"/>, instead of waiting for ever.</summary>
    internal void Fail(Exception cause) => _failure = cause;

    private void Claim(long next)
    {
#if DEBUG
        Thread me = Thread.CurrentThread;
        Thread? other = Interlocked.Exchange(ref _claimant, me);
        if (other is not null && !ReferenceEquals(other, me))
        {
            throw new InvalidOperationException(
                $"single-producer ring: thread {me.ManagedThreadId} claims while thread {other.ManagedThreadId} holds an unpublished claim");
        }
#endif
        _producer.Next = next;
    }

    private void NextOnWrapPointReached(long wrapPoint)
    {
        SpinWait spin = default;
        long lowest;
        while (wrapPoint > (lowest = DisruptorUtil.GetMinimumSequence(_gating, _producer.Next)))
        {
            if (_failure is { } cause)
            {
                throw new InvalidOperationException("the ring is full and a consumer has failed", cause);
            }

            spin.SpinOnce();
        }

        _producer.CachedGating = lowest;
    }

    // Only the producer touches these; the padding keeps them off the lines of whatever lies beside this object.
    [StructLayout(LayoutKind.Explicit, Size = (2 * Sequence.CacheLineBytes) + (2 * sizeof(long)))]
    private struct Producer
    {
        [FieldOffset(Sequence.CacheLineBytes)]
        public long Next;

        [FieldOffset(Sequence.CacheLineBytes + sizeof(long))]
        public long CachedGating;
    }
}
