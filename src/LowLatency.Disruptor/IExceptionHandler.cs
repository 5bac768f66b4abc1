namespace Disruptor;

/// <summary>
/// Decides what an exception of a handler means. Called on the thread of the failing handler's processor.
/// To return is to go on; to throw is to stop the graph (see <see cref="FatalExceptionHandler{T}"/>).
/// </summary>
/// <typeparam name="T">The event.</typeparam>
public interface IExceptionHandler<T>
    where T : class
{
    /// <summary>A handler failed on an event. On return the event counts as processed and the next one follows.</summary>
    /// <param name="ex">What the handler threw.</param>
    /// <param name="sequence">The sequence of the event.</param>
    /// <param name="evt">The event.</param>
    void HandleEventException(Exception ex, long sequence, T evt);

    /// <summary>A handler failed on a batch. On return all of it counts as processed.</summary>
    /// <param name="ex">What the handler threw.</param>
    /// <param name="sequence">The sequence of the first event.</param>
    /// <param name="batch">The events.</param>
    void HandleEventException(Exception ex, long sequence, EventBatch<T> batch);

    /// <summary><see cref="IEventHandler.OnTimeout"/> failed. On return the wait goes on.</summary>
    /// <param name="ex">What it threw.</param>
    /// <param name="sequence">The last processed sequence.</param>
    void HandleOnTimeoutException(Exception ex, long sequence);

    /// <summary><see cref="IEventHandler.OnStart"/> failed. On return events are processed all the same.</summary>
    /// <param name="ex">What it threw.</param>
    void HandleOnStartException(Exception ex);

    /// <summary><see cref="IEventHandler.OnShutdown"/> failed.</summary>
    /// <param name="ex">What it threw.</param>
    void HandleOnShutdownException(Exception ex);
}

/// <inheritdoc cref="IExceptionHandler{T}"/>
public interface IValueExceptionHandler<T>
    where T : struct
{
    /// <inheritdoc cref="IExceptionHandler{T}.HandleEventException(Exception, long, T)"/>
    void HandleEventException(Exception ex, long sequence, ref T evt);

    /// <inheritdoc cref="IExceptionHandler{T}.HandleOnTimeoutException"/>
    void HandleOnTimeoutException(Exception ex, long sequence);

    /// <inheritdoc cref="IExceptionHandler{T}.HandleOnStartException"/>
    void HandleOnStartException(Exception ex);

    /// <inheritdoc cref="IExceptionHandler{T}.HandleOnShutdownException"/>
    void HandleOnShutdownException(Exception ex);
}
