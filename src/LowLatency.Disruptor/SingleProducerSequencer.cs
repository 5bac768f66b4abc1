using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Disruptor;

/// <summary>
/// One producer at a time claims and publishes; the other members are for any thread. The producer may move to another
/// thread between a publication and the next claim, if the move itself orders memory (an await does). Debug builds throw
/// when two threads claim at once, or one claims or publishes while another has claimed and not published.
/// </summary>
/// <remarks>
/// A slot goes round: free, claimed (written by the producer), published (read by consumers), free. Two release-acquire
/// pairs guard it. Published: the producer writes the slot, then the cursor with a release; a consumer reads the cursor
/// with an acquire, then the slot. Free again: a consumer is done with the slot, then writes its sequence with a release;
/// the producer reads that sequence with an acquire, then writes the slot. <c>CachedGating</c> remembers such a read, so
/// the shared lines of the consumers are touched about once per lap when they keep up.
/// </remarks>
[StructLayout(LayoutKind.Explicit)]
public sealed class SingleProducerSequencer : ISequencer
{
    // Read by all, hardly ever written.
    [FieldOffset(CacheLine.Bytes)]
    private readonly Sequence _cursor = new();

    [FieldOffset(CacheLine.Bytes + 8)]
    private readonly IWaitStrategy _waitStrategy;

    [FieldOffset(CacheLine.Bytes + 16)]
    private Sequence[] _gatingSequences = [];

    [FieldOffset(CacheLine.Bytes + 24)]
    private Exception? _failure;

    [FieldOffset(CacheLine.Bytes + 32)]
    private readonly int _bufferSize;

    [FieldOffset(CacheLine.Bytes + 36)]
    private readonly bool _mustSignal;

    [FieldOffset(CacheLine.Bytes + 37)]
    private bool _halted;

    [FieldOffset(CacheLine.Bytes + 40)]
    private ProducerState _producer = new() { Claimed = Sequence.InitialCursorValue, CachedGating = Sequence.InitialCursorValue };

    /// <summary>Makes a sequencer.</summary>
    /// <param name="bufferSize">How many slots: a power of two.</param>
    /// <param name="waitStrategy">How consumers wait.</param>
    /// <exception cref="ArgumentException"><paramref name="bufferSize"/> is below 1 or not a power of two.</exception>
    public SingleProducerSequencer(int bufferSize, IWaitStrategy waitStrategy)
    {
        ArgumentNullException.ThrowIfNull(waitStrategy);
        if (bufferSize < 1 || !int.IsPow2(bufferSize))
        {
            throw new ArgumentException($"The size of a ring is a power of two, not {bufferSize}.", nameof(bufferSize));
        }

        _bufferSize = bufferSize;
        _waitStrategy = waitStrategy;
        _mustSignal = waitStrategy.IsBlockingStrategy;
    }

    /// <inheritdoc/>
    public int BufferSize => _bufferSize;

    /// <inheritdoc/>
    public long Cursor => _cursor.Value;

    /// <summary>Why the graph has stopped; null while it works. Set once.</summary>
    internal Exception? Failure => Volatile.Read(ref _failure);

    /// <inheritdoc/>
    public bool HasAvailableCapacity(int requiredCapacity) => HasRoomUpTo(_producer.Claimed + requiredCapacity);

    /// <inheritdoc/>
    public long GetRemainingCapacity() => _bufferSize - (Volatile.Read(ref _producer.Claimed) - GetMinimumSequence());

    /// <inheritdoc/>
    public long Next() => NextInternal(1);

    /// <inheritdoc/>
    public long Next(int n)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(n, _bufferSize);
        return NextInternal(n);
    }

    /// <inheritdoc/>
    public bool TryNext(out long sequence) => TryNext(1, out sequence);

    /// <inheritdoc/>
    public bool TryNext(int n, out long sequence)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(n, _bufferSize);
        EnterClaim();
        ThrowIfFailed();

        var next = _producer.Claimed + n;
        if (next - _bufferSize > _producer.CachedGating && !HasRoomUpTo(next))
        {
            LeaveClaimUnlessPending();
            sequence = 0;
            return false;
        }

        _producer.Claimed = next;
        sequence = next;
        return true;
    }

    /// <inheritdoc/>
    public void Publish(long sequence)
    {
        CheckPublication(sequence);
        _cursor.SetValue(sequence);
        LeaveClaimUnlessPending();

        if (_mustSignal)
        {
            _waitStrategy.SignalAllWhenBlocking();
        }
    }

    /// <inheritdoc/>
    public void Publish(long lo, long hi) => Publish(hi);

    /// <inheritdoc/>
    public bool IsAvailable(long sequence) =>
        sequence <= _cursor.Value && sequence > Volatile.Read(ref _producer.Claimed) - _bufferSize;

    /// <inheritdoc/>
    /// <remarks>One producer publishes in order: below the cursor nothing is missing.</remarks>
    public long GetHighestPublishedSequence(long nextSequence, long availableSequence) => availableSequence;

    /// <inheritdoc/>
    public void AddGatingSequences(params Sequence[] gatingSequences)
    {
        ArgumentNullException.ThrowIfNull(gatingSequences);
        Sequence[] before;
        do
        {
            before = Volatile.Read(ref _gatingSequences);
            StartAtCursor(gatingSequences);
        }
        while (Interlocked.CompareExchange(ref _gatingSequences, [.. before, .. gatingSequences], before) != before);

        // A producer that read the old array just before goes by the cursor it had published by then. The barrier is a fence
        // in that producer: either it reads the new array, or that cursor is visible here and no unread slot is given away.
        Interlocked.MemoryBarrierProcessWide();
        StartAtCursor(gatingSequences);
    }

    /// <inheritdoc/>
    public bool RemoveGatingSequence(Sequence sequence)
    {
        while (true)
        {
            var before = Volatile.Read(ref _gatingSequences);
            var after = Array.FindAll(before, s => !ReferenceEquals(s, sequence));
            if (after.Length == before.Length)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _gatingSequences, after, before) == before)
            {
                return true;
            }
        }
    }

    /// <inheritdoc/>
    public long GetMinimumSequence() => Sequence.Minimum(Volatile.Read(ref _gatingSequences), _cursor.Value);

    /// <inheritdoc/>
    public SequenceBarrier NewBarrier(SequenceWaiterOwner owner, params Sequence[] sequencesToTrack)
    {
        var dependentSequences = new DependentSequenceGroup(_cursor, sequencesToTrack);
        return new SequenceBarrier(this, _waitStrategy.NewSequenceWaiter(owner, dependentSequences), dependentSequences);
    }

    /// <summary>A handler has failed for good: every claim from now on throws, also one that waits. The first cause stays. Any thread.</summary>
    internal void Fail(Exception cause) => Interlocked.CompareExchange(ref _failure, cause, null);

    /// <summary>Consumers are told to stop: a claim that would wait for them throws instead. Any thread.</summary>
    internal void Halt() => Volatile.Write(ref _halted, true);

    private long NextInternal(int n)
    {
        EnterClaim();
        ThrowIfFailed();

        var next = _producer.Claimed + n;

        // The slot of a sequence is that of the sequence one lap before, which every consumer must have passed.
        var wrapPoint = next - _bufferSize;
        if (wrapPoint > _producer.CachedGating)
        {
            NextInternalOnWrapPointReached(wrapPoint);
        }

        _producer.Claimed = next;
        return next;
    }

    private void NextInternalOnWrapPointReached(long wrapPoint)
    {
        var spin = new SpinWait();
        long slowest;
        while ((slowest = GetMinimumSequence()) < wrapPoint)
        {
            ThrowIfFailed();
            if (Volatile.Read(ref _halted))
            {
                throw Refuse("The ring is full and its consumers were halted.");
            }

            if (wrapPoint > _cursor.Value)
            {
                throw Refuse("The ring is full of slots that were claimed and not published: this claim would wait for itself.");
            }

            // Yields, never sleeps: room is made within microseconds or the ring is too small.
            spin.SpinOnce(sleep1Threshold: -1);
        }

        _producer.CachedGating = slowest;
    }

    private bool HasRoomUpTo(long next)
    {
        var slowest = GetMinimumSequence();
        _producer.CachedGating = slowest;
        return next - _bufferSize <= slowest;
    }

    private void ThrowIfFailed()
    {
        if (Volatile.Read(ref _failure) is { } cause)
        {
            throw Refuse($"The graph behind the ring has stopped: {cause.Message}", cause);
        }
    }

    private InvalidOperationException Refuse(string message, Exception? cause = null)
    {
        LeaveClaimUnlessPending();
        return new InvalidOperationException(message, cause);
    }

    private void StartAtCursor(Sequence[] gatingSequences)
    {
        foreach (var sequence in gatingSequences)
        {
            sequence.SetValue(_cursor.Value);
        }
    }

    [Conditional("DEBUG")]
    private void EnterClaim()
    {
        var claimant = Interlocked.CompareExchange(ref _producer.Claimant, Environment.CurrentManagedThreadId, 0);
        if (claimant != 0 && claimant != Environment.CurrentManagedThreadId)
        {
            throw new InvalidOperationException($"Two producers on a single-producer ring: thread {claimant} has claimed and not yet published.");
        }
    }

    [Conditional("DEBUG")]
    private void CheckPublication(long sequence)
    {
        if (Volatile.Read(ref _producer.Claimant) != Environment.CurrentManagedThreadId)
        {
            throw new InvalidOperationException($"Sequence {sequence} is published by a thread that has not claimed it, or that has already published it.");
        }

        if (sequence <= _cursor.Value || sequence > _producer.Claimed)
        {
            throw new InvalidOperationException($"Sequence {sequence} is not among the claimed ones, {_cursor.Value + 1} to {_producer.Claimed}.");
        }
    }

    [Conditional("DEBUG")]
    private void LeaveClaimUnlessPending()
    {
        if (_producer.Claimed == _cursor.Value)
        {
            Volatile.Write(ref _producer.Claimant, 0);
        }
    }

    /// <summary>What the producer writes, with a padded line before and behind it.</summary>
    [StructLayout(LayoutKind.Explicit, Size = (2 * CacheLine.Bytes) + 24)]
    private struct ProducerState
    {
        /// <summary>The last claimed sequence.</summary>
        [FieldOffset(CacheLine.Bytes)]
        public long Claimed;

        /// <summary>Where the slowest consumer was when last looked at.</summary>
        [FieldOffset(CacheLine.Bytes + 8)]
        public long CachedGating;

        /// <summary>In Debug builds the thread that has claimed and not yet published everything, 0 for none.</summary>
        [FieldOffset(CacheLine.Bytes + 16)]
        public int Claimant;
    }
}
