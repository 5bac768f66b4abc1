namespace Disruptor.Processing;

/// <summary>Runs one consumer on one thread. All members are for any thread.</summary>
public interface IEventProcessor : IDisposable
{
    /// <summary>The last sequence that has been processed, moved at the end of each batch.</summary>
    Sequence Sequence { get; }

    /// <summary>From <see cref="Start"/> until the thread has called <see cref="IEventHandler.OnShutdown"/>.</summary>
    bool IsRunning { get; }

    /// <summary>Starts the thread.</summary>
    /// <param name="taskScheduler">Where: the default scheduler gives a dedicated thread.</param>
    /// <returns>Completes after <see cref="IEventHandler.OnStart"/>; faults if that stopped the processor.</returns>
    /// <exception cref="InvalidOperationException">It is running, or disposed.</exception>
    Task Start(TaskScheduler taskScheduler);

    /// <summary>Stops at the end of the current batch. Events after it stay in the ring, and a later start goes on with them.</summary>
    /// <returns>
    /// Completes after <see cref="IEventHandler.OnShutdown"/>; faults with the cause if a failure has stopped the processor.
    /// </returns>
    Task Halt();

    /// <summary>Stops for good.</summary>
    void IDisposable.Dispose() => Halt();
}

/// <summary>Runs an <see cref="IEventHandler{T}"/> or <see cref="IBatchEventHandler{T}"/>.</summary>
/// <typeparam name="T">The event.</typeparam>
public interface IEventProcessor<T> : IEventProcessor
    where T : class
{
    /// <summary>Replaces the exception handler. Before the start.</summary>
    /// <param name="exceptionHandler">The handler.</param>
    void SetExceptionHandler(IExceptionHandler<T> exceptionHandler);
}

/// <summary>Runs an <see cref="IValueEventHandler{T}"/>.</summary>
/// <typeparam name="T">The event.</typeparam>
public interface IValueEventProcessor<T> : IEventProcessor
    where T : struct
{
    /// <summary>Replaces the exception handler. Before the start.</summary>
    /// <param name="exceptionHandler">The handler.</param>
    void SetExceptionHandler(IValueExceptionHandler<T> exceptionHandler);
}

/// <summary>What every processor can do.</summary>
public static class EventProcessorExtensions
{
    /// <summary>Starts a processor on a dedicated thread.</summary>
    /// <param name="eventProcessor">The processor.</param>
    /// <returns>As <see cref="IEventProcessor.Start"/>.</returns>
    public static Task Start(this IEventProcessor eventProcessor) => eventProcessor.Start(TaskScheduler.Default);
}
