using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Disruptor;

/// <summary>What both sequencers share: the cursor, the consumers that gate it, and the end of a graph.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class SequencerBase : ISequencer
{
    // Not read-only: a read-only struct is copied by each call of its members.
    private protected SharedState _shared;

    private protected SequencerBase(int bufferSize, IWaitStrategy waitStrategy, SlotStamps stamps)
    {
        ArgumentNullException.ThrowIfNull(waitStrategy);
        _shared = new SharedState
        {
            BufferSize = bufferSize,
            WaitStrategy = waitStrategy,
            MustSignal = waitStrategy.IsBlockingStrategy,
            GatingSequences = [],
            Cursor = new Sequence(),
            Stamps = stamps,
            StampsAreEnough = stamps.Exist && !waitStrategy.IsBlockingStrategy,
        };
    }

    /// <inheritdoc/>
    public int BufferSize => _shared.BufferSize;

    /// <inheritdoc/>
    public long Cursor => _shared.Cursor.Value;

    /// <summary>How consumers wait.</summary>
    internal IWaitStrategy WaitStrategy => _shared.WaitStrategy;

    /// <summary>Why the graph has stopped; null while it works. Set once.</summary>
    internal Exception? Failure => Volatile.Read(ref _shared.Failure);

    /// <inheritdoc/>
    public abstract bool HasAvailableCapacity(int requiredCapacity);

    /// <inheritdoc/>
    public abstract long GetRemainingCapacity();

    /// <inheritdoc/>
    public abstract long Next();

    /// <inheritdoc/>
    public abstract long Next(int n);

    /// <inheritdoc/>
    public abstract bool TryNext(out long sequence);

    /// <inheritdoc/>
    public abstract bool TryNext(int n, out long sequence);

    /// <inheritdoc/>
    public abstract void Publish(long sequence);

    /// <inheritdoc/>
    public abstract void Publish(long lo, long hi);

    /// <inheritdoc/>
    public abstract void Claim(long sequence);

    /// <inheritdoc/>
    public abstract bool IsAvailable(long sequence);

    /// <inheritdoc/>
    public abstract long GetHighestPublishedSequence(long nextSequence, long availableSequence);

    /// <inheritdoc/>
    public void AddGatingSequences(params Sequence[] gatingSequences)
    {
        ArgumentNullException.ThrowIfNull(gatingSequences);
        Sequence[] before;
        do
        {
            before = Volatile.Read(ref _shared.GatingSequences);
            StartAtCursor(gatingSequences);
        }
        while (Interlocked.CompareExchange(ref _shared.GatingSequences, [.. before, .. gatingSequences], before) != before);

        // A producer that read the old array just before goes by the cursor it had moved by then. The barrier is a fence in
        // that producer: either it reads the new array, or that cursor is visible here and no unread slot is given away.
        Interlocked.MemoryBarrierProcessWide();
        StartAtCursor(gatingSequences);
    }

    /// <inheritdoc/>
    public bool RemoveGatingSequence(Sequence sequence)
    {
        while (true)
        {
            var before = Volatile.Read(ref _shared.GatingSequences);
            var after = Array.FindAll(before, s => !ReferenceEquals(s, sequence));
            if (after.Length == before.Length)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _shared.GatingSequences, after, before) == before)
            {
                return true;
            }
        }
    }

    /// <inheritdoc/>
    public long GetMinimumSequence() => SlowestConsumer(Cursor);

    /// <inheritdoc/>
    public SequenceBarrier NewBarrier(SequenceWaiterOwner owner, params Sequence[] sequencesToTrack)
    {
        var dependentSequences = new DependentSequenceGroup(_shared.Cursor, _shared.Stamps, sequencesToTrack);
        return new SequenceBarrier(this, _shared.WaitStrategy.NewSequenceWaiter(owner, dependentSequences), dependentSequences);
    }

    /// <inheritdoc/>
    public EventPoller<T> NewPoller<T>(IDataProvider<T> provider, params Sequence[] gatingSequences)
        where T : class =>
        EventPoller.Create(provider, this, new Sequence(), _shared.Cursor, gatingSequences);

    /// <inheritdoc/>
    public ValueEventPoller<T> NewPoller<T>(IValueDataProvider<T> provider, params Sequence[] gatingSequences)
        where T : struct =>
        EventPoller.Create(provider, this, new Sequence(), _shared.Cursor, gatingSequences);

    /// <summary>A handler has failed for good: every claim from now on throws, also one that waits. The first cause stays. Any thread.</summary>
    internal virtual void Fail(Exception cause) => Interlocked.CompareExchange(ref _shared.Failure, cause, null);

    /// <summary>Consumers are told to stop: a claim that would wait for them throws instead. Any thread.</summary>
    internal void Halt() => Volatile.Write(ref _shared.Halted, true);

    internal static int CheckSize(int bufferSize) =>
        int.IsPow2(bufferSize) ? bufferSize : throw new ArgumentException($"The size of a ring is a power of two, not {bufferSize}.", nameof(bufferSize));

    internal static void CheckCount(int n, int bufferSize)
    {
        if ((uint)(n - 1) >= (uint)bufferSize)
        {
            throw new ArgumentException($"{n} slots are asked for; it must be from 1 to the {bufferSize} of the ring.", nameof(n));
        }
    }

    /// <summary>Where the slowest gating consumer stands, and no higher than <paramref name="claimed"/>.</summary>
    private protected long SlowestConsumer(long claimed)
    {
        var slowest = claimed;
        foreach (var sequence in Volatile.Read(ref _shared.GatingSequences))
        {
            slowest = Math.Min(slowest, sequence.Value);
        }

        return slowest;
    }

    /// <summary>Waits until every consumer has passed <paramref name="wrapPoint"/>.</summary>
    /// <param name="wrapPoint">The sequence that lies in the wanted slot.</param>
    /// <param name="claimed">The last claimed sequence.</param>
    /// <returns>Where the slowest consumer stands.</returns>
    /// <exception cref="InvalidOperationException">The consumers have failed or were halted: the wait would never end.</exception>
    private protected long WaitForConsumers(long wrapPoint, long claimed)
    {
        var spin = new SpinWait();
        long slowest;
        while ((slowest = SlowestConsumer(claimed)) < wrapPoint)
        {
            ThrowIfFailed();
            if (Volatile.Read(ref _shared.Halted))
            {
                throw new InvalidOperationException("The ring is full and its consumers were halted.");
            }

            // Yields, never sleeps: room is made within microseconds or the ring is too small.
            spin.SpinOnce(sleep1Threshold: -1);
        }

        return slowest;
    }

    private protected void ThrowIfFailed()
    {
        if (Volatile.Read(ref _shared.Failure) is { } cause)
        {
            throw new InvalidOperationException($"The graph behind the ring has stopped: {cause.Message}", cause);
        }
    }

    private protected void Signal()
    {
        if (_shared.MustSignal)
        {
            _shared.WaitStrategy.SignalAllWhenBlocking();
        }
    }

    private void StartAtCursor(Sequence[] gatingSequences)
    {
        foreach (var sequence in gatingSequences)
        {
            sequence.SetValue(Cursor);
        }
    }

    /// <summary>What everybody reads and hardly anybody writes, with a padded line before and behind it.</summary>
    [StructLayout(LayoutKind.Explicit, Size = (2 * CacheLine.Bytes) + 72)]
    private protected struct SharedState
    {
        [FieldOffset(CacheLine.Bytes)]
        public Sequence Cursor;

        [FieldOffset(CacheLine.Bytes + 8)]
        public IWaitStrategy WaitStrategy;

        [FieldOffset(CacheLine.Bytes + 16)]
        public Sequence[] GatingSequences;

        [FieldOffset(CacheLine.Bytes + 24)]
        public Exception? Failure;

        [FieldOffset(CacheLine.Bytes + 32)]
        public SlotStamps Stamps;

        [FieldOffset(CacheLine.Bytes + 64)]
        public int BufferSize;

        [FieldOffset(CacheLine.Bytes + 68)]
        public bool MustSignal;

        /// <summary>Whether a publication is told by its stamp and nobody has to be woken.</summary>
        [FieldOffset(CacheLine.Bytes + 69)]
        public bool StampsAreEnough;

        [FieldOffset(CacheLine.Bytes + 70)]
        public bool Halted;
    }
}
