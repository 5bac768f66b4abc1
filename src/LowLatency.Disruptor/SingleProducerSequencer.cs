using System.Diagnostics;
using System.Runtime.InteropServices;
using Disruptor.Dsl;

namespace Disruptor;

/// <summary>
/// One thread claims and publishes; the other members are for any. Between a publication and the next claim the producer may
/// move to a thread of the pool, as an await moves it, since such a move orders memory, or to any thread after
/// <see cref="RingBuffer.HandOverProducer"/>. Debug builds refuse any other second thread, and any thread at all while the
/// producer has claimed and not published; the exception names both.
/// </summary>
/// <remarks>
/// A slot goes round: free, claimed (written by the producer), published (read by consumers), free. Two release-acquire
/// pairs guard it. Published: the producer writes the slot, then the cursor and the stamp with a release; a consumer reads
/// either with an acquire, then the slot. Free again: a consumer is done with the slot, then writes its sequence with a
/// release; the producer reads that sequence with an acquire, then writes the slot. <c>Limit</c> remembers such a
/// read, so the shared lines of the consumers are touched about once per lap when they keep up.
/// </remarks>
public sealed class SingleProducerSequencer : SequencerBase
{
    private ProducerState _producer;

    /// <summary>Makes a sequencer whose consumers block.</summary>
    /// <param name="bufferSize">How many slots: a power of two.</param>
    /// <exception cref="ArgumentException"><paramref name="bufferSize"/> is below 1 or not a power of two.</exception>
    public SingleProducerSequencer(int bufferSize)
        : this(bufferSize, SequencerFactory.DefaultWaitStrategy())
    {
    }

    /// <summary>Makes a sequencer.</summary>
    /// <param name="bufferSize">How many slots: a power of two.</param>
    /// <param name="waitStrategy">How consumers wait.</param>
    /// <exception cref="ArgumentException"><paramref name="bufferSize"/> is below 1 or not a power of two.</exception>
    public SingleProducerSequencer(int bufferSize, IWaitStrategy waitStrategy)
        : this(bufferSize, waitStrategy, default)
    {
    }

    /// <summary>Makes the sequencer of a ring that keeps <paramref name="stamps"/> in its slots.</summary>
    internal SingleProducerSequencer(int bufferSize, IWaitStrategy waitStrategy, SlotStamps stamps)
        : base(CheckSize(bufferSize), waitStrategy, stamps) =>
        _producer = new ProducerState { Claimed = Sequence.InitialCursorValue, Limit = Sequence.InitialCursorValue + bufferSize };

    /// <inheritdoc/>
    public override bool HasAvailableCapacity(int requiredCapacity) => HasRoomUpTo(_producer.Claimed + requiredCapacity);

    /// <inheritdoc/>
    public override long GetRemainingCapacity()
    {
        var claimed = Volatile.Read(ref _producer.Claimed);
        return _shared.BufferSize - (claimed - SlowestConsumer(claimed));
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
        Enter();

        // The cursor before the stamp, so that whoever sees the stamp sees a cursor that has passed it.
        var cursor = _shared.Cursor;
        var before = cursor.Value;
        cursor.SetValue(sequence);
        if (_shared.StampsAreEnough && before + 1 == sequence)
        {
            _shared.Stamps.Set(sequence);
        }
        else
        {
            // A whole lap where the producer went back: what was stamped beyond is published no more.
            StampAndSignal(before < sequence ? before + 1 : Sequence.InitialCursorValue, sequence);
        }

        LeaveUnlessPending(sequence);
    }

    /// <inheritdoc/>
    public override void Publish(long lo, long hi) => Publish(hi);

    /// <inheritdoc/>
    public override void Claim(long sequence)
    {
        Enter();
        _producer.Claimed = sequence;
        _producer.Limit = Math.Min(_producer.Limit, sequence + _shared.BufferSize);
    }

    /// <inheritdoc/>
    public override bool IsAvailable(long sequence)
    {
        var cursor = Cursor;
        return sequence <= cursor && sequence > cursor - _shared.BufferSize;
    }

    /// <inheritdoc/>
    /// <remarks>One producer publishes in order: below the cursor nothing is missing.</remarks>
    public override long GetHighestPublishedSequence(long nextSequence, long availableSequence) => availableSequence;

    /// <inheritdoc/>
    internal override void Fail(Exception cause)
    {
        base.Fail(cause);

        // Every claim from now on exceeds the limit and finds the cause. The barrier is a fence in the producer: either it
        // sees the cause when it has moved the limit (see Remember), or it has moved it before this write.
        Interlocked.MemoryBarrierProcessWide();
        Volatile.Write(ref _producer.Limit, long.MinValue);
    }

    [Conditional("DEBUG")]
    internal void HandOver()
    {
        if (!Volatile.Read(ref _producer.IsBusy))
        {
            Volatile.Write(ref _producer.Thread, null);
        }
    }

    internal long NextInternal(int n)
    {
        Enter();
        var next = _producer.Claimed + n;
        if (next > Volatile.Read(ref _producer.Limit))
        {
            NextInternalOnLimitReached(next);
        }

        _producer.Claimed = next;
        return next;
    }

    internal bool TryNextInternal(int n, out long sequence)
    {
        Enter();
        var next = _producer.Claimed + n;
        if (next > Volatile.Read(ref _producer.Limit) && !HasRoomUpTo(next))
        {
            LeaveUnlessPending(Cursor);
            ThrowIfFailed();
            sequence = 0;
            return false;
        }

        _producer.Claimed = next;
        sequence = next;
        return true;
    }

    private void NextInternalOnLimitReached(long next)
    {
        try
        {
            ThrowIfFailed();

            // The slot of a sequence is that of the sequence one lap before, which every consumer must have passed.
            Remember(WaitForConsumers(next - _shared.BufferSize, _producer.Claimed));
            ThrowIfFailed();
        }
        catch (InvalidOperationException)
        {
            LeaveUnlessPending(Cursor);
            throw;
        }
    }

    private bool HasRoomUpTo(long next)
    {
        if (Failure is not null)
        {
            return false;
        }

        var slowest = SlowestConsumer(_producer.Claimed);
        Remember(slowest);
        return next - _shared.BufferSize <= slowest && Failure is null;
    }

    // No further than the cursor, where a consumer would start that is added before the next look: see AddGatingSequences.
    private void Remember(long slowest)
    {
        Volatile.Write(ref _producer.Limit, Math.Min(slowest, Cursor) + _shared.BufferSize);
        if (Failure is not null)
        {
            Volatile.Write(ref _producer.Limit, long.MinValue);
        }
    }

    private void StampAndSignal(long lo, long hi)
    {
        if (_shared.Stamps.Exist)
        {
            _shared.Stamps.Set(lo, hi);
        }

        Signal();
    }

    [Conditional("DEBUG")]
    private void Enter()
    {
        var thread = Thread.CurrentThread;
        var producer = Volatile.Read(ref _producer.Thread);
        if (ReferenceEquals(producer, thread))
        {
            _producer.IsBusy = true;
            return;
        }

        // Two that take over at once both find the same predecessor, and the slower one loses.
        if ((producer is not null && (!thread.IsThreadPoolThread || Volatile.Read(ref _producer.IsBusy)))
            || Interlocked.CompareExchange(ref _producer.Thread, thread, producer) != producer)
        {
            throw new InvalidOperationException(
                $"Two producers on a single-producer ring: {Name(thread)} comes beside {Name(Volatile.Read(ref _producer.Thread))}. Use {nameof(ProducerType)}.{nameof(ProducerType.Multi)}.");
        }

        _producer.IsBusy = true;

        static string Name(Thread? thread) => $"thread {thread?.ManagedThreadId} '{thread?.Name}'";
    }

    [Conditional("DEBUG")]
    private void LeaveUnlessPending(long published)
    {
        if (_producer.Claimed <= published)
        {
            Volatile.Write(ref _producer.IsBusy, false);
        }
    }

    /// <summary>What the producer writes, with a padded line before and behind it.</summary>
    [StructLayout(LayoutKind.Explicit, Size = (2 * CacheLine.Bytes) + 32)]
    private struct ProducerState
    {
        /// <summary>The last claimed sequence.</summary>
        [FieldOffset(CacheLine.Bytes)]
        public long Claimed;

        /// <summary>The highest sequence that may be claimed without a look at the consumers.</summary>
        [FieldOffset(CacheLine.Bytes + 8)]
        public long Limit;

        /// <summary>In Debug builds the producer; null before its first claim.</summary>
        [FieldOffset(CacheLine.Bytes + 16)]
        public Thread? Thread;

        /// <summary>In Debug builds whether it is inside a claim, or has claimed and not yet published everything.</summary>
        [FieldOffset(CacheLine.Bytes + 24)]
        public bool IsBusy;
    }
}
