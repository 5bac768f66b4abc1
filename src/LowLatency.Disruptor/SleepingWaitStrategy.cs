namespace Disruptor;

/// <summary>
/// Waiting threads poll, then yield, then give up the rest of their time slice at each poll (<c>Thread.Sleep(0)</c>, as
/// upstream: an idle thread still shows as busy). The producer never pays for waking anybody.
/// </summary>
public sealed class SleepingWaitStrategy : IWaitStrategy
{
    private const int PollsBeforeYield = 100;
    private const int PollsBeforeSleep = 200;

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
                    continue;
                }

                cancellationToken.ThrowIfCancellationRequested();
                if (polls < PollsBeforeSleep)
                {
                    polls++;
                    Thread.Yield();
                }
                else
                {
                    Thread.Sleep(0);
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
