using System.Diagnostics.CodeAnalysis;

namespace Disruptor.Processing;

/// <summary>The life of a processor: made, running, halted or failed, disposed. Any thread; a lock, far from the events.</summary>
public sealed class EventProcessorState
{
    private readonly Lock _lock = new();
    private readonly ICancellableBarrier _barrier;
    private readonly bool _restartable;
    private RunState? _run;
    private bool _disposed;
    private Task _disposal = Task.CompletedTask;

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
                return _run is { IsShutdown: false };
            }
        }
    }

    /// <summary>Whether the processor has ended for good.</summary>
    public bool IsDisposed
    {
        get
        {
            lock (_lock)
            {
                return _disposed;
            }
        }
    }

    /// <summary>Begins a run.</summary>
    /// <exception cref="InvalidOperationException">The processor runs, or must not start (again).</exception>
    public RunState Start()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                throw new InvalidOperationException("The processor is disposed.");
            }

            if (_run is { IsShutdown: false })
            {
                throw new InvalidOperationException("The processor is running.");
            }

            if (_run is not null && !_restartable)
            {
                throw new InvalidOperationException("The processor was started before and cannot be restarted.");
            }

            return _run = new RunState();
        }
    }

    /// <summary>Ends the run, if there is one. To halt what has not started is to do nothing.</summary>
    /// <returns>Completes when the processor has shut down; faults if it failed.</returns>
    public Task Halt()
    {
        lock (_lock)
        {
            return _disposed ? _disposal : HaltRun();
        }
    }

    /// <summary>Ends the run for good and, after it, releases the barrier.</summary>
    /// <returns>Completes when the barrier is released.</returns>
    public Task Dispose()
    {
        lock (_lock)
        {
            if (!_disposed)
            {
                _disposed = true;
                var halted = HaltRun();
                _disposal = _barrier is not IDisposable barrier ? halted : halted.ContinueWith(
                    _ => barrier.Dispose(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }

            return _disposal;
        }
    }

    private Task HaltRun()
    {
        if (_run is null)
        {
            return Task.CompletedTask;
        }

        if (!_run.IsHalted)
        {
            // The token first: whoever the barrier wakes looks at it.
            _run.Halt();
            _barrier.CancelProcessing();
        }

        return _run.ShutdownTask;
    }

    /// <summary>One run, from start to shutdown. The processor's thread reports, any thread reads.</summary>
    [SuppressMessage("Design", "CA1034", Justification = "The place is Disruptor-net's.")]
    public sealed class RunState
    {
        private readonly CancellationTokenSource _cancellation = new();
        private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _shutdown = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile bool _isShutdown;

        /// <summary>Makes a run that has begun.</summary>
        public RunState() => CancellationToken = _cancellation.Token;

        /// <summary>Cancelled when the run is to end.</summary>
        public CancellationToken CancellationToken { get; }

        /// <summary>Whether the run is to end.</summary>
        public bool IsHalted => _cancellation.IsCancellationRequested;

        /// <summary>Whether the run has ended.</summary>
        public bool IsShutdown => _isShutdown;

        /// <summary>Completes when the handler has started; faults if the run failed before.</summary>
        public Task StartTask => _started.Task;

        /// <summary>Completes when the handler has shut down; faults if the run failed.</summary>
        public Task ShutdownTask => _shutdown.Task;

        /// <summary>The run is to end.</summary>
        public void Halt() => _cancellation.Cancel();

        /// <summary>The handler has started.</summary>
        public void OnStarted() => _started.TrySetResult();

        /// <summary>The handler has shut down.</summary>
        public void OnShutdown() => OnShutdown(null);

        /// <summary>The handler has shut down, because of <paramref name="failure"/> if there is one.</summary>
        internal void OnShutdown(Exception? failure)
        {
            _isShutdown = true;
            if (failure is null)
            {
                _started.TrySetResult();
                _shutdown.TrySetResult();
            }
            else
            {
                _started.TrySetException(failure);
                _shutdown.TrySetException(failure);
            }
        }
    }
}
