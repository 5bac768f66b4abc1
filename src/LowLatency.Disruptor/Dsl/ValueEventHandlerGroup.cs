namespace Disruptor.Dsl;

/// <summary>Handlers of one disruptor that others can be put behind. For the thread that configures.</summary>
/// <typeparam name="T">The event.</typeparam>
public sealed class ValueEventHandlerGroup<T>
    where T : struct
{
    private readonly ValueDisruptor<T> _disruptor;
    private readonly Sequence[] _sequences;

    internal ValueEventHandlerGroup(ValueDisruptor<T> disruptor, Sequence[] sequences)
    {
        _disruptor = disruptor;
        _sequences = sequences;
    }

    /// <summary>The handlers of both groups.</summary>
    /// <param name="otherHandlerGroup">A group of the same disruptor.</param>
    /// <exception cref="ArgumentException">It belongs to another disruptor.</exception>
    public ValueEventHandlerGroup<T> And(ValueEventHandlerGroup<T> otherHandlerGroup)
    {
        ArgumentNullException.ThrowIfNull(otherHandlerGroup);
        return ReferenceEquals(_disruptor, otherHandlerGroup._disruptor)
            ? new ValueEventHandlerGroup<T>(_disruptor, [.. _sequences, .. otherHandlerGroup._sequences])
            : throw new ArgumentException("The group belongs to another disruptor.", nameof(otherHandlerGroup));
    }

    /// <summary>Adds handlers, parallel to each other, that see an event after all handlers of this group.</summary>
    /// <param name="handlers">The handlers.</param>
    /// <returns>The group of the new handlers.</returns>
    /// <exception cref="InvalidOperationException">The disruptor has started.</exception>
    public ValueEventHandlerGroup<T> Then(params IValueEventHandler<T>[] handlers) => HandleEventsWith(handlers);

    /// <summary>The same as <see cref="Then"/>: reads better after <see cref="ValueDisruptor{T}.After"/>.</summary>
    /// <param name="handlers">The handlers.</param>
    /// <returns>The group of the new handlers.</returns>
    /// <exception cref="InvalidOperationException">The disruptor has started.</exception>
    public ValueEventHandlerGroup<T> HandleEventsWith(params IValueEventHandler<T>[] handlers) => _disruptor.AddHandlers(_sequences, handlers);

    /// <summary>A barrier behind the handlers of this group, for a consumer that runs outside the disruptor.</summary>
    public SequenceBarrier AsSequenceBarrier() => _disruptor.RingBuffer.NewBarrier(SequenceWaiterOwner.Unknown, _sequences);
}
