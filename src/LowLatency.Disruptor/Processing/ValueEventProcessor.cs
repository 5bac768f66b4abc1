namespace Disruptor.Processing;

/// <summary>
/// Runs one handler: waits for events, passes them on in batches, publishes its own sequence after each batch.
/// The loop belongs to the processor's thread; the members of <see cref="IEventProcessor"/> are for any thread.
/// </summary>
internal sealed class ValueEventProcessor<T> : IValueEventProcessor<T>
    where T : struct
{
    private readonly ValueRingBuffer<T> _ring;
    private readonly SequenceBarrier _barrier;
    private readonly IValueEventHandler<T> _handler;
    private readonly Action<Exception> _onFailure;
    private readonly int _maxBatchSize;
    private readonly EventProcessorState _state;
    private IValueExceptionHandler<T> _exceptionHandler = new ValueFatalExceptionHandler<T>();

    /// <param name="ring">Where the events are.</param>
    /// <param name="barrier">Where to wait for them.</param>
    /// <param name="handler">Who processes them.</param>
    /// <param name="onFailure">Told, on the processor's thread and before OnShutdown, what ended the run.</param>
    public ValueEventProcessor(ValueRingBuffer<T> ring, SequenceBarrier barrier, IValueEventHandler<T> handler, Action<Exception> onFailure)
    {
        _ring = ring;
        _barrier = barrier;
        _handler = handler;
        _onFailure = onFailure;
        _maxBatchSize = handler.MaxBatchSize ?? int.MaxValue;
        ArgumentOutOfRangeException.ThrowIfLessThan(_maxBatchSize, 1, nameof(IEventHandler.MaxBatchSize));
        _state = new EventProcessorState(barrier, restartable: false);
    }

    public Sequence Sequence { get; } = new();

    public bool IsRunning => _state.IsRunning;

    public void SetExceptionHandler(IValueExceptionHandler<T> exceptionHandler)
    {
        ArgumentNullException.ThrowIfNull(exceptionHandler);
        _exceptionHandler = exceptionHandler;
    }

    public Task Start(TaskScheduler taskScheduler)
    {
        var run = _state.Start();
        Task.Factory.StartNew(() => Run(run), CancellationToken.None, TaskCreationOptions.LongRunning, taskScheduler);
        return run.StartTask;
    }

    public Task Halt() => _state.Halt();

    public Task Dispose() => _state.Dispose();

    private void Run(EventProcessorState.RunState run)
    {
        Exception? failure = null;
        try
        {
            NotifyStart();
            run.OnStarted();
            ProcessEvents(run.CancellationToken);
        }
        catch (Exception ex)
        {
            failure = ex;
            _onFailure(ex);
        }

        try
        {
            NotifyShutdown();
        }
        catch (Exception ex)
        {
            failure ??= ex;
            _onFailure(ex);
        }

        if (failure is null)
        {
            run.OnShutdown();
        }
        else
        {
            run.OnFailed(failure);
        }
    }

    private void ProcessEvents(CancellationToken cancellationToken)
    {
        var next = Sequence.Value + 1;
        while (TryWaitFor(next, cancellationToken, out var available))
        {
            next = ProcessBatch(next, available);
        }
    }

    /// <summary>False when the run is to end. Any exception but that of a cancelled wait ends the run as a failure: no event is its cause.</summary>
    private bool TryWaitFor(long next, CancellationToken cancellationToken, out long available)
    {
        try
        {
            SequenceWaitResult result;
            while ((result = _barrier.WaitForPublishedSequence(next, cancellationToken)).IsTimeout)
            {
                NotifyTimeout();
            }

            available = Math.Min(result.UnsafeAvailableSequence, next + _maxBatchSize - 1);
            return true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            available = next - 1;
            return false;
        }
    }

    /// <summary>
    /// Processes <paramref name="next"/> to <paramref name="available"/>, or up to the first event that throws.
    /// Returns the first sequence that is not yet processed; the own sequence stands one before it.
    /// </summary>
    private long ProcessBatch(long next, long available)
    {
        try
        {
            if (next <= available)
            {
                _handler.OnBatchStart(available - next + 1);
            }

            for (; next <= available; next++)
            {
                _handler.OnEvent(ref _ring[next], next, next == available);
            }

            // Once per batch: each write takes the line away from those who poll it.
            Sequence.SetValue(available);
            return next;
        }
        catch (Exception ex)
        {
            // The events before the failed one are done, whether or not the exception handler throws.
            Sequence.SetValue(next - 1);
            _exceptionHandler.HandleEventException(ex, next, ref _ring[next]);
            Sequence.SetValue(next);
            return next + 1;
        }
    }

    private void NotifyStart()
    {
        try
        {
            _handler.OnStart();
        }
        catch (Exception ex)
        {
            _exceptionHandler.HandleOnStartException(ex);
        }
    }

    private void NotifyTimeout()
    {
        try
        {
            _handler.OnTimeout(Sequence.Value);
        }
        catch (Exception ex)
        {
            _exceptionHandler.HandleOnTimeoutException(ex, Sequence.Value);
        }
    }

    private void NotifyShutdown()
    {
        try
        {
            _handler.OnShutdown();
        }
        catch (Exception ex)
        {
            _exceptionHandler.HandleOnShutdownException(ex);
        }
    }
}
