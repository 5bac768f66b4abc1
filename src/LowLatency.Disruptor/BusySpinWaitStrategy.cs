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
        new PollingWaiter<PauseIdle>(dependentSequences, default);

    /// <inheritdoc/>
    public void SignalAllWhenBlocking()
    {
    }
}
