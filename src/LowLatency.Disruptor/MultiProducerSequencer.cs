using System.Runtime.InteropServices;
using Disruptor.Dsl;

namespace Disruptor;

/// <summary>Any number of threads claim and publish. All members are for any thread.</summary>
/// <remarks>
/// The cursor is the last CLAIMED sequence. Who adds to it owns the slots it passed, writes them and stamps them with a
/// release (see <see cref="SlotStamps"/>); consumers go by the stamps, in order, so a slot that its claimant is still writing
/// holds back the later ones that others have published. The stamps of one lap cannot be met by those of the next: that
/// claimant waits, by an acquire read of the consumers' sequences, until every consumer has passed the slot.
/// </remarks>
public sealed class MultiProducerSequencer : SequencerBase
{
    private GatingCache _gating = new() { Value = Sequence.InitialCursorValue };

    /// <summary>Makes a sequencer whose consumers block.</summary>
    /// <param name="bufferSize">How many slots: a power of two.</param>
    /// <exception cref="ArgumentException"><paramref name="bufferSize"/> is below 1 or not a power of two.</exception>
    public MultiProducerSequencer(int bufferSize)
        : this(bufferSize, SequencerFactory.DefaultWaitStrategy())
    {
    }

    /// <summary>Makes a sequencer.</summary>
    /// <param name="bufferSize">How many slots: a power of two.</param>
    /// <param name="waitStrategy">How consumers wait.</param>
    /// <exception cref="ArgumentException"><paramref name="bufferSize"/> is below 1 or not a power of two.</exception>
    public MultiProducerSequencer(int bufferSize, IWaitStrategy waitStrategy)
        : this(bufferSize, waitStrategy, SlotStamps.Alone(CheckSize(bufferSize)))
    {
    }

    /// <summary>Makes the sequencer of a ring that keeps <paramref name="stamps"/> in its slots.</summary>
    internal MultiProducerSequencer(int bufferSize, IWaitStrategy waitStrategy, SlotStamps stamps)
        : base(CheckSize(bufferSize), waitStrategy, stamps)
    {
    }

    /// <inheritdoc/>
    public override bool HasAvailableCapacity(int requiredCapacity) => HasRoom(requiredCapacity, Cursor);

    /// <inheritdoc/>
    public override long GetRemainingCapacity()
    {
        // The consumers first: what is claimed meanwhile makes the answer smaller, never larger than the ring.
        var slowest = SlowestConsumer(Cursor);
        return _shared.BufferSize - (Cursor - slowest);
    }

    /// <inheritdoc/>
    public override long Next() => NextInternal(1);

    /// <inheritdoc/>
    public override long Next(int n)
    {
        CheckCount(n, _shared.BufferSize);
        return NextInternal(n);
    }

    /// <inheritdoc/>
    public override bool TryNext(out long sequence) => TryNextInternal(1, out sequence);

    /// <inheritdoc/>
    public override bool TryNext(int n, out long sequence)
    {
        CheckCount(n, _shared.BufferSize);
        return TryNextInternal(n, out sequence);
    }

    /// <inheritdoc/>
    public override void Publish(long sequence)
    {
        _shared.Stamps.Set(sequence);
        Signal();
    }

    /// <inheritdoc/>
    public override void Publish(long lo, long hi)
    {
        _shared.Stamps.Set(lo, hi);
        Signal();
    }

    /// <inheritdoc/>
    public override void Claim(long sequence)
    {
        _shared.Stamps.TakeBack(sequence);
        _shared.Cursor.SetValue(sequence);
    }

    /// <inheritdoc/>
    public override bool IsAvailable(long sequence) => _shared.Stamps.Get(sequence) == sequence;

    /// <inheritdoc/>
    public override long GetHighestPublishedSequence(long nextSequence, long availableSequence)
    {
        for (var sequence = nextSequence; sequence <= availableSequence; sequence++)
        {
            if (!IsAvailable(sequence))
            {
                return sequence - 1;
            }
        }

        return availableSequence;
    }

    internal long NextInternal(int n)
    {
        ThrowIfFailed();
        var next = _shared.Cursor.AddAndGet(n);
        var wrapPoint = next - _shared.BufferSize;
        var cached = Volatile.Read(ref _gating.Value);

        // A cache that has passed the claims is of before the cursor was set back (see Claim) and tells nothing.
        if (wrapPoint > cached || cached > next - n)
        {
            NextInternalOnWrapPointReached(wrapPoint, next - n);
        }

        return next;
    }

    internal bool TryNextInternal(int n, out long sequence)
    {
        ThrowIfFailed();
        long claimed;
        do
        {
            claimed = Cursor;
            if (!HasRoom(n, claimed))
            {
                sequence = 0;
                return false;
            }
        }
        while (!_shared.Cursor.CompareAndSet(claimed, claimed + n));

        sequence = claimed + n;
        return true;
    }

    private void NextInternalOnWrapPointReached(long wrapPoint, long claimed) =>
        Volatile.Write(ref _gating.Value, WaitForConsumers(wrapPoint, claimed));

    private bool HasRoom(int n, long claimed)
    {
        var wrapPoint = claimed + n - _shared.BufferSize;
        var cached = Volatile.Read(ref _gating.Value);
        if (wrapPoint <= cached && cached <= claimed)
        {
            return true;
        }

        var slowest = SlowestConsumer(claimed);
        Volatile.Write(ref _gating.Value, slowest);
        return wrapPoint <= slowest;
    }

    /// <summary>Where the slowest consumer was when a producer last looked, with a padded line before and behind it.</summary>
    [StructLayout(LayoutKind.Explicit, Size = (2 * CacheLine.Bytes) + sizeof(long))]
    private struct GatingCache
    {
        [FieldOffset(CacheLine.Bytes)]
        public long Value;
    }
}
