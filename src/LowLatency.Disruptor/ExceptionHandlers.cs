using System.Diagnostics.CodeAnalysis;

namespace Disruptor;

/// <summary>
/// The default: writes the exception down and throws it on, wrapped. Any thread.
/// To throw stops the graph: the failed handler's sequence stays at its last good event, every other processor of the
/// same disruptor halts at its next batch end, and each later claim on the ring, also one that is waiting for room, throws
/// an <see cref="InvalidOperationException"/> whose inner exception is the one thrown here. The tasks of
/// <c>Halt</c> and <c>Shutdown</c> (and of <c>Start</c>, if a start failed) end in it as well.
/// </summary>
/// <typeparam name="T">The event.</typeparam>
public sealed class FatalExceptionHandler<T> : IExceptionHandler<T>
    where T : class
{
    private readonly TextWriter _log;

    /// <summary>Makes a handler that writes to standard output.</summary>
    public FatalExceptionHandler()
        : this(Console.Out)
    {
    }

    /// <summary>Makes a handler.</summary>
    /// <param name="log">Where it writes.</param>
    public FatalExceptionHandler(TextWriter log) => _log = log;

    /// <inheritdoc/>
    /// <exception cref="ApplicationException">Always; <paramref name="ex"/> is its inner exception.</exception>
    public void HandleEventException(Exception ex, long sequence, T evt) => throw Report(ExceptionText.Event(ex, sequence, evt), ex);

    /// <inheritdoc/>
    /// <exception cref="ApplicationException">Always; <paramref name="ex"/> is its inner exception.</exception>
    public void HandleEventException(Exception ex, long sequence, EventBatch<T> batch) => throw Report(ExceptionText.Batch(ex, sequence, batch), ex);

    /// <inheritdoc/>
    /// <exception cref="ApplicationException">Always; <paramref name="ex"/> is its inner exception.</exception>
    public void HandleOnTimeoutException(Exception ex, long sequence) => throw Report(ExceptionText.Timeout(ex, sequence), ex);

    /// <inheritdoc/>
    /// <exception cref="ApplicationException">Always; <paramref name="ex"/> is its inner exception.</exception>
    public void HandleOnStartException(Exception ex) => throw Report(ExceptionText.Start(ex), ex);

    /// <inheritdoc/>
    /// <exception cref="ApplicationException">Always; <paramref name="ex"/> is its inner exception.</exception>
    public void HandleOnShutdownException(Exception ex) => throw Report(ExceptionText.Shutdown(ex), ex);

    private ApplicationException Report(string message, Exception ex) => ExceptionText.Fatal(_log, message, ex);
}

/// <inheritdoc cref="FatalExceptionHandler{T}"/>
public sealed class ValueFatalExceptionHandler<T> : IValueExceptionHandler<T>
    where T : struct
{
    /// <inheritdoc/>
    /// <exception cref="ApplicationException">Always; <paramref name="ex"/> is its inner exception.</exception>
    public void HandleEventException(Exception ex, long sequence, ref T evt) => throw Report(ExceptionText.Event(ex, sequence, evt), ex);

    /// <inheritdoc/>
    /// <exception cref="ApplicationException">Always; <paramref name="ex"/> is its inner exception.</exception>
    public void HandleOnTimeoutException(Exception ex, long sequence) => throw Report(ExceptionText.Timeout(ex, sequence), ex);

    /// <inheritdoc/>
    /// <exception cref="ApplicationException">Always; <paramref name="ex"/> is its inner exception.</exception>
    public void HandleOnStartException(Exception ex) => throw Report(ExceptionText.Start(ex), ex);

    /// <inheritdoc/>
    /// <exception cref="ApplicationException">Always; <paramref name="ex"/> is its inner exception.</exception>
    public void HandleOnShutdownException(Exception ex) => throw Report(ExceptionText.Shutdown(ex), ex);

    private static ApplicationException Report(string message, Exception ex) => ExceptionText.Fatal(Console.Out, message, ex);
}

/// <summary>Writes exceptions down and goes on with the next event. Any thread, if the writer is for any.</summary>
/// <typeparam name="T">The event.</typeparam>
public sealed class IgnoreExceptionHandler<T> : IExceptionHandler<T>
    where T : class
{
    private readonly TextWriter _log;

    /// <summary>Makes a handler that writes to standard output.</summary>
    public IgnoreExceptionHandler()
        : this(Console.Out)
    {
    }

    /// <summary>Makes a handler.</summary>
    /// <param name="log">Where it writes.</param>
    public IgnoreExceptionHandler(TextWriter log) => _log = log;

    /// <inheritdoc/>
    public void HandleEventException(Exception ex, long sequence, T evt) => _log.WriteLine(ExceptionText.Event(ex, sequence, evt));

    /// <inheritdoc/>
    public void HandleEventException(Exception ex, long sequence, EventBatch<T> batch) => _log.WriteLine(ExceptionText.Batch(ex, sequence, batch));

    /// <inheritdoc/>
    public void HandleOnTimeoutException(Exception ex, long sequence) => _log.WriteLine(ExceptionText.Timeout(ex, sequence));

    /// <inheritdoc/>
    public void HandleOnStartException(Exception ex) => _log.WriteLine(ExceptionText.Start(ex));

    /// <inheritdoc/>
    public void HandleOnShutdownException(Exception ex) => _log.WriteLine(ExceptionText.Shutdown(ex));
}

/// <summary>What is written of an exception.</summary>
internal static class ExceptionText
{
    // A value event is named by its type: there is no text of its own in most structs.
    public static string Event<T>(Exception ex, long sequence, T evt) => $"Exception processing sequence {sequence} for event {evt}: {ex}";

    public static string Batch<T>(Exception ex, long sequence, EventBatch<T> batch)
        where T : class =>
        $"Exception processing sequence {sequence} for batch of {batch.Length} events, first event {batch[0]}: {ex}";

    public static string Timeout(Exception ex, long sequence) => $"Exception during OnTimeout() after sequence {sequence}: {ex}";

    public static string Start(Exception ex) => $"Exception during OnStart(): {ex}";

    public static string Shutdown(Exception ex) => $"Exception during OnShutdown(): {ex}";

    [SuppressMessage("Usage", "CA2201", Justification = "The exception type is Disruptor-net's.")]
    public static ApplicationException Fatal(TextWriter log, string message, Exception ex)
    {
        log.WriteLine(message);
        return new ApplicationException(message, ex);
    }
}
