namespace Disruptor.Processing;

/// <summary>
/// Runs one handler: looks for events, passes them on in batches, publishes its own sequence after each batch, and waits
/// when there are none. The loop belongs to the processor's thread; the members of <see cref="IEventProcessor"/> are for any.
/// </summary>
/// <remarks>
/// The sequence moves at the end of a batch and not before: a handler that writes out what it has gathered when it is told
/// <c>endOfBatch</c> has done so when those behind it, and the producer, are let on.
/// </remarks>
internal abstract class EventProcessorBase : IEventProcessor
{
    // From this size on, a batch is at most a sixteenth of the ring: producers that wait for room get it in portions, while
    // the consumer works, instead of both sides taking turns; and what lies between them stays within a core's cache.
    private const int LargeRing = 2_048;
    private const int BatchesPerLap = 16;

    private readonly RingBuffer _ring;
    private readonly SequenceBarrier _barrier;
    private readonly IEventHandler _handler;
    private readonly EventProcessorState _state;
    private readonly int _maxBatchSize;
    private ConsumerLooks _looks = new();

    /// <param name="ring">Where the events are.</param>
    /// <param name="barrier">Where to wait for them.</param>
    /// <param name="handler">Who processes them.</param>
    protected EventProcessorBase(RingBuffer ring, SequenceBarrier barrier, IEventHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        _ring = ring;
        _barrier = barrier;
        _handler = handler;
        _maxBatchSize = Math.Min(handler.MaxBatchSize ?? int.MaxValue, ring.BufferSize < LargeRing ? ring.BufferSize : ring.BufferSize / BatchesPerLap);
        ArgumentOutOfRangeException.ThrowIfLessThan(_maxBatchSize, 1, nameof(IEventHandler.MaxBatchSize));
        _state = new EventProcessorState(barrier, restartable: true);
        if (handler is IEventProcessorSequenceAware aware)
        {
            aware.SetSequenceCallback(Sequence);
        }
    }

    /// <inheritdoc/>
    public Sequence Sequence { get; } = new();

    /// <inheritdoc/>
    public bool IsRunning => _state.IsRunning;

    /// <summary>Told, on the processor's thread and before OnShutdown, what ended the run. Set before the start.</summary>
    public Action<Exception>? Failed { get; set; }

    /// <inheritdoc/>
    public Task Start(TaskScheduler taskScheduler)
    {
        ArgumentNullException.ThrowIfNull(taskScheduler);
        return ProcessorThread.Start([this], taskScheduler);
    }

    /// <inheritdoc/>
    public Task Halt() => _state.Halt();

    /// <summary>Stops for good and, after it, releases the barrier.</summary>
    public void Dispose() => _state.Dispose();

    /// <summary>Whether it waits for nobody but the producer of <paramref name="ring"/> and some of <paramref name="processors"/>.</summary>
    public bool IsBehind(RingBuffer ring, List<EventProcessorBase> processors) =>
        ReferenceEquals(ring, _ring) && _barrier.DependentSequences.AreAmong(processors.ConvertAll(p => p.Sequence));

    /// <summary>Begins a run, which <see cref="End"/> has to end.</summary>
    /// <exception cref="InvalidOperationException">It is running, or disposed.</exception>
    public EventProcessorState.RunState Begin()
    {
        var run = _state.Start();
        _looks = new ConsumerLooks();
        return run;
    }

    /// <summary>Calls OnStart. An exception that comes out ends the run.</summary>
    public void NotifyStart()
    {
        try
        {
            _handler.OnStart();
        }
        catch (Exception ex)
        {
            HandleOnStartException(ex);
        }
    }

    /// <summary>Processes the next batch, if there is one. An exception that comes out ends the run.</summary>
    /// <param name="next">The first sequence that is not processed.</param>
    /// <returns>Whether there was one.</returns>
    public bool ProcessNextBatch(ref long next)
    {
        var available = _barrier.Look(ref _looks, next, next + _maxBatchSize - 1);
        if (available < next)
        {
            return false;
        }

        next = ProcessBatch(next, available);
        return true;
    }

    /// <summary>Waits until there may be a batch.</summary>
    /// <returns>False if the wait timed out.</returns>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public bool Wait(long next, CancellationToken cancellationToken) => _barrier.Wait(next, cancellationToken);

    /// <summary>Calls OnTimeout. An exception that comes out ends the run.</summary>
    public void NotifyTimeout()
    {
        try
        {
            _handler.OnTimeout(Sequence.Value);
        }
        catch (Exception ex)
        {
            HandleOnTimeoutException(ex, Sequence.Value);
        }
    }

    /// <summary>Calls OnShutdown and ends the run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="failure">What ended it; null if it was halted.</param>
    public void End(EventProcessorState.RunState run, Exception? failure)
    {
        if (failure is not null)
        {
            Failed?.Invoke(failure);
        }

        try
        {
            try
            {
                _handler.OnShutdown();
            }
            catch (Exception ex)
            {
                HandleOnShutdownException(ex);
            }
        }
        catch (Exception ex)
        {
            failure ??= ex;
            Failed?.Invoke(ex);
        }

        run.OnShutdown(failure);
    }

    /// <summary>
    /// Processes <paramref name="next"/> to <paramref name="available"/>, or up to the first event that fails, and moves the
    /// own sequence to the last one processed.
    /// </summary>
    /// <returns>The first sequence that is not yet processed.</returns>
    protected abstract long ProcessBatch(long next, long available);

    protected abstract void HandleOnStartException(Exception ex);

    protected abstract void HandleOnTimeoutException(Exception ex, long sequence);

    protected abstract void HandleOnShutdownException(Exception ex);
}
