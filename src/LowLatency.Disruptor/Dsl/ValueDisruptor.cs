namespace Disruptor.Dsl;

/// <inheritdoc cref="ValueTypeDisruptor{T}"/>
public sealed class ValueDisruptor<T> : ValueTypeDisruptor<T>
    where T : struct
{
    /// <summary>Makes a disruptor for many producers whose handlers block.</summary>
    /// <param name="eventFactory">Makes the first content of each slot.</param>
    /// <param name="ringBufferSize">How many slots: a power of two.</param>
    /// <exception cref="ArgumentException"><paramref name="ringBufferSize"/> is below 1 or not a power of two.</exception>
    public ValueDisruptor(Func<T> eventFactory, int ringBufferSize)
        : this(eventFactory, ringBufferSize, TaskScheduler.Default)
    {
    }

    /// <summary>Makes a disruptor for many producers whose handlers block.</summary>
    /// <inheritdoc cref="ValueDisruptor{T}(Func{T}, int, TaskScheduler, ProducerType, IWaitStrategy)"/>
    public ValueDisruptor(Func<T> eventFactory, int ringBufferSize, TaskScheduler taskScheduler)
        : this(eventFactory, ringBufferSize, taskScheduler, SequencerFactory.DefaultProducerType, SequencerFactory.DefaultWaitStrategy())
    {
    }

    /// <summary>Makes a disruptor for many producers.</summary>
    /// <inheritdoc cref="ValueDisruptor{T}(Func{T}, int, TaskScheduler, ProducerType, IWaitStrategy)"/>
    public ValueDisruptor(Func<T> eventFactory, int ringBufferSize, IWaitStrategy waitStrategy)
        : this(eventFactory, ringBufferSize, TaskScheduler.Default, SequencerFactory.DefaultProducerType, waitStrategy)
    {
    }

    /// <summary>Makes a disruptor.</summary>
    /// <param name="eventFactory">Makes the first content of each slot.</param>
    /// <param name="ringBufferSize">How many slots: a power of two.</param>
    /// <param name="taskScheduler">Where handlers run: the default scheduler gives each a dedicated thread.</param>
    /// <param name="producerType">How many threads publish.</param>
    /// <param name="waitStrategy">How handlers wait.</param>
    /// <exception cref="ArgumentException"><paramref name="ringBufferSize"/> is below 1 or not a power of two.</exception>
    public ValueDisruptor(Func<T> eventFactory, int ringBufferSize, TaskScheduler taskScheduler, ProducerType producerType, IWaitStrategy waitStrategy)
        : base(ValueRingBuffer<T>.Create(producerType, eventFactory, ringBufferSize, waitStrategy), taskScheduler)
    {
    }

    /// <inheritdoc cref="RingBuffer.Cursor"/>
    public long Cursor => RingBuffer.Cursor;

    /// <inheritdoc cref="RingBuffer.BufferSize"/>
    public long BufferSize => RingBuffer.BufferSize;

    /// <inheritdoc cref="ValueRingBuffer{T}.this"/>
    public ref T this[long sequence] => ref RingBuffer[sequence];

    /// <inheritdoc cref="ValueRingBuffer{T}.PublishEvent"/>
    public ValueRingBuffer<T>.UnpublishedEventScope PublishEvent() => RingBuffer.PublishEvent();

    /// <inheritdoc cref="ValueRingBuffer{T}.PublishEvents"/>
    public ValueRingBuffer<T>.UnpublishedEventBatchScope PublishEvents(int count) => RingBuffer.PublishEvents(count);
}
