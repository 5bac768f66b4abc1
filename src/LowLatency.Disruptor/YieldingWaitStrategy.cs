namespace Disruptor;

/// <summary>
/// Waiting threads poll for a moment and then offer their core to others between polls. They burn a core when idle, but
/// give it up to whoever is ready to run: survives more threads than cores.
/// </summary>
public sealed class YieldingWaitStrategy : IWaitStrategy
{
    // About two microseconds: a publication that is under way arrives within them, and a thread that shares its core loses little.
    private const int DefaultBusySpinCount = 100;

    private readonly int _busySpinCount;

    /// <summary>Makes a strategy that polls 100 times before it yields.</summary>
    public YieldingWaitStrategy()
        : this(DefaultBusySpinCount)
    {
    }

    /// <summary>Makes a strategy.</summary>
    /// <param name="busySpinCount">Polls before the first yield.</param>
    public YieldingWaitStrategy(int busySpinCount) => _busySpinCount = busySpinCount;

    /// <inheritdoc/>
    public bool IsBlockingStrategy => false;

    /// <inheritdoc/>
    public ISequenceWaiter NewSequenceWaiter(SequenceWaiterOwner owner, DependentSequenceGroup dependentSequences) =>
        new PollingWaiter<YieldIdle>(dependentSequences, new YieldIdle(_busySpinCount));

    /// <inheritdoc/>
    public void SignalAllWhenBlocking()
    {
    }
}
