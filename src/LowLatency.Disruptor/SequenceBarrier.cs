namespace Disruptor;

/// <summary>Where a consumer waits. Used by that consumer's thread; <see cref="CancelProcessing"/> by any thread.</summary>
public sealed class SequenceBarrier
{
    private readonly ISequenceWaiter _waiter;
    private readonly CancellationTokenSource _cancellation = new();

    /// <summary>A barrier over <paramref name="dependentSequences"/>.</summary>
    public SequenceBarrier(ISequenceWaiter sequenceWaiter, DependentSequenceGroup dependentSequences)
    {
        _waiter = sequenceWaiter;
        DependentSequences = dependentSequences;
    }

    /// <summary>The sequences it waits for.</summary>
    public DependentSequenceGroup DependentSequences { get; }

    /// <summary>Whether it was cancelled.</summary>
    public bool IsCancellationRequested => _cancellation.IsCancellationRequested;

    /// <summary>Waits until <paramref name="sequence"/> is available; throws <see cref="OperationCanceledException"/> once cancelled.</summary>
    public SequenceWaitResult WaitFor(long sequence)
    {
        _cancellation.Token.ThrowIfCancellationRequested();
        long available = DependentSequences.Value;
        return available >= sequence ? new SequenceWaitResult(available) : _waiter.WaitFor(sequence, _cancellation.Token);
    }

    /// <summary>Ends every wait.</summary>
    public void CancelProcessing()
    {
        _cancellation.Cancel();
        _waiter.Cancel();
    }
}
