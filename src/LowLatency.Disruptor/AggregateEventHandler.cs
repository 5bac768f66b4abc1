namespace Disruptor;

/// <summary>Several handlers as one: each sees every event before the next event is seen by any. On the thread of its processor.</summary>
/// <typeparam name="T">The event.</typeparam>
public sealed class AggregateEventHandler<T> : IEventHandler<T>
{
    private readonly IEventHandler<T>[] _eventHandlers;

    /// <summary>Makes a handler.</summary>
    /// <param name="eventHandlers">The handlers, in the order in which they see an event.</param>
    public AggregateEventHandler(params IEventHandler<T>[] eventHandlers)
    {
        ArgumentNullException.ThrowIfNull(eventHandlers);
        _eventHandlers = [.. eventHandlers];
    }

    /// <inheritdoc/>
    public void OnEvent(T data, long sequence, bool endOfBatch)
    {
        foreach (var eventHandler in _eventHandlers)
        {
            eventHandler.OnEvent(data, sequence, endOfBatch);
        }
    }

    /// <inheritdoc/>
    public void OnBatchStart(long batchSize)
    {
        foreach (var eventHandler in _eventHandlers)
        {
            eventHandler.OnBatchStart(batchSize);
        }
    }

    /// <inheritdoc/>
    public void OnStart()
    {
        foreach (var eventHandler in _eventHandlers)
        {
            eventHandler.OnStart();
        }
    }

    /// <inheritdoc/>
    public void OnShutdown()
    {
        foreach (var eventHandler in _eventHandlers)
        {
            eventHandler.OnShutdown();
        }
    }

    /// <inheritdoc/>
    public void OnTimeout(long sequence)
    {
        foreach (var eventHandler in _eventHandlers)
        {
            eventHandler.OnTimeout(sequence);
        }
    }
}
