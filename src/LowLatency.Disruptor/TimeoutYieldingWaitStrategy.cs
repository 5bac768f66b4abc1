using System.Diagnostics;

namespace Disruptor;

/// <summary>As <see cref="YieldingWaitStrategy"/>; a handler is told when no event has come for a while.</summary>
public sealed class TimeoutYieldingWaitStrategy : IWaitStrategy
{
    private const int DefaultBusySpinCount = 100;

    private readonly TimeSpan _timeout;
    private readonly int _busySpinCount;

    /// <summary>Makes a strategy that polls 100 times before it yields.</summary>
    /// <param name="timeout">How long a handler waits before <see cref="IEventHandler.OnTimeout"/>.</param>
    public TimeoutYieldingWaitStrategy(TimeSpan timeout)
        : this(timeout, DefaultBusySpinCount)
    {
    }

    /// <summary>Makes a strategy.</summary>
    /// <param name="timeout">How long a handler waits before <see cref="IEventHandler.OnTimeout"/>.</param>
    /// <param name="busySpinCount">Polls before the first yield.</param>
    public TimeoutYieldingWaitStrategy(TimeSpan timeout, int busySpinCount)
    {
        _timeout = timeout;
        _busySpinCount = busySpinCount;
    }

    /// <inheritdoc/>
    public bool IsBlockingStrategy => false;

    /// <inheritdoc/>
    public ISequenceWaiter NewSequenceWaiter(SequenceWaiterOwner owner, DependentSequenceGroup dependentSequences) =>
        new Waiter(dependentSequences, _timeout, new YieldIdle(_busySpinCount));

    /// <inheritdoc/>
    public void SignalAllWhenBlocking()
    {
    }

    private sealed class Waiter(DependentSequenceGroup dependentSequences, TimeSpan timeout, YieldIdle idle) : ISequenceWaiter
    {
        public SequenceWaitResult WaitFor(long sequence, CancellationToken cancellationToken)
        {
            var since = Stopwatch.GetTimestamp();
            var polls = 0L;
            long available;
            while ((available = dependentSequences.Poll(sequence)) < sequence)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (Stopwatch.GetElapsedTime(since) >= timeout)
                {
                    return SequenceWaitResult.Timeout;
                }

                idle.Once(polls);
                polls++;
            }

            return available;
        }

        public void Cancel()
        {
        }
    }
}
