namespace Disruptor;

/// <summary>The place where one consumer waits. <see cref="CancelProcessing"/> is for any thread, the rest for the consumer's.</summary>
public sealed class SequenceBarrier : ICancellableBarrier, IDisposable
{
    private readonly ISequencer _sequencer;
    private readonly ISequenceWaiter _waiter;

    /// <summary>Makes a barrier.</summary>
    /// <param name="sequencer">Knows what is published.</param>
    /// <param name="sequenceWaiter">Waits.</param>
    /// <param name="dependentSequences">What is waited for: the group that <paramref name="sequenceWaiter"/> was made with.</param>
    public SequenceBarrier(ISequencer sequencer, ISequenceWaiter sequenceWaiter, DependentSequenceGroup dependentSequences)
    {
        _sequencer = sequencer;
        _waiter = sequenceWaiter;
        DependentSequences = dependentSequences;
    }

    /// <summary>What is waited for.</summary>
    public DependentSequenceGroup DependentSequences { get; }

    /// <summary>Waits until every dependency has reached <paramref name="sequence"/>.</summary>
    /// <param name="sequence">The next sequence of the consumer.</param>
    /// <param name="cancellationToken">Ends the wait; also looked at when nothing has to be waited for.</param>
    /// <returns>The highest sequence that every dependency has reached, or a timeout.</returns>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public SequenceWaitResult WaitFor(long sequence, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();

        var available = DependentSequences.Value;
        return available >= sequence ? available : _waiter.WaitFor(sequence, cancellationToken);
    }

    /// <summary>Waits like <see cref="WaitFor"/> and returns only what is published.</summary>
    /// <param name="sequence">The next sequence of the consumer.</param>
    /// <param name="cancellationToken">Ends the wait; also looked at when nothing has to be waited for.</param>
    /// <returns>The highest published sequence, at least <paramref name="sequence"/> - 1, or a timeout.</returns>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public SequenceWaitResult WaitForPublishedSequence(long sequence, CancellationToken cancellationToken)
    {
        var result = WaitFor(sequence, cancellationToken);
        return result.UnsafeAvailableSequence >= sequence
            ? _sequencer.GetHighestPublishedSequence(sequence, result.UnsafeAvailableSequence)
            : result;
    }

    /// <inheritdoc/>
    public void CancelProcessing() => _waiter.Cancel();

    /// <summary>Releases the waiter, when the consumer has ended.</summary>
    public void Dispose() => _waiter.Dispose();
}
