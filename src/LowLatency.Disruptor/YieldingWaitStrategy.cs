namespace Disruptor;

/// <summary>
/// Waiting threads poll for a moment and then offer their core to others between polls. They burn a core when idle, but
/// give it up to whoever is ready to run: survives more threads than cores.
/// </summary>
public sealed class YieldingWaitStrategy : IWaitStrategy
{
    // About a microsecond: a publication that is under way arrives within it, and a thread that shares its core loses little.
    private const int PollsBeforeYield = 100;

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
                if (polls < PollsBeforeYield)
                {
                    polls++;
                    CacheLine.Pause();
                }
                else
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    Thread.Yield();
                }
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
