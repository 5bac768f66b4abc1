namespace Disruptor;

/// <summary>
/// Waiting threads poll without ever giving up their core: the lowest latency, only where every such thread has a core of its own.
/// </summary>
public sealed class BusySpinWaitStrategy : IWaitStrategy
{
    /// <inheritdoc/>
    public bool IsBlockingStrategy => false;

    /// <inheritdoc/>
    public ISequenceWaiter NewSequenceWaiter(SequenceWaiterOwner owner, DependentSequenceGroup dependentSequences) =>
        new Waiter(dependentSequences);

    /// <inheritdoc/>
    public void SignalAllWhenBlocking()
    {
    }

    private sealed class Waiter(DependentSequenceGroup dependentSequences) : ISequenceWaiter
    {
        public SequenceWaitResult WaitFor(long sequence, CancellationToken cancellationToken)
        {
            var polls = 0;
            long available;
            while ((available = dependentSequences.Value) < sequence)
            {
                if ((++polls & (CacheLine.PollsPerCancellationCheck - 1)) == 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                }

                CacheLine.Pause();
            }

            return available;
        }

        public void Cancel()
        {
        }

        public void Dispose()
        {
        }
    }
}
