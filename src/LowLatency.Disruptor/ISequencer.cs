namespace Disruptor;

/// <summary>Coordinates the producer with the consumers it must not overtake.</summary>
public interface ISequencer : ISequenced, ICursored, IPublishedSequenceReader
{
    /// <summary>Whether <paramref name="sequence"/> is published and its slot has not been claimed for a later lap. Any thread.</summary>
    /// <param name="sequence">The sequence asked about.</param>
    bool IsAvailable(long sequence);

    /// <summary>
    /// Adds consumers that the producer must not overtake. Each starts at the cursor: it will not see what was published before.
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
}
