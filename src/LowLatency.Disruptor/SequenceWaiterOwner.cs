namespace Disruptor;

/// <summary>Who waits: lets a wait strategy treat handlers differently. Immutable.</summary>
public sealed class SequenceWaiterOwner
{
    private SequenceWaiterOwner(object? handler) => Handler = handler;

    /// <summary>An owner about which nothing is known.</summary>
    public static SequenceWaiterOwner Unknown { get; } = new(null);

    /// <summary>The handler on whose behalf is waited; null if unknown.</summary>
    public object? Handler { get; }

    /// <summary>The owner that stands for <paramref name="eventHandler"/>.</summary>
    /// <param name="eventHandler">The handler.</param>
    public static SequenceWaiterOwner EventHandler(IEventHandler eventHandler) => new(eventHandler);
}
