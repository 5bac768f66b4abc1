using Disruptor.Processing;

namespace Disruptor;

/// <summary>A ring of structs, whatever its memory is.</summary>
/// <typeparam name="T">The event.</typeparam>
public interface IValueRingBuffer<T> : IValueDataProvider<T>, ISequenced, ICursored
    where T : struct
{
    /// <inheritdoc cref="ISequencer.AddGatingSequences"/>
    void AddGatingSequences(params Sequence[] gatingSequences);

    /// <inheritdoc cref="ISequencer.RemoveGatingSequence"/>
    bool RemoveGatingSequence(Sequence sequence);

    /// <inheritdoc cref="ISequencer.GetMinimumSequence"/>
    long GetMinimumGatingSequence();

    /// <inheritdoc cref="ISequencer.NewBarrier"/>
    SequenceBarrier NewBarrier(SequenceWaiterOwner owner, params Sequence[] sequencesToTrack);

    /// <summary>Makes the processor of a handler.</summary>
    /// <param name="barrier">Where it waits.</param>
    /// <param name="eventHandler">What it calls.</param>
    IValueEventProcessor<T> CreateEventProcessor(SequenceBarrier barrier, IValueEventHandler<T> eventHandler);
}
