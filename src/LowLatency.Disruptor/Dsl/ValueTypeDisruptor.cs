using Disruptor.Processing;

namespace Disruptor.Dsl;

/// <summary>
/// A ring of structs and the graph of handlers behind it. One thread configures it, starts it, and halts or shuts it down;
/// producers work on <see cref="RingBuffer"/>; each handler has its own thread. Configured once, started once, halted once.
/// </summary>
/// <remarks>
/// Handlers start at the cursor of the moment they are added: what was published before, they do not see.
/// If an exception handler throws (the default one does), the graph stops: see <see cref="ValueFatalExceptionHandler{T}"/>.
/// </remarks>
/// <typeparam name="T">The event.</typeparam>
public class ValueTypeDisruptor<T> : IDisposable
    where T : struct
{
    private readonly HandlerGraph _graph;
    private readonly DefaultExceptionHandler _defaultExceptionHandler = new();

    private protected ValueTypeDisruptor(ValueRingBuffer<T> ringBuffer, TaskScheduler taskScheduler)
    {
        RingBuffer = ringBuffer;
        _graph = new HandlerGraph(ringBuffer, taskScheduler);
    }

    /// <summary>The ring.</summary>
    public ValueRingBuffer<T> RingBuffer { get; }

    /// <summary>
    /// Said at the start: handlers that spin need a core each, and one for the producer, and this process has fewer. Null where
    /// they have them, or where handlers do not spin.
    /// </summary>
    public string? ThreadWarning => _graph.ThreadWarning;

    /// <summary>Whether <see cref="Start"/> was called. Any thread.</summary>
    public bool HasStarted => _graph.HasStarted;

    /// <summary>Whether handlers process events: started, not halted, and no handler has failed for good. Any thread.</summary>
    public bool IsRunning => _graph.IsRunning;

    /// <summary>Adds handlers, parallel to each other, that see an event as soon as it is published.</summary>
    /// <param name="handlers">The handlers.</param>
    /// <returns>The group of them.</returns>
    /// <exception cref="InvalidOperationException">The disruptor has started.</exception>
    public ValueEventHandlerGroup<T> HandleEventsWith(params IValueEventHandler<T>[] handlers) => AddHandlers([], handlers);

    /// <summary>Adds processors that are made here, parallel to each other.</summary>
    /// <param name="eventProcessorFactories">Make them.</param>
    /// <returns>The group of them.</returns>
    public ValueEventHandlerGroup<T> HandleEventsWith(params ValueEventProcessorCreator<T>[] eventProcessorFactories) => AddHandlers([], eventProcessorFactories);

    /// <summary>Adds processors that were made elsewhere: they gate producers, and start and halt with the others.</summary>
    /// <param name="processors">The processors.</param>
    /// <returns>The group of them.</returns>
    public ValueEventHandlerGroup<T> HandleEventsWith(params IEventProcessor[] processors) => Group(_graph.AddProcessors(processors, gate: true));

    /// <summary>The group of handlers that were added before.</summary>
    /// <param name="handlers">The handlers.</param>
    /// <exception cref="ArgumentException">One of them was not added.</exception>
    public ValueEventHandlerGroup<T> After(params IValueEventHandler<T>[] handlers) => Group(_graph.SequencesOf(handlers));

    /// <summary>The group of processors, wherever they come from.</summary>
    /// <param name="processors">The processors.</param>
    public ValueEventHandlerGroup<T> After(params IEventProcessor[] processors) => Group(DisruptorUtil.GetSequencesFor(processors));

    /// <summary>Sets the exception handler of all handlers that have none of their own.</summary>
    /// <param name="exceptionHandler">Decides what an exception means. Called on the threads of all these handlers.</param>
    /// <exception cref="InvalidOperationException">The disruptor has started.</exception>
    public void SetDefaultExceptionHandler(IValueExceptionHandler<T> exceptionHandler)
    {
        ArgumentNullException.ThrowIfNull(exceptionHandler);
        _graph.ThrowUnlessCreated();
        _defaultExceptionHandler.Inner = exceptionHandler;
    }

    /// <summary>Begins <c>HandleExceptionsFor(handler).With(exceptionHandler)</c>.</summary>
    /// <param name="eventHandler">A handler that was added before.</param>
    public ValueExceptionHandlerSetting<T> HandleExceptionsFor(IValueEventHandler<T> eventHandler) => new(this, eventHandler);

    /// <summary>Sets the exception handler of one handler.</summary>
    /// <param name="eventHandler">A handler that was added before.</param>
    /// <param name="exceptionHandler">Decides what its exceptions mean.</param>
    /// <exception cref="ArgumentException"><paramref name="eventHandler"/> was not added.</exception>
    public void SetExceptionHandler(IValueEventHandler<T> eventHandler, IValueExceptionHandler<T> exceptionHandler) =>
        SetExceptionHandlerOf(eventHandler, exceptionHandler);

    /// <summary>What a handler waits for; null if it was not added.</summary>
    /// <param name="handler">The handler.</param>
    public DependentSequenceGroup? GetDependentSequencesFor(IValueEventHandler<T> handler) => _graph.DependentSequencesOf(handler);

    /// <summary>The last sequence that <paramref name="handler"/> has processed, as of its last batch end. Any thread, once started.</summary>
    /// <param name="handler">A handler that was added.</param>
    /// <exception cref="ArgumentException">It was not added.</exception>
    public long GetSequenceValueFor(IValueEventHandler<T> handler) => _graph.ProcessorOf(handler).Sequence.Value;

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

    internal ValueEventHandlerGroup<T> AddHandlers(Sequence[] after, IValueEventHandler<T>[] handlers) =>
        Group(_graph.AddHandlers(after, handlers, (barrier, h) => WithDefault(EventProcessorFactory.Create(RingBuffer, barrier, h))));

    internal ValueEventHandlerGroup<T> AddHandlers(Sequence[] after, ValueEventProcessorCreator<T>[] creators) =>
        Group(_graph.AddCreated(after, creators.Length, (i, barrier) => creators[i](RingBuffer, barrier)));

    internal ValueEventHandlerGroup<T> AddProcessors(Sequence[] beside, IEventProcessor[] processors) =>
        Group([.. _graph.AddProcessors(processors, gate: false), .. beside]);

    internal void SetExceptionHandlerOf(IEventHandler eventHandler, IValueExceptionHandler<T> exceptionHandler) =>
        ((IValueEventProcessor<T>)_graph.ProcessorOf(eventHandler)).SetExceptionHandler(exceptionHandler);

    private ValueEventHandlerGroup<T> Group(Sequence[] sequences) => new(this, sequences);

    private IValueEventProcessor<T> WithDefault(IValueEventProcessor<T> processor)
    {
        processor.SetExceptionHandler(_defaultExceptionHandler);
        return processor;
    }

    /// <summary>The exception handler of those that have none of their own; may be replaced until the start.</summary>
    private sealed class DefaultExceptionHandler : IValueExceptionHandler<T>
    {
        public IValueExceptionHandler<T> Inner { get; set; } = new ValueFatalExceptionHandler<T>();

        public void HandleEventException(Exception ex, long sequence, ref T evt) => Inner.HandleEventException(ex, sequence, ref evt);

        public void HandleOnTimeoutException(Exception ex, long sequence) => Inner.HandleOnTimeoutException(ex, sequence);

        public void HandleOnStartException(Exception ex) => Inner.HandleOnStartException(ex);

        public void HandleOnShutdownException(Exception ex) => Inner.HandleOnShutdownException(ex);
    }
}
