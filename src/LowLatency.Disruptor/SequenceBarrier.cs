namespace Disruptor;

/// <summary>
/// The place where a consumer waits. Immutable; <see cref="CancelProcessing"/> is for any thread, the rest for the consumer's.
/// </summary>
public sealed class SequenceBarrier : ICancellableBarrier, IDisposable
{
    private readonly ISequencer _sequencer;
    private readonly ISequenceWaiter _waiter;
    private readonly SlotStamps _stamps;
    private readonly Source _source;

    /// <summary>Makes a barrier.</summary>
    /// <param name="sequencer">Knows what is published.</param>
    /// <param name="sequenceWaiter">Waits.</param>
    /// <param name="dependentSequences">What is waited for: the group that <paramref name="sequenceWaiter"/> was made with.</param>
    public SequenceBarrier(ISequencer sequencer, ISequenceWaiter sequenceWaiter, DependentSequenceGroup dependentSequences)
    {
        ArgumentNullException.ThrowIfNull(sequencer);
        ArgumentNullException.ThrowIfNull(sequenceWaiter);
        ArgumentNullException.ThrowIfNull(dependentSequences);
        _sequencer = sequencer;
        _waiter = sequenceWaiter;
        _stamps = dependentSequences.Stamps;
        _source = !dependentSequences.DependsOnCursor ? Source.Consumers
            : sequencer is SingleProducerSequencer ? Source.OneProducer
            : sequencer is MultiProducerSequencer && _stamps.Exist ? Source.Stamps
            : Source.Sequencer;
        DependentSequences = dependentSequences;
    }

    /// <summary>Who knows what may be read.</summary>
    private enum Source : byte
    {
        /// <summary>The consumers before: what they have passed is published.</summary>
        Consumers,

        /// <summary>The cursor of a single producer.</summary>
        OneProducer,

        /// <summary>The stamps of many producers.</summary>
        Stamps,

        /// <summary>A sequencer about which nothing is known.</summary>
        Sequencer,
    }

    /// <summary>What is waited for.</summary>
    public DependentSequenceGroup DependentSequences { get; }

    /// <summary>Waits until every dependency has reached <paramref name="sequence"/>.</summary>
    /// <param name="sequence">The next sequence of the consumer.</param>
    /// <param name="cancellationToken">Ends the wait; also looked at when nothing has to be waited for.</param>
    /// <returns>The highest sequence that every dependency has reached, or a timeout.</returns>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public SequenceWaitResult WaitFor(long sequence, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var available = DependentSequences.Value;
        if (available >= sequence)
        {
            return available;
        }

        var result = _waiter.WaitFor(sequence, cancellationToken);

        // A waiter that goes by the stamps knows of one event. Others may be wrapped around it: theirs is the last word.
        return _stamps.Exist && !result.IsTimeout ? Math.Max(result.UnsafeAvailableSequence, DependentSequences.Value) : result;
    }

    /// <summary>Waits like <see cref="WaitFor"/> and returns only what is published.</summary>
    /// <param name="sequence">The next sequence of the consumer.</param>
    /// <param name="cancellationToken">Ends the wait; also looked at when nothing has to be waited for.</param>
    /// <returns>The highest published sequence, at least <paramref name="sequence"/> - 1, or a timeout.</returns>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public SequenceWaitResult WaitForPublishedSequence(long sequence, CancellationToken cancellationToken = default)
    {
        var result = WaitFor(sequence, cancellationToken);
        return result.IsTimeout ? result : _sequencer.GetHighestPublishedSequence(sequence, result.UnsafeAvailableSequence);
    }

    /// <inheritdoc/>
    public void CancelProcessing() => _waiter.Cancel();

    /// <summary>Releases the waiter, when the consumer has ended.</summary>
    public void Dispose() => _waiter.Dispose();

    /// <summary>What may be read now. Waits at most some microseconds, and only in a dense stream: see <see cref="ConsumerLooks"/>.</summary>
    /// <param name="looks">What the consumer knows.</param>
    /// <param name="next">The next sequence of the consumer.</param>
    /// <param name="last">The last one it would take, at most a lap later.</param>
    /// <returns>From <paramref name="next"/> - 1 (nothing) to <paramref name="last"/> (all).</returns>
    internal long Look(ref ConsumerLooks looks, long next, long last)
    {
        if (_source == Source.Consumers)
        {
            return Clamp(DependentSequences.Value, next, last);
        }

        if (looks.Seen >= last)
        {
            return last;
        }

        var published = looks.IsDense ? Published(next, looks.LookAt(DependentSequences)) : Prompt(next, last);
        looks.Found(next, published);
        return Clamp(published, next, last);
    }

    /// <summary>Waits until <see cref="Look"/> is worth while. May end early.</summary>
    /// <returns>False if the wait timed out.</returns>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    internal bool Wait(long next, CancellationToken cancellationToken) => !_waiter.WaitFor(next, cancellationToken).IsTimeout;

    private static long Clamp(long available, long next, long last) => Math.Max(next - 1, Math.Min(available, last));

    /// <summary>The highest published sequence by the line that brings the next event where there is one.</summary>
    private long Prompt(long next, long last) =>
        _stamps.Exist ? _stamps.Highest(next, last) : Published(next, DependentSequences.Value);

    /// <summary>The highest published sequence of those the cursor has reached.</summary>
    private long Published(long next, long cursor) => _source switch
    {
        Source.OneProducer => cursor,
        Source.Stamps => _stamps.Highest(next, cursor),
        _ => cursor < next ? cursor : _sequencer.GetHighestPublishedSequence(next, cursor),
    };
}
