namespace Disruptor;

/// <summary>Spins without pause for the operating system: least latency, one whole core.</summary>
public sealed class BusySpinWaitStrategy : IWaitStrategy
{
    /// <inheritdoc/>
    public bool IsBlockingStrategy => false;

    /// <inheritdoc/>
    public ISequenceWaiter NewSequenceWaiter(SequenceWaiterOwner owner, DependentSequenceGroup dependentSequences) =>
        new PollingWaiter(dependentSequences, spins: int.MaxValue, sleep: false);

    /// <inheritdoc/>
    public void SignalAllWhenBlocking()
    {
    }
}

/// <summary>Spins a little, then yields the core after each look.</summary>
public sealed class YieldingWaitStrategy : IWaitStrategy
{
    private const int SpinTries = 100;

    /// <inheritdoc/>
    public bool IsBlockingStrategy => false;

    /// <inheritdoc/>
    public ISequenceWaiter NewSequenceWaiter(SequenceWaiterOwner owner, DependentSequenceGroup dependentSequences) =>
        new PollingWaiter(dependentSequences, SpinTries, sleep: false);

    /// <inheritdoc/>
    public void SignalAllWhenBlocking()
    {
    }
}

/// <summary>Spins, yields, then sleeps between looks: quiet, and slow to wake.</summary>
public sealed class SleepingWaitStrategy : IWaitStrategy
{
    private const int SpinTries = 100;

    /// <inheritdoc/>
    public bool IsBlockingStrategy => false;

    /// <inheritdoc/>
    public ISequenceWaiter NewSequenceWaiter(SequenceWaiterOwner owner, DependentSequenceGroup dependentSequences) =>
        new PollingWaiter(dependentSequences, SpinTries, sleep: true);

    /// <inheritdoc/>
    public void SignalAllWhenBlocking()
    {
    }
}

/// <summary>
/// Sleeps until it is woken. A publication costs nothing while nobody sleeps. Ordering: the publisher writes the cursor,
/// then reads the waiter count, without a fence between. A consumer writes the waiter count, then has the kernel run a
/// full fence on every thread of the process, then reads the cursor. So either the publisher's read comes after that fence
/// and sees the waiter, or its cursor write came before it and the consumer sees the event: no wake-up is lost.
/// </summary>
public sealed class BlockingWaitStrategy : IWaitStrategy
{
    private readonly object _gate = new();
    private int _waiters;

    /// <inheritdoc/>
    public bool IsBlockingStrategy => true;

    /// <inheritdoc/>
    public ISequenceWaiter NewSequenceWaiter(SequenceWaiterOwner owner, DependentSequenceGroup dependentSequences) =>
        new Waiter(this, dependentSequences);

    /// <inheritdoc/>
    public void SignalAllWhenBlocking()
    {
        if (Volatile.Read(ref _waiters) != 0)
        {
            WakeAll();
        }
    }

    private void WakeAll()
    {
        lock (_gate)
        {
            Monitor.PulseAll(_gate);
        }
    }

    private sealed class Waiter(BlockingWaitStrategy strategy, DependentSequenceGroup dependents) : ISequenceWaiter
    {
        private const int SpinTries = 50;

        private readonly PollingWaiter _afterCursor = new(dependents, SpinTries, sleep: false);

        public SequenceWaitResult WaitFor(long sequence, CancellationToken cancellationToken)
        {
            for (int i = 0; i < SpinTries && dependents.CursorValue < sequence; i++)
            {
                Thread.SpinWait(1);
            }

            if (dependents.CursorValue < sequence)
            {
                Sleep(sequence, cancellationToken);
            }

            return _afterCursor.WaitFor(sequence, cancellationToken);
        }

        public void Cancel() => strategy.WakeAll();

        private void Sleep(long sequence, CancellationToken cancellationToken)
        {
            lock (strategy._gate)
            {
                strategy._waiters++;
                Interlocked.MemoryBarrierProcessWide();
                while (dependents.CursorValue < sequence && !cancellationToken.IsCancellationRequested)
                {
                    Monitor.Wait(strategy._gate);
                }

                strategy._waiters--;
            }
        }
    }
}

/// <summary>Looks again and again: spins first, then yields, and sleeps at last where that is wanted.</summary>
internal sealed class PollingWaiter(DependentSequenceGroup dependents, int spins, bool sleep) : ISequenceWaiter
{
    private const int LooksPerCancellationCheck = 64;
    private const int YieldTries = 100;

    public SequenceWaitResult WaitFor(long sequence, CancellationToken cancellationToken)
    {
        long available = dependents.Value;
        for (long look = 1; available < sequence; look++)
        {
            if (look % LooksPerCancellationCheck == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (look < spins)
            {
                Thread.SpinWait(1);
            }
            else if (!sleep || look < spins + YieldTries)
            {
                Thread.Yield();
            }
            else
            {
                Thread.Sleep(1);
            }

            available = dependents.Value;
        }

        cancellationToken.ThrowIfCancellationRequested();
        return new SequenceWaitResult(available);
    }

    public void Cancel()
    {
    }
}
