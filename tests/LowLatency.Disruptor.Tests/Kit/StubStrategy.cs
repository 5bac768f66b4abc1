using Disruptor;

namespace LowLatency.Disruptor.Tests;

/// <summary>A wait strategy of somebody else that keeps what it was asked. Its waiters poll, unless told how to wait.</summary>
public sealed class StubStrategy(bool isBlocking = false) : IWaitStrategy
{
    private int _signals;

    public delegate SequenceWaitResult Wait(DependentSequenceGroup dependentSequences, long sequence, CancellationToken cancellationToken);

    /// <summary>How to wait.</summary>
    public Wait? OnWait { get; init; }

    public bool IsBlockingStrategy => isBlocking;

    /// <summary>How often the producer has signalled.</summary>
    public int Signals => Volatile.Read(ref _signals);

    /// <summary>Waiters in the order in which they were made.</summary>
    public List<Waiter> Waiters { get; } = [];

    public ISequenceWaiter NewSequenceWaiter(SequenceWaiterOwner owner, DependentSequenceGroup dependentSequences)
    {
        Waiters.Add(new Waiter(owner, dependentSequences, OnWait ?? Poll));
        return Waiters[^1];
    }

    public void SignalAllWhenBlocking() => Interlocked.Increment(ref _signals);

    public static SequenceWaitResult Poll(DependentSequenceGroup dependentSequences, long sequence, CancellationToken cancellationToken)
    {
        long available;
        while ((available = dependentSequences.Value) < sequence)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Thread.Yield();
        }

        return available;
    }

    public sealed class Waiter(SequenceWaiterOwner owner, DependentSequenceGroup dependentSequences, Wait wait) : ISequenceWaiter
    {
        private int _waits;
        private int _cancels;
        private int _disposals;

        public SequenceWaiterOwner Owner => owner;

        public DependentSequenceGroup DependentSequences => dependentSequences;

        public int Waits => Volatile.Read(ref _waits);

        public int Cancels => Volatile.Read(ref _cancels);

        public int Disposals => Volatile.Read(ref _disposals);

        public SequenceWaitResult WaitFor(long sequence, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _waits);
            return wait(dependentSequences, sequence, cancellationToken);
        }

        public void Cancel() => Interlocked.Increment(ref _cancels);

        public void Dispose() => Interlocked.Increment(ref _disposals);
    }
}
