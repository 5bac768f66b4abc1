using Disruptor.Processing;

namespace Disruptor.Dsl;

/// <summary>Makes a processor of a ring of structs.</summary>
/// <param name="ringBuffer">The ring.</param>
/// <param name="sequenceBarrier">Where to wait for events.</param>
/// <typeparam name="T">The event.</typeparam>
public delegate IEventProcessor ValueEventProcessorCreator<T>(IValueRingBuffer<T> ringBuffer, SequenceBarrier sequenceBarrier)
    where T : struct;

/// <summary>Consumers of one disruptor that others can be put behind. Immutable; for the configuring thread.</summary>
/// <typeparam name="T">The event.</typeparam>
public sealed class ValueEventHandlerGroup<T>
    where T : struct
{
    private readonly ValueTypeDisruptor<T> _disruptor;
    private readonly Sequence[] _sequences;

    internal ValueEventHandlerGroup(ValueTypeDisruptor<T> disruptor, Sequence[] sequences)
    {
        _disruptor = disruptor;
        _sequences = sequences;
    }

    /// <summary>The consumers of both groups.</summary>
    /// <param name="otherHandlerGroup">A group of the same disruptor.</param>
    /// <exception cref="ArgumentException">It is of another one.</exception>
    public ValueEventHandlerGroup<T> And(ValueEventHandlerGroup<T> otherHandlerGroup)
    {
        ArgumentNullException.ThrowIfNull(otherHandlerGroup);
        return ReferenceEquals(_disruptor, otherHandlerGroup._disruptor)
            ? new ValueEventHandlerGroup<T>(_disruptor, [.. _sequences, .. otherHandlerGroup._sequences])
            : throw new ArgumentException("The group belongs to another disruptor.", nameof(otherHandlerGroup));
    }

    /// <summary>The consumers of this group and processors that were made elsewhere, which start and halt with the others but do not gate producers.</summary>
    /// <param name="processors">The processors.</param>
    public ValueEventHandlerGroup<T> And(params IEventProcessor[] processors) => _disruptor.AddProcessors(_sequences, processors);

    /// <summary>Adds handlers, parallel to each other, that see an event after all consumers of this group.</summary>
    /// <param name="handlers">The handlers.</param>
    /// <returns>The group of the new handlers.</returns>
    /// <exception cref="InvalidOperationException">The disruptor has started.</exception>
    public ValueEventHandlerGroup<T> Then(params IValueEventHandler<T>[] handlers) => HandleEventsWith(handlers);

    /// <summary>Adds processors, parallel to each other, that see an event after all consumers of this group.</summary>
    /// <param name="eventProcessorFactories">Make them.</param>
    /// <returns>The group of the new processors.</returns>
    public ValueEventHandlerGroup<T> Then(params ValueEventProcessorCreator<T>[] eventProcessorFactories) => HandleEventsWith(eventProcessorFactories);

    /// <summary>The same as <c>Then</c>: reads better after <c>After</c>.</summary>
    /// <inheritdoc cref="Then(IValueEventHandler{T}[])"/>
    public ValueEventHandlerGroup<T> HandleEventsWith(params IValueEventHandler<T>[] handlers) => _disruptor.AddHandlers(_sequences, handlers);

    /// <inheritdoc cref="Then(ValueEventProcessorCreator{T}[])"/>
    public ValueEventHandlerGroup<T> HandleEventsWith(params ValueEventProcessorCreator<T>[] eventProcessorFactories) =>
        _disruptor.AddHandlers(_sequences, eventProcessorFactories);

    /// <summary>A barrier behind the consumers of this group, for a consumer that runs outside the disruptor.</summary>
    public SequenceBarrier AsSequenceBarrier() => _disruptor.RingBuffer.NewBarrier(SequenceWaiterOwner.Unknown, _sequences);
}
