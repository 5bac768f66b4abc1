using System.Diagnostics.CodeAnalysis;

namespace Disruptor;

/// <summary>
/// The default: writes the exception to standard error and throws it on, wrapped. Any thread; it has no state.
/// To throw stops the graph: the failed handler's sequence stays at its last good event, every other processor of the
/// same disruptor halts at its next batch end, and each later claim on the ring, also one that is waiting for room, throws
/// an <see cref="InvalidOperationException"/> whose inner exception is the one thrown here. The tasks of
/// <c>Halt</c> and <c>Shutdown</c> (and of <c>Start</c>, if a start failed) end in it as well.
/// </summary>
/// <typeparam name="T">The event.</typeparam>
public sealed class ValueFatalExceptionHandler<T> : IValueExceptionHandler<T>
    where T : struct
{
    /// <inheritdoc/>
    /// <exception cref="ApplicationException">Always; <paramref name="ex"/> is its inner exception.</exception>
    public void HandleEventException(Exception ex, long sequence, ref T evt) =>
        throw Report($"Exception processing sequence {sequence} for event {typeof(T).Name}", ex);

    /// <inheritdoc/>
    /// <exception cref="ApplicationException">Always; <paramref name="ex"/> is its inner exception.</exception>
    public void HandleOnTimeoutException(Exception ex, long sequence) =>
        throw Report($"Exception during OnTimeout() after sequence {sequence}", ex);

    /// <inheritdoc/>
    /// <exception cref="ApplicationException">Always; <paramref name="ex"/> is its inner exception.</exception>
    public void HandleOnStartException(Exception ex) => throw Report("Exception during OnStart()", ex);

    /// <inheritdoc/>
    /// <exception cref="ApplicationException">Always; <paramref name="ex"/> is its inner exception.</exception>
    public void HandleOnShutdownException(Exception ex) => throw Report("Exception during OnShutdown()", ex);

    [SuppressMessage("Usage", "CA2201", Justification = "The exception type is Disruptor-net's.")]
    private static ApplicationException Report(string what, Exception ex)
    {
        Console.Error.WriteLine($"{what}: {ex}");
        return new ApplicationException($"{what}: {ex.Message}", ex);
    }
}
