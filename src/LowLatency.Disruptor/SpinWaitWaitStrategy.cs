namespace Disruptor;

/// <summary>
/// Waiting threads spin as <see cref="SpinWait"/> does: ever longer pauses, then yields, then sleeps of a millisecond. Cheap
/// after a while of silence, and the first event after it is late.
/// </summary>
public sealed class SpinWaitWaitStrategy : IWaitStrategy
{
    /// <inheritdoc/>
    public bool IsBlockingStrategy => false;

    /// <inheritdoc/>
    public ISequenceWaiter NewSequenceWaiter(SequenceWaiterOwner owner, DependentSequenceGroup dependentSequences) =>
        new PollingWaiter<SpinWaitIdle>(dependentSequences, new SpinWaitIdle(aggressive: false));

    /// <inheritdoc/>
    public void SignalAllWhenBlocking()
    {
    }
}
