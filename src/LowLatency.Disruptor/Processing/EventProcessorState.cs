using System.Diagnostics.CodeAnalysis;

namespace Disruptor.Processing;

/// <summary>The life of a processor: made, running, halted or failed, shut down. Any thread; a lock, far from the events.</summary>
public sealed class EventProcessorState
{
    private readonly Lock _lock = new();
    private readonly ICancellableBarrier _barrier;
    private readonly bool _restartable;
    private RunState? _run;
    private bool _disposed;

    /// <summary>Makes the state of a processor that has not started.</summary>
    /// <param name="sequenceBarrier">Where the processor waits; disposed with the state if it can be.</param>
    /// <param name="restartable">Whether the processor may start again after it has shut down.</param>
    public EventProcessorState(ICancellableBarrier sequenceBarrier, bool restartable)
    {
        _barrier = sequenceBarrier;
        _restartable = restartable;
    }

    /// <summary>Whether the processor has started and not yet shut down.</summary>
    public bool IsRunning
    {
        get
        {
            lock (_lock)
            {
                return _run is { ShutdownTask.IsCompleted: false };
            }
        }
    }

    /// <summary>Begins a run.</summary>
    /// <exception cref="InvalidOperationException">The processor runs, or must not start (again).</exception>
    public RunState Start()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_run is { ShutdownTask.IsCompleted: false } || (_run is not null && !_restartable))
            {
                throw new InvalidOperationException("The processor has been started before.");
            }

            return _run = new RunState();
        }
    }

    /// <summary>Ends the run, if there is one.</summary>
    /// <returns>Completes when the processor has shut down; faults if it failed.</returns>
    public Task Halt()
    {
        lock (_lock)
        {
            return HaltRun();
        }
    }

    /// <summary>Ends the run for good and, after it, releases the barrier.</summary>
    /// <returns>Completes when the barrier is released.</returns>
    public Task Dispose()
    {
        lock (_lock)
        {
            var halted = HaltRun();
            if (_disposed || _barrier is not IDisposable barrier)
            {
                _disposed = true;
                return halted;
            }

            _disposed = true;
            return halted.ContinueWith(
                _ => barrier.Dispose(),
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }
    }

    private Task HaltRun()
    {
        if (_run is null)
        {
            return Task.CompletedTask;
        }

        // Cancel first: whoever the barrier wakes looks at the token.
        _run.Cancel();
        _barrier.CancelProcessing();
        return _run.ShutdownTask;
    }

    /// <summary>One run, from start to shutdown. The processor's thread reports, any thread reads.</summary>
    [SuppressMessage("Reliability", "CA1001", Justification = "A source without timer and wait handle holds nothing to release, and any thread may cancel it at any time.")]
    public sealed class RunState
    {
        private readonly CancellationTokenSource _cancellation = new();
        private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _shutdown = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal RunState() => CancellationToken = _cancellation.Token;

        /// <summary>Cancelled when the run is to end.</summary>
        public CancellationToken CancellationToken { get; }

        /// <summary>Completes when the handler has started; faults if the run failed before.</summary>
        public Task StartTask => _started.Task;

        /// <summary>Completes when the handler has shut down; faults if the run failed.</summary>
        public Task ShutdownTask => _shutdown.Task;

        /// <summary>The handler has started.</summary>
        public void OnStarted() => _started.TrySetResult();

        /// <summary>The handler has shut down.</summary>
        public void OnShutdown() => _shutdown.TrySetResult();

        /// <summary>The handler has shut down because of <paramref name="cause"/>.</summary>
        internal void OnFailed(Exception cause)
        {
            _started.TrySetException(cause);
            _shutdown.TrySetException(cause);
        }

        internal void Cancel() => _cancellation.Cancel();
    }
}
