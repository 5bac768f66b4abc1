namespace Disruptor.Processing;

/// <summary>Runs one consumer on one thread. All members are for any thread.</summary>
public interface IEventProcessor
{
    /// <summary>The last sequence that has been processed, moved at the end of each batch.</summary>
    Sequence Sequence { get; }

    /// <summary>From <see cref="Start"/> until the thread has called <see cref="IEventHandler.OnShutdown"/>.</summary>
    bool IsRunning { get; }

    /// <summary>Starts the thread.</summary>
    /// <param name="taskScheduler">Where: the default scheduler gives a dedicated thread.</param>
    /// <returns>Completes after <see cref="IEventHandler.OnStart"/>; faults if that stopped the processor.</returns>
    /// <exception cref="InvalidOperationException">It was started before.</exception>
    Task Start(TaskScheduler taskScheduler);

    /// <summary>Stops at the end of the current batch. Events after it stay in the ring.</summary>
    /// <returns>
    /// Completes after <see cref="IEventHandler.OnShutdown"/>; faults with the cause if a failure has stopped the processor.
    /// </returns>
    Task Halt();
}
