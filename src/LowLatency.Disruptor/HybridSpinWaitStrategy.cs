namespace Disruptor;

/// <summary>
/// Waiting threads spin as <see cref="SpinWait"/> does, and those whose dependencies carry <see cref="AggressiveSpinWaitTag"/>
/// do so without its sleeps: a few handlers that must be prompt beside many that need not.
/// </summary>
public sealed class HybridSpinWaitStrategy : IWaitStrategy
{
    /// <summary>To be put into <see cref="DependentSequenceGroup.Tag"/> of a handler that shall never sleep. Read at each wait.</summary>
    public static object AggressiveSpinWaitTag { get; } = new();

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
            var idle = new SpinWaitIdle(aggressive: ReferenceEquals(dependentSequences.Tag, AggressiveSpinWaitTag));
            return PollLoop.Wait(dependentSequences, sequence, idle, cancellationToken);
        }

        public void Cancel()
        {
        }
    }
}
