namespace Disruptor.Processing;

/// <summary>Makes the processors of handlers, for graphs that are wired by hand. Whoever makes one adds its sequence to the gating ones.</summary>
public static class EventProcessorFactory
{
    /// <summary>Makes the processor of a handler.</summary>
    /// <param name="dataProvider">The ring.</param>
    /// <param name="sequenceBarrier">Where to wait for events.</param>
    /// <param name="eventHandler">The handler.</param>
    /// <exception cref="ArgumentOutOfRangeException">The handler's largest batch is below 1.</exception>
    public static IEventProcessor<T> Create<T>(RingBuffer<T> dataProvider, SequenceBarrier sequenceBarrier, IEventHandler<T> eventHandler)
        where T : class =>
        new EventProcessor<T>(dataProvider, sequenceBarrier, eventHandler);

    /// <inheritdoc cref="Create{T}(RingBuffer{T}, SequenceBarrier, IEventHandler{T})"/>
    public static IEventProcessor<T> Create<T>(RingBuffer<T> dataProvider, SequenceBarrier sequenceBarrier, IBatchEventHandler<T> eventHandler)
        where T : class =>
        new BatchEventProcessor<T>(dataProvider, sequenceBarrier, eventHandler);

    /// <inheritdoc cref="Create{T}(RingBuffer{T}, SequenceBarrier, IEventHandler{T})"/>
    public static IValueEventProcessor<T> Create<T>(ValueRingBuffer<T> dataProvider, SequenceBarrier sequenceBarrier, IValueEventHandler<T> eventHandler)
        where T : struct =>
        new ValueEventProcessor<T>(dataProvider, sequenceBarrier, eventHandler);
}
