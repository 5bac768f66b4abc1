namespace Disruptor;

/// <summary>How consumers wait for events. One instance serves all consumers of one ring.</summary>
public interface IWaitStrategy
{
    /// <summary>Whether waiting threads sleep until <see cref="SignalAllWhenBlocking"/>. Never changes.</summary>
    bool IsBlockingStrategy { get; }

    /// <summary>Makes the waiter of one consumer. Before the consumer starts.</summary>
    /// <param name="owner">Who will wait.</param>
    /// <param name="dependentSequences">What is waited for.</param>
    ISequenceWaiter NewSequenceWaiter(SequenceWaiterOwner owner, DependentSequenceGroup dependentSequences);

    /// <summary>The cursor has moved. Called by the producer after each publication, if <see cref="IsBlockingStrategy"/>.</summary>
    void SignalAllWhenBlocking();
}
