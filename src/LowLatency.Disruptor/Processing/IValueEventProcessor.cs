namespace Disruptor.Processing;

/// <summary>Runs an <see cref="IValueEventHandler{T}"/>.</summary>
/// <typeparam name="T">The event.</typeparam>
public interface IValueEventProcessor<T> : IEventProcessor
    where T : struct
{
    /// <summary>Replaces the exception handler. Before the start.</summary>
    /// <param name="exceptionHandler">The handler.</param>
    void SetExceptionHandler(IValueExceptionHandler<T> exceptionHandler);
}
