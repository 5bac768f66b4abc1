namespace Disruptor;

/// <summary>Takes the events of a ring in order, on one thread.</summary>
public interface IValueEventHandler<T>
    where T : struct
{
    /// <summary>Most events in a batch; null = as many as there are.</summary>
    int? MaxBatchSize => null;

    /// <summary>One event. <paramref name="endOfBatch"/>: nothing more is available at this moment.</summary>
    void OnEvent(ref T data, long sequence, bool endOfBatch);

    /// <summary>Before the first event of a batch of <paramref name="batchSize"/>.</summary>
    void OnBatchStart(long batchSize)
    {
    }

    /// <summary>On the handler's thread, before its first event.</summary>
    void OnStart()
    {
    }

    /// <summary>On the handler's thread, after its last event.</summary>
    void OnShutdown()
    {
    }
}

/// <summary>Takes what handlers throw. An exception handler that itself throws stops the handler for good.</summary>
public interface IValueExceptionHandler<T>
    where T : struct
{
    /// <summary><paramref name="ex"/> was thrown while <paramref name="evt"/> was handled; processing goes on behind it.</summary>
    void HandleEventException(Exception ex, long sequence, ref T evt);

    /// <summary>Thrown by <see cref="IValueEventHandler{T}.OnStart"/>.</summary>
    void HandleOnStartException(Exception ex);

    /// <summary>Thrown by <see cref="IValueEventHandler{T}.OnShutdown"/>.</summary>
    void HandleOnShutdownException(Exception ex);
}

/// <summary>The default: a failure is fatal. The handler stops, and the producer's next wait on a full ring throws with the cause.</summary>
public sealed class ValueFatalExceptionHandler<T> : IValueExceptionHandler<T>
    where T : struct
{
    /// <inheritdoc/>
    public void HandleEventException(Exception ex, long sequence, ref T evt) =>
        throw new InvalidOperationException($"handler failed at sequence {sequence}", ex);

    /// <inheritdoc/>
    public void HandleOnStartException(Exception ex) => throw new InvalidOperationException("handler failed on start", ex);

    /// <inheritdoc/>
    public void HandleOnShutdownException(Exception ex) => throw new InvalidOperationException("handler failed on shutdown", ex);
}
