using Disruptor;
using Disruptor.Dsl;
using LowLatency.Inference;
using LowLatency.Pools;
using LowLatency.Positions;
using LowLatency.Telemetry;

namespace LowLatency.Pipeline;

/// <summary>
/// The wiring: ring, stages, outbox, threads. One producer (<see cref="Publisher"/>) on the feed's side; the stages on
/// their own threads; the projection on a thread of its own behind the outbox. Start once, stop once.
/// </summary>
public sealed class TradingPipeline : IDisposable
{
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(30);

    private readonly ValueDisruptor<PipelineEvent> _ring;
    private readonly ValueDisruptor<PipelineEvent> _outbox;
    private readonly OutboxHandler _outboxHandler;
    private readonly DecisionHash _hash = new();
    private readonly Action<string> _warn;

    /// <summary>
    /// Builds the pipeline around a loaded model; the model must outlive it. <paramref name="projection"/> takes every event
    /// after its decision; <paramref name="warn"/> takes one line for each thing the machine refused;
    /// <paramref name="clock"/> is the boundary's wall clock for live feeds, null for recordings.
    /// </summary>
    public TradingPipeline(
        PipelineOptions options, TradingSettings settings, FoundationModel model,
        IValueEventHandler<PipelineEvent>? projection = null, Action<string>? warn = null, TimeProvider? clock = null,
        PoolTable? pools = null)
    {
        if (options.Validate() is { Count: > 0 } problems)
        {
            throw new ArgumentException(string.Join("; ", problems), nameof(options));
        }

        _warn = warn ?? (static _ => { });
        Topology = options.ResolveTopology(Environment.ProcessorCount);
        Wait = options.ResolveWait();
        Pools = pools ?? new PoolTable(options.MaxPools);
        Positions = new PositionStage(settings, Pools.Capacity);
        _ring = new ValueDisruptor<PipelineEvent>(
            static () => default, options.RingSize, TaskScheduler.Default, ProducerType.Single, NewWaitStrategy(Wait));
        _outbox = new ValueDisruptor<PipelineEvent>(
            static () => default, options.OutboxSize, TaskScheduler.Default, ProducerType.Single, new BlockingWaitStrategy());
        if (projection is not null)
        {
            _outbox.HandleEventsWith(projection);
        }

        _outboxHandler = new OutboxHandler(projection is null ? null : _outbox.RingBuffer, options.OutboxPolicy);
        IValueEventHandler<PipelineEvent>[] stages =
        [
            new FeatureStage(Pools.Capacity, Business),
            new InferenceStage(model, Business),
            new PositionHandler(Positions, _hash),
            _outboxHandler,
        ];
        if (Topology == Topology.Fused)
        {
            _ring.HandleEventsWith(new PinnedHandler(new FusedHandler(stages), options.PinCore, _warn));
        }
        else
        {
            int core = options.PinCore ?? 0;
            ValueEventHandlerGroup<PipelineEvent> group =
                _ring.HandleEventsWith(new PinnedHandler(stages[0], options.PinCore, _warn));
            foreach (IValueEventHandler<PipelineEvent> stage in stages.AsSpan(1))
            {
                int? next = options.PinCore is null ? null : ++core;
                group = group.Then(new PinnedHandler(stage, next, _warn));
            }
        }

        Publisher = new FeedPublisher(_ring.RingBuffer, Pools, Feed, clock);
    }

    /// <summary>How the stages are spread over threads.</summary>
    public Topology Topology { get; }

    /// <summary>How the business thread waits.</summary>
    public WaitMode Wait { get; }

    /// <summary>The ring's one producer.</summary>
    public FeedPublisher Publisher { get; }

    /// <summary>The pools seen so far.</summary>
    public PoolTable Pools { get; }

    /// <summary>The position stage; its figures are the business thread's, exact only after <see cref="StopAsync"/>.</summary>
    public PositionStage Positions { get; }

    /// <summary>What the feed's side has seen.</summary>
    public FeedCounters Feed { get; } = new();

    /// <summary>What the business thread has done.</summary>
    public BusinessCounters Business { get; } = new();

    /// <summary>Events the projection never saw because it lagged.</summary>
    public long OutboxDropped => _outboxHandler.Dropped;

    /// <summary>Candidates decided so far.</summary>
    public long Decisions => _hash.Count;

    /// <summary>The hash over them.</summary>
    public ulong Hash => _hash.Value;

    /// <summary>Starts the threads.</summary>
    public void Start()
    {
        if (_outboxHandler.IsOpen)
        {
            _ = _outbox.Start();
        }

        _ = _ring.Start();
    }

    /// <summary>Handles what has been published, then stops the stages, then the projection.</summary>
    public async Task StopAsync()
    {
        await _ring.Shutdown(DrainTimeout).ConfigureAwait(false);
        if (_outboxHandler.IsOpen)
        {
            await _outbox.Shutdown(DrainTimeout).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ring.Dispose();
        _outbox.Dispose();
    }

    private static IWaitStrategy NewWaitStrategy(WaitMode mode) => mode switch
    {
        WaitMode.Spin => new BusySpinWaitStrategy(),
        WaitMode.Yield => new YieldingWaitStrategy(),
        _ => new BlockingWaitStrategy(),
    };

    /// <summary>Pins the thread that runs a stage, once it is that thread.</summary>
    private sealed class PinnedHandler(IValueEventHandler<PipelineEvent> inner, int? core, Action<string> warn)
        : IValueEventHandler<PipelineEvent>
    {
        public void OnEvent(ref PipelineEvent data, long sequence, bool endOfBatch) => inner.OnEvent(ref data, sequence, endOfBatch);

        public void OnStart()
        {
            if (core is { } wanted && ThreadPlacement.TryPin(wanted) is { } refusal)
            {
                warn(refusal);
            }

            inner.OnStart();
        }

        public void OnShutdown() => inner.OnShutdown();
    }

    /// <summary>Last stage: hands a copy of the event to the projection's ring, of which this thread is the one producer.</summary>
    private sealed class OutboxHandler(ValueRingBuffer<PipelineEvent>? outbox, OutboxPolicy policy) : IValueEventHandler<PipelineEvent>
    {
        private long _dropped;

        public bool IsOpen => outbox is not null;

        public long Dropped => Volatile.Read(ref _dropped);

        public void OnEvent(ref PipelineEvent data, long sequence, bool endOfBatch)
        {
            if (outbox is null)
            {
                return;
            }

            long slot;
            if (policy == OutboxPolicy.Wait)
            {
                slot = outbox.Next();
            }
            else if (!outbox.TryNext(out slot))
            {
                Volatile.Write(ref _dropped, _dropped + 1);
                return;
            }

            outbox[slot] = data;
            outbox.Publish(slot);
        }
    }
}
