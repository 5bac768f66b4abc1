namespace Disruptor.Dsl;

/// <summary>The middle of <c>disruptor.HandleExceptionsFor(handler).With(exceptionHandler)</c>.</summary>
/// <typeparam name="T">The event.</typeparam>
public sealed class ValueExceptionHandlerSetting<T>
    where T : struct
{
    private readonly ValueTypeDisruptor<T> _disruptor;
    private readonly IEventHandler _eventHandler;

    internal ValueExceptionHandlerSetting(ValueTypeDisruptor<T> disruptor, IEventHandler eventHandler)
    {
        _disruptor = disruptor;
        _eventHandler = eventHandler;
    }

    /// <summary>Sends the exceptions of the event handler to <paramref name="exceptionHandler"/>.</summary>
    /// <param name="exceptionHandler">Decides what they mean.</param>
    /// <exception cref="ArgumentException">The event handler is not one of the disruptor.</exception>
    public void With(IValueExceptionHandler<T> exceptionHandler) => _disruptor.SetExceptionHandlerOf(_eventHandler, exceptionHandler);
}
