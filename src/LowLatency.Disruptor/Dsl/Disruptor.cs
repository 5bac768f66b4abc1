using Disruptor.Processing;

namespace Disruptor.Dsl;

/// <summary>
/// A ring of objects and the graph of handlers behind it. One thread configures it, starts it, and halts or shuts it down;
/// producers work on <see cref="RingBuffer"/>; each handler has its own thread. Configured once, started once, halted once.
/// </summary>
/// <remarks>
/// Handlers start at the cursor of the moment they are added: what was published before, they do not see.
/// If an exception handler throws (the default one does), the graph stops: see <see cref="FatalExceptionHandler{T}"/>.
/// </remarks>
/// <typeparam name="T">The event.</typeparam>
public sealed class Disruptor<T> : IDisposable
    where T : class
{
    private readonly HandlerGraph _graph;
    private readonly DefaultExceptionHandler _defaultExceptionHandler = new();

    /// <summary>Makes a disruptor for many producers whose handlers block.</summary>
    /// <param name="eventFactory">Makes the event of each slot.</param>
    /// <param name="ringBufferSize">How many slots: a power of two.</param>
    /// <exception cref="ArgumentException"><paramref name="ringBufferSize"/> is below 1 or not a power of two.</exception>
    public Disruptor(Func<T> eventFactory, int ringBufferSize)
        : this(eventFactory, ringBufferSize, TaskScheduler.Default)
    {
    }

    /// <summary>Makes a disruptor for many producers whose handlers block.</summary>
    /// <inheritdoc cref="Disruptor{T}(Func{T}, int, TaskScheduler, ProducerType, IWaitStrategy)"/>
    public Disruptor(Func<T> eventFactory, int ringBufferSize, TaskScheduler taskScheduler)
        : this(eventFactory, ringBufferSize, taskScheduler, SequencerFactory.DefaultProducerType, SequencerFactory.DefaultWaitStrategy())
    {
    }

    /// <summary>Makes a disruptor for many producers.</summary>
    /// <inheritdoc cref="Disruptor{T}(Func{T}, int, TaskScheduler, ProducerType, IWaitStrategy)"/>
    public Disruptor(Func<T> eventFactory, int ringBufferSize, IWaitStrategy waitStrategy)
        : this(eventFactory, ringBufferSize, TaskScheduler.Default, SequencerFactory.DefaultProducerType, waitStrategy)
    {
    }

    /// <summary>Makes a disruptor.</summary>
    /// <param name="eventFactory">Makes the event of each slot.</param>
    /// <param name="ringBufferSize">How many slots: a power of two.</param>
    /// <param name="taskScheduler">Where handlers run: the default scheduler gives each a dedicated thread.</param>
    /// <param name="producerType">How many threads publish.</param>
    /// <param name="waitStrategy">How handlers wait.</param>
    /// <exception cref="ArgumentException"><paramref name="ringBufferSize"/> is below 1 or not a power of two.</exception>
    public Disruptor(Func<T> eventFactory, int ringBufferSize, TaskScheduler taskScheduler, ProducerType producerType, IWaitStrategy waitStrategy)
    {
        RingBuffer = RingBuffer<T>.Create(producerType, eventFactory, ringBufferSize, waitStrategy);
        _graph = new HandlerGraph(RingBuffer, taskScheduler);
    }

    /// <summary>The ring.</summary>
    public RingBuffer<T> RingBuffer { get; }

    /// <inheritdoc cref="RingBuffer.Cursor"/>
    public long Cursor => RingBuffer.Cursor;

    /// <inheritdoc cref="RingBuffer.BufferSize"/>
    public long BufferSize => RingBuffer.BufferSize;

    /// <summary>
    /// Said at the start: handlers that spin need a core each, and one for the producer, and this process has fewer. Null where
    /// they have them, or where handlers do not spin.
    /// </summary>
    public string? ThreadWarning => _graph.ThreadWarning;

    /// <summary>Whether <see cref="Start"/> was called. Any thread.</summary>
    public bool HasStarted => _graph.HasStarted;

    /// <summary>Whether handlers process events: started, not halted, and no handler has failed for good. Any thread.</summary>
    public bool IsRunning => _graph.IsRunning;

    /// <inheritdoc cref="RingBuffer{T}.this"/>
    public T this[long sequence] => RingBuffer[sequence];

    /// <summary>Adds handlers, parallel to each other, that see an event as soon as it is published.</summary>
    /// <param name="handlers">The handlers.</param>
    /// <returns>The group of them.</returns>
    /// <exception cref="InvalidOperationException">The disruptor has started.</exception>
    public EventHandlerGroup<T> HandleEventsWith(params IEventHandler<T>[] handlers) => AddHandlers([], handlers);

    /// <inheritdoc cref="HandleEventsWith(IEventHandler{T}[])"/>
    public EventHandlerGroup<T> HandleEventsWith(params IBatchEventHandler<T>[] handlers) => AddHandlers([], handlers);

    /// <summary>Adds processors that are made here, parallel to each other.</summary>
    /// <param name="eventProcessorFactories">Make them.</param>
    /// <returns>The group of them.</returns>
    public EventHandlerGroup<T> HandleEventsWith(params EventProcessorCreator<T>[] eventProcessorFactories) => AddHandlers([], eventProcessorFactories);

    /// <summary>Adds processors that were made elsewhere: they gate producers, and start and halt with the others.</summary>
    /// <param name="processors">The processors.</param>
    /// <returns>The group of them.</returns>
    public EventHandlerGroup<T> HandleEventsWith(params IEventProcessor[] processors) => Group(_graph.AddProcessors(processors, gate: true));

    /// <summary>The group of handlers that were added before.</summary>
    /// <param name="handlers">The handlers.</param>
    /// <exception cref="ArgumentException">One of them was not added.</exception>
    public EventHandlerGroup<T> After(params IEventHandler<T>[] handlers) => Group(_graph.SequencesOf(handlers));

    /// <inheritdoc cref="After(IEventHandler{T}[])"/>
    public EventHandlerGroup<T> After(params IBatchEventHandler<T>[] handlers) => Group(_graph.SequencesOf(handlers));

    /// <summary>The group of processors, wherever they come from.</summary>
    /// <param name="processors">The processors.</param>
    public EventHandlerGroup<T> After(params IEventProcessor[] processors) => Group(DisruptorUtil.GetSequencesFor(processors));

    /// <summary>Sets the exception handler of all handlers that have none of their own.</summary>
    /// <param name="exceptionHandler">Decides what an exception means. Called on the threads of all these handlers.</param>
    /// <exception cref="InvalidOperationException">The disruptor has started.</exception>
    public void SetDefaultExceptionHandler(IExceptionHandler<T> exceptionHandler)
    {
        ArgumentNullException.ThrowIfNull(exceptionHandler);
        _graph.ThrowUnlessCreated();
        _defaultExceptionHandler.Inner = exceptionHandler;
    }

    /// <summary>Begins <c>HandleExceptionsFor(handler).With(exceptionHandler)</c>.</summary>
    /// <param name="eventHandler">A handler that was added before.</param>
    public ExceptionHandlerSetting<T> HandleExceptionsFor(IEventHandler<T> eventHandler) => new(this, eventHandler);

    /// <inheritdoc cref="HandleExceptionsFor(IEventHandler{T})"/>
    public ExceptionHandlerSetting<T> HandleExceptionsFor(IBatchEventHandler<T> eventHandler) => new(this, eventHandler);

    /// <summary>Sets the exception handler of one handler.</summary>
    /// <param name="eventHandler">A handler that was added before.</param>
    /// <param name="exceptionHandler">Decides what its exceptions mean.</param>
    /// <exception cref="ArgumentException"><paramref name="eventHandler"/> was not added.</exception>
    public void SetExceptionHandler(IEventHandler<T> eventHandler, IExceptionHandler<T> exceptionHandler) =>
        SetExceptionHandlerOf(eventHandler, exceptionHandler);

    /// <inheritdoc cref="SetExceptionHandler(IEventHandler{T}, IExceptionHandler{T})"/>
    public void SetExceptionHandler(IBatchEventHandler<T> eventHandler, IExceptionHandler<T> exceptionHandler) =>
        SetExceptionHandlerOf(eventHandler, exceptionHandler);

    /// <summary>What a handler waits for; null if it was not added.</summary>
    /// <param name="handler">The handler.</param>
    public DependentSequenceGroup? GetDependentSequencesFor(IEventHandler<T> handler) => _graph.DependentSequencesOf(handler);

    /// <inheritdoc cref="GetDependentSequencesFor(IEventHandler{T})"/>
    public DependentSequenceGroup? GetDependentSequencesFor(IBatchEventHandler<T> handler) => _graph.DependentSequencesOf(handler);

    /// <summary>The last sequence that <paramref name="handler"/> has processed, as of its last batch end. Any thread, once started.</summary>
    /// <param name="handler">A handler that was added.</param>
    /// <exception cref="ArgumentException">It was not added.</exception>
    public long GetSequenceValueFor(IEventHandler<T> handler) => _graph.ProcessorOf(handler).Sequence.Value;

    /// <inheritdoc cref="GetSequenceValueFor(IEventHandler{T})"/>
    public long GetSequenceValueFor(IBatchEventHandler<T> handler) => _graph.ProcessorOf(handler).Sequence.Value;

    /// <inheritdoc cref="RingBuffer{T}.PublishEvent"/>
    public RingBuffer<T>.UnpublishedEventScope PublishEvent() => RingBuffer.PublishEvent();

    /// <inheritdoc cref="RingBuffer{T}.PublishEvents"/>
    public RingBuffer<T>.UnpublishedEventBatchScope PublishEvents(int count) => RingBuffer.PublishEvents(count);

    /// <summary>Starts the threads of all handlers.</summary>
    /// <returns>Completes when every handler's <c>OnStart</c> has returned; faults if one of them stopped the graph.</returns>
    /// <exception cref="InvalidOperationException">The disruptor was started or disposed before.</exception>
    public Task Start() => _graph.Start();

    /// <summary>
    /// Starts all handlers on ONE thread: for machines with fewer cores than handlers. Each keeps its batches, its sequence
    /// and its exception handler, and sees an event after those it depends on; only the parallelism is gone.
    /// </summary>
    /// <returns>As <see cref="Start"/>.</returns>
    /// <exception cref="InvalidOperationException">The disruptor was started or disposed before, or has a processor that was made elsewhere.</exception>
    public Task StartFused() => _graph.StartFused();

    /// <summary>
    /// Stops every handler at the end of its batch; what is left in the ring is not processed. A producer that waits, or
    /// would have to wait, for room gets an <see cref="InvalidOperationException"/>.
    /// </summary>
    /// <returns>Completes when every handler's <c>OnShutdown</c> has returned; faults with the cause if a handler had stopped the graph.</returns>
    /// <exception cref="InvalidOperationException">The disruptor is not running.</exception>
    public Task Halt() => _graph.Halt();

    /// <summary>Blocks until every published event is processed by every handler, then halts. Producers must have stopped.</summary>
    /// <returns>As <see cref="Halt"/>. If a handler has stopped the graph: at once, faulted, with events left in the ring.</returns>
    /// <exception cref="InvalidOperationException">The disruptor is not running.</exception>
    public Task Shutdown() => _graph.Shutdown(Timeout.InfiniteTimeSpan);

    /// <summary>As <see cref="Shutdown()"/>, but waits no longer than <paramref name="timeout"/>.</summary>
    /// <param name="timeout">From zero to <see cref="int.MaxValue"/> ms, or <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    /// <returns>As <see cref="Shutdown()"/>.</returns>
    /// <exception cref="TimeoutException">Events are left; the handlers go on.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timeout"/> is out of range.</exception>
    /// <exception cref="InvalidOperationException">The disruptor is not running.</exception>
    public Task Shutdown(TimeSpan timeout) => _graph.Shutdown(timeout);

    /// <summary>Halts if necessary, without waiting. Idempotent.</summary>
    public void Dispose() => _graph.Dispose();

    /// <inheritdoc/>
    public override string ToString() => $"Disruptor on {RingBuffer}: {_graph}";

    internal EventHandlerGroup<T> AddHandlers(Sequence[] after, IEventHandler<T>[] handlers) =>
        Group(_graph.AddHandlers(after, handlers, (barrier, h) => WithDefault(EventProcessorFactory.Create(RingBuffer, barrier, h))));

    internal EventHandlerGroup<T> AddHandlers(Sequence[] after, IBatchEventHandler<T>[] handlers) =>
        Group(_graph.AddHandlers(after, handlers, (barrier, h) => WithDefault(EventProcessorFactory.Create(RingBuffer, barrier, h))));

    internal EventHandlerGroup<T> AddHandlers(Sequence[] after, EventProcessorCreator<T>[] creators) =>
        Group(_graph.AddCreated(after, creators.Length, (i, barrier) => creators[i](RingBuffer, barrier)));

    internal EventHandlerGroup<T> AddProcessors(Sequence[] beside, IEventProcessor[] processors) =>
        Group([.. _graph.AddProcessors(processors, gate: false), .. beside]);

    internal void SetExceptionHandlerOf(IEventHandler eventHandler, IExceptionHandler<T> exceptionHandler) =>
        ((IEventProcessor<T>)_graph.ProcessorOf(eventHandler)).SetExceptionHandler(exceptionHandler);

    private EventHandlerGroup<T> Group(Sequence[] sequences) => new(this, sequences);

    private IEventProcessor<T> WithDefault(IEventProcessor<T> processor)
    {
        processor.SetExceptionHandler(_defaultExceptionHandler);
        return processor;
    }

    /// <summary>The exception handler of those that have none of their own; may be replaced until the start.</summary>
    private sealed class DefaultExceptionHandler : IExceptionHandler<T>
    {
        public IExceptionHandler<T> Inner { get; set; } = new FatalExceptionHandler<T>();

        public void HandleEventException(Exception ex, long sequence, T evt) => Inner.HandleEventException(ex, sequence, evt);

        public void HandleEventException(Exception ex, long sequence, EventBatch<T> batch) => Inner.HandleEventException(ex, sequence, batch);

        public void HandleOnTimeoutException(Exception ex, long sequence) => Inner.HandleOnTimeoutException(ex, sequence);

        public void HandleOnStartException(Exception ex) => Inner.HandleOnStartException(ex);

        public void HandleOnShutdownException(Exception ex) => Inner.HandleOnShutdownException(ex);
    }
}
