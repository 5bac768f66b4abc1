using System.Diagnostics;
using Disruptor.Processing;

namespace Disruptor.Dsl;

/// <summary>
/// A ring and the graph of handlers behind it. One thread configures it, starts it, and halts or shuts it down; the producer
/// works on <see cref="RingBuffer"/>; each handler has its own thread. Configured once, started once, halted once.
/// </summary>
/// <remarks>
/// Handlers start at the cursor of the moment they are added: what was published before, they do not see.
/// If an exception handler throws (the default one does), the graph stops: see <see cref="ValueFatalExceptionHandler{T}"/>.
/// </remarks>
/// <typeparam name="T">The event.</typeparam>
public sealed class ValueDisruptor<T> : IDisposable
    where T : struct
{
    private readonly TaskScheduler _taskScheduler;
    private readonly List<Consumer> _consumers = [];
    private IValueExceptionHandler<T> _defaultExceptionHandler = new ValueFatalExceptionHandler<T>();
    private volatile State _state = State.Configuring;

    /// <summary>Makes a disruptor.</summary>
    /// <param name="eventFactory">Makes the first content of each slot.</param>
    /// <param name="ringBufferSize">How many slots: a power of two.</param>
    /// <param name="taskScheduler">Where handlers run: the default scheduler gives each a dedicated thread.</param>
    /// <param name="producerType">How many threads publish.</param>
    /// <param name="waitStrategy">How handlers wait.</param>
    /// <exception cref="ArgumentException"><paramref name="ringBufferSize"/> is below 1 or not a power of two.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="producerType"/> is not <see cref="ProducerType.Single"/>.</exception>
    public ValueDisruptor(Func<T> eventFactory, int ringBufferSize, TaskScheduler taskScheduler, ProducerType producerType, IWaitStrategy waitStrategy)
    {
        if (producerType != ProducerType.Single)
        {
            throw new ArgumentOutOfRangeException(nameof(producerType), producerType, "This ring has one producer at a time.");
        }

        ArgumentNullException.ThrowIfNull(taskScheduler);
        _taskScheduler = taskScheduler;
        RingBuffer = ValueRingBuffer<T>.CreateSingleProducer(eventFactory, ringBufferSize, waitStrategy);
    }

    /// <summary>
    /// Makes a disruptor for ONE producer whose handlers have dedicated threads. Upstream's constructor of this shape allows
    /// several producers: code that needs them must not use this assembly.
    /// </summary>
    /// <param name="eventFactory">Makes the first content of each slot.</param>
    /// <param name="ringBufferSize">How many slots: a power of two.</param>
    /// <param name="waitStrategy">How handlers wait.</param>
    /// <exception cref="ArgumentException"><paramref name="ringBufferSize"/> is below 1 or not a power of two.</exception>
    public ValueDisruptor(Func<T> eventFactory, int ringBufferSize, IWaitStrategy waitStrategy)
        : this(eventFactory, ringBufferSize, TaskScheduler.Default, ProducerType.Single, waitStrategy)
    {
    }

    private enum State
    {
        Configuring,
        Running,
        Halted,
        Disposed,
    }

    /// <summary>The ring.</summary>
    public ValueRingBuffer<T> RingBuffer { get; }

    /// <summary>Whether <see cref="Start"/> was called. Any thread.</summary>
    public bool HasStarted => _state != State.Configuring;

    /// <summary>Whether handlers process events: started, not halted, and no handler has failed for good. Any thread.</summary>
    public bool IsRunning => _state == State.Running && RingBuffer.Failure is null;

    /// <summary>Adds handlers, parallel to each other, that see an event as soon as it is published.</summary>
    /// <param name="handlers">The handlers.</param>
    /// <returns>The group of them.</returns>
    /// <exception cref="ArgumentException">A handler was added before.</exception>
    /// <exception cref="InvalidOperationException">The disruptor has started.</exception>
    public ValueEventHandlerGroup<T> HandleEventsWith(params IValueEventHandler<T>[] handlers) => AddHandlers([], handlers);

    /// <summary>The group of handlers that were added before.</summary>
    /// <param name="handlers">The handlers.</param>
    /// <exception cref="ArgumentException">One of them was not added.</exception>
    public ValueEventHandlerGroup<T> After(params IValueEventHandler<T>[] handlers) =>
        new(this, Array.ConvertAll(handlers, h => Find(h).Processor.Sequence));

    /// <summary>Sets the exception handler of all handlers that have none of their own.</summary>
    /// <param name="exceptionHandler">Decides what an exception means. Called on the threads of all these handlers.</param>
    /// <exception cref="InvalidOperationException">The disruptor has started.</exception>
    public void SetDefaultExceptionHandler(IValueExceptionHandler<T> exceptionHandler)
    {
        ArgumentNullException.ThrowIfNull(exceptionHandler);
        ThrowUnlessConfiguring();
        _defaultExceptionHandler = exceptionHandler;
    }

    /// <summary>Begins <c>HandleExceptionsFor(handler).With(exceptionHandler)</c>.</summary>
    /// <param name="eventHandler">A handler that was added before.</param>
    public ValueExceptionHandlerSetting<T> HandleExceptionsFor(IValueEventHandler<T> eventHandler) => new(this, eventHandler);

    /// <summary>Sets the exception handler of one handler.</summary>
    /// <param name="eventHandler">A handler that was added before.</param>
    /// <param name="exceptionHandler">Decides what its exceptions mean.</param>
    /// <exception cref="ArgumentException"><paramref name="eventHandler"/> was not added.</exception>
    /// <exception cref="InvalidOperationException">The disruptor has started.</exception>
    public void SetExceptionHandler(IValueEventHandler<T> eventHandler, IValueExceptionHandler<T> exceptionHandler)
    {
        ArgumentNullException.ThrowIfNull(exceptionHandler);
        ThrowUnlessConfiguring();
        Find(eventHandler).ExceptionHandler = exceptionHandler;
    }

    /// <summary>The last sequence that <paramref name="handler"/> has processed, as of its last batch end. Any thread, once started.</summary>
    /// <param name="handler">A handler that was added.</param>
    /// <exception cref="ArgumentException">It was not added.</exception>
    public long GetSequenceValueFor(IValueEventHandler<T> handler) => Find(handler).Processor.Sequence.Value;

    /// <summary>Starts the threads of all handlers.</summary>
    /// <returns>Completes when every handler's <c>OnStart</c> has returned; faults if one of them stopped the graph.</returns>
    /// <exception cref="InvalidOperationException">The disruptor was started or disposed before.</exception>
    public Task Start()
    {
        ThrowUnlessConfiguring();
        _state = State.Running;
        var started = _consumers.ConvertAll(c =>
        {
            c.Processor.SetExceptionHandler(c.ExceptionHandler ?? _defaultExceptionHandler);
            return c.Processor.Start(_taskScheduler);
        });

        // A handler that failed at once has not reached those that were started after it.
        if (RingBuffer.Failure is not null)
        {
            HaltProcessors();
        }

        return Task.WhenAll(started);
    }

    /// <summary>
    /// Stops every handler at the end of its batch; what is left in the ring is not processed. A producer that waits, or
    /// would have to wait, for room gets an <see cref="InvalidOperationException"/>.
    /// </summary>
    /// <returns>Completes when every handler's <c>OnShutdown</c> has returned; faults with the cause if a handler had stopped the graph.</returns>
    /// <exception cref="InvalidOperationException">The disruptor is not running.</exception>
    public Task Halt()
    {
        if (_state != State.Running)
        {
            throw new InvalidOperationException($"The disruptor is not running: {_state}.");
        }

        _state = State.Halted;
        RingBuffer.Halt();
        return HaltProcessors();
    }

    /// <summary>Blocks until every published event is processed by every handler, then halts. The producer must have stopped.</summary>
    /// <returns>As <see cref="Halt"/>. If a handler has stopped the graph: at once, faulted, with events left in the ring.</returns>
    /// <exception cref="InvalidOperationException">The disruptor is not running.</exception>
    public Task Shutdown() => Shutdown(Timeout.InfiniteTimeSpan);

    /// <summary>As <see cref="Shutdown()"/>, but waits no longer than <paramref name="timeout"/>.</summary>
    /// <param name="timeout">From zero to <see cref="int.MaxValue"/> ms, or <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    /// <returns>As <see cref="Shutdown()"/>.</returns>
    /// <exception cref="TimeoutException">Events are left; the handlers go on.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timeout"/> is out of range.</exception>
    /// <exception cref="InvalidOperationException">The disruptor is not running.</exception>
    public Task Shutdown(TimeSpan timeout)
    {
        if (timeout != Timeout.InfiniteTimeSpan)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(timeout, TimeSpan.Zero);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(timeout, TimeSpan.FromMilliseconds(int.MaxValue));
        }

        var since = Stopwatch.GetTimestamp();
        var spin = new SpinWait();
        while (IsRunning && HasBacklog())
        {
            if (timeout != Timeout.InfiniteTimeSpan && Stopwatch.GetElapsedTime(since) > timeout)
            {
                throw new TimeoutException($"Not every event was processed within {timeout}.");
            }

            spin.SpinOnce();
        }

        return Halt();
    }

    /// <summary>Halts if necessary, without waiting. Idempotent.</summary>
    public void Dispose()
    {
        if (_state == State.Disposed)
        {
            return;
        }

        _state = State.Disposed;
        RingBuffer.Halt();
        _consumers.ForEach(c => c.Processor.Dispose());
    }

    internal ValueEventHandlerGroup<T> AddHandlers(Sequence[] after, IValueEventHandler<T>[] handlers)
    {
        ThrowUnlessConfiguring();
        ArgumentNullException.ThrowIfNull(handlers);
        var sequences = new Sequence[handlers.Length];
        for (var i = 0; i < handlers.Length; i++)
        {
            var handler = handlers[i];
            if (_consumers.Exists(c => ReferenceEquals(c.Handler, handler)))
            {
                throw new ArgumentException("The handler was added before.", nameof(handlers));
            }

            var barrier = RingBuffer.NewBarrier(SequenceWaiterOwner.EventHandler(handler), after);
            var processor = new ValueEventProcessor<T>(RingBuffer, barrier, handler, StopOnFailure);
            _consumers.Add(new Consumer(handler, processor));
            sequences[i] = processor.Sequence;
        }

        // The producer waits for the ends of the chains only: who is before them is ahead of them.
        RingBuffer.AddGatingSequences(sequences);
        if (sequences.Length > 0)
        {
            foreach (var consumer in _consumers.FindAll(c => after.Contains(c.Processor.Sequence)))
            {
                RingBuffer.RemoveGatingSequence(consumer.Processor.Sequence);
                consumer.IsEndOfChain = false;
            }
        }

        return new ValueEventHandlerGroup<T>(this, sequences);
    }

    private bool HasBacklog()
    {
        var cursor = RingBuffer.Cursor;
        return _consumers.Exists(c => c.IsEndOfChain && c.Processor.Sequence.Value < cursor);
    }

    // Called on the thread of the processor that failed. The list no longer changes: processors run after the configuration.
    private void StopOnFailure(Exception cause)
    {
        RingBuffer.Fail(cause);
        HaltProcessors();
    }

    private Task HaltProcessors() => Task.WhenAll(_consumers.ConvertAll(c => c.Processor.Halt()));

    private Consumer Find(IValueEventHandler<T> handler) =>
        _consumers.Find(c => ReferenceEquals(c.Handler, handler))
        ?? throw new ArgumentException("The handler was not added to this disruptor.", nameof(handler));

    private void ThrowUnlessConfiguring()
    {
        if (_state != State.Configuring)
        {
            throw new InvalidOperationException($"The disruptor can only be configured and started before its start: {_state}.");
        }
    }

    private sealed class Consumer(IValueEventHandler<T> handler, ValueEventProcessor<T> processor)
    {
        public IValueEventHandler<T> Handler { get; } = handler;

        public ValueEventProcessor<T> Processor { get; } = processor;

        public IValueExceptionHandler<T>? ExceptionHandler { get; set; }

        public bool IsEndOfChain { get; set; } = true;
    }
}
