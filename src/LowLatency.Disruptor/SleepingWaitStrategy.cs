namespace Disruptor;

/// <summary>
/// Waiting threads poll, then yield, then give up the rest of their time slice at each poll (<c>Thread.Sleep(0)</c>, as
/// upstream: an idle thread still shows as busy). The producer never pays for waking anybody.
/// </summary>
public sealed class SleepingWaitStrategy : IWaitStrategy
{
    private const int DefaultCount = 100;

    private readonly SleepIdle _idle;

    /// <summary>Makes a strategy that polls 100 times, and yields as often, before it sleeps.</summary>
    public SleepingWaitStrategy()
        : this(DefaultCount, DefaultCount)
    {
    }

    /// <summary>Makes a strategy.</summary>
    /// <param name="busySpinCount">Polls before the first yield.</param>
    /// <param name="yieldCount">Yields before the first sleep.</param>
    public SleepingWaitStrategy(int busySpinCount, int yieldCount) => _idle = new SleepIdle(busySpinCount, yieldCount);

    /// <inheritdoc/>
    public bool IsBlockingStrategy => false;

    /// <inheritdoc/>
    public ISequenceWaiter NewSequenceWaiter(SequenceWaiterOwner owner, DependentSequenceGroup dependentSequences) =>
        new PollingWaiter<SleepIdle>(dependentSequences, _idle);

    /// <inheritdoc/>
    public void SignalAllWhenBlocking()
    {
    }
}
