namespace Disruptor;

/// <summary>Coordinates producers with the consumers they must not overtake.</summary>
public interface ISequencer : ISequenced, ICursored, IPublishedSequenceReader
{
    /// <summary>Claims one particular sequence, without waiting: only while nobody else claims, to begin a ring elsewhere.</summary>
    /// <param name="sequence">The sequence.</param>
    void Claim(long sequence);

    /// <summary>Whether <paramref name="sequence"/> is published and its slot has not been published again. Any thread.</summary>
    /// <param name="sequence">The sequence asked about.</param>
    bool IsAvailable(long sequence);

    /// <summary>
    /// Adds consumers that no producer must overtake. Each starts at the cursor: it will not see what was published before.
    /// Any thread.
    /// </summary>
    /// <param name="gatingSequences">The positions of the consumers.</param>
    void AddGatingSequences(params Sequence[] gatingSequences);

    /// <summary>Stops waiting for a consumer. Any thread.</summary>
    /// <param name="sequence">The position of the consumer.</param>
    /// <returns>False if it was not there.</returns>
    bool RemoveGatingSequence(Sequence sequence);

    /// <summary>The position of the slowest consumer, or the cursor if there is none. Any thread.</summary>
    long GetMinimumSequence();

    /// <summary>Makes the barrier at which one consumer waits.</summary>
    /// <param name="owner">Who will wait.</param>
    /// <param name="sequencesToTrack">The consumers that must be done with an event before; none means the cursor alone.</param>
    SequenceBarrier NewBarrier(SequenceWaiterOwner owner, params Sequence[] sequencesToTrack);

    /// <summary>Makes a consumer that asks for events instead of waiting for them.</summary>
    /// <param name="provider">Where the events are.</param>
    /// <param name="gatingSequences">The consumers that must be done with an event before; none means the cursor alone.</param>
    EventPoller<T> NewPoller<T>(IDataProvider<T> provider, params Sequence[] gatingSequences)
        where T : class;

    /// <inheritdoc cref="NewPoller{T}(IDataProvider{T}, Sequence[])"/>
    ValueEventPoller<T> NewPoller<T>(IValueDataProvider<T> provider, params Sequence[] gatingSequences)
        where T : struct;
}
