using Disruptor;
using Disruptor.Dsl;
using LowLatency.Feed;
using LowLatency.Feed.Solana;
using LowLatency.Inference;
using LowLatency.Pipeline.Race;
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
    private const int StageCount = 4;
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(30);
    private static readonly ThreadPlan _outboxPlan = new(Topology.Pipelined, WaitMode.Block, "the projection sleeps while nothing happens", null);

    private readonly EventRing _ring;
    private readonly EventRing _outbox;
    private readonly OutboxHandler _outboxHandler;
    private readonly DecisionHash _hash = new();
    private readonly Action<string> _warn;
    private readonly SolanaSink? _node;
    private readonly RingProducer _producer;
    private readonly InferenceStage _inference;

    /// <summary>
    /// Builds the pipeline around a loaded model, which must outlive it, unless <see cref="Models"/> takes it back earlier. <paramref name="projection"/> takes every event
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
        CoreBudget budget = CoreBudget.OfThisProcess();
        Pools = pools ?? new PoolTable(options.MaxPools);
        Positions = new PositionStage(settings, Pools.Capacity);
        _outbox = new EventRing(options.OutboxSize, _outboxPlan);
        if (projection is not null)
        {
            _outbox.Handle(projection);
        }

        _outboxHandler = new OutboxHandler(projection is null ? null : _outbox.Buffer, options.OutboxPolicy);
        Plan = options.Plan(StageCount, budget);
        _ring = new EventRing(options.RingSize, Plan);
        _inference = new InferenceStage(_ring.Buffer, model, Models, Business);
        IValueEventHandler<PipelineEvent>[] stages =
            [new FeatureStage(Pools.Capacity, Business), _inference, new PositionHandler(Positions, _hash), _outboxHandler];
        _ring.Handle([.. stages.Select((stage, i) => new Placed(stage, options.MaxBatch, CoreOf(i, options.PinCore), _warn))]);
        if (Plan.Warning is { } warning)
        {
            _warn(warning);
        }

        _producer = new RingProducer(_ring.Buffer, Feed, options.FullRing, Pools.Capacity, Models, Commands);
        Publisher = new FeedPublisher(_producer, Pools, Feed, clock, options.Format);
        _node = options.Format == FeedFormat.Solana ? new SolanaSink(options.Solana, Publisher, Feed, clock ?? TimeProvider.System, _warn) : null;
        Race = options.Endpoints > 1 ? StartingLine(options, clock) : null;
    }

    /// <summary>How the stages are spread over threads and wait, and why.</summary>
    public ThreadPlan Plan { get; }

    /// <summary>The ring's one producer, where no endpoints race.</summary>
    public FeedPublisher Publisher { get; }

    /// <summary>The endpoints that race, each with what takes its messages; null where there is one endpoint.</summary>
    public FeedRace? Race { get; }

    /// <summary>What takes the feed's messages, by its format, where no endpoints race.</summary>
    public IFeedSink Sink => _node is null ? Publisher : _node;

    /// <summary>What was heard of a Solana node; null where the feed is none, or several that race.</summary>
    public SolanaCounters? Solana => Race is null ? _node?.Solana : null;

    /// <summary>The pools seen so far.</summary>
    public PoolTable Pools { get; }

    /// <summary>The position stage; its figures are the business thread's, exact only after <see cref="StopAsync"/>.</summary>
    public PositionStage Positions { get; }

    /// <summary>What the feed's side has seen.</summary>
    public FeedCounters Feed { get; } = new();

    /// <summary>What the business thread has done.</summary>
    public BusinessCounters Business { get; } = new();

    /// <summary>The model that predicts.</summary>
    public FoundationModel Model => _inference.Model;

    /// <summary>How another model comes to predict while the pipeline runs.</summary>
    public ModelExchange Models { get; } = new();

    /// <summary>What an operator may tell while the pipeline runs.</summary>
    public OperatorInbox Commands { get; } = new();

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
            _outbox.Start();
        }

        _ring.Start();
    }

    /// <summary>Handles what the feed has told, then stops the stages, then the projection. The feed must have ended.</summary>
    /// <exception cref="InvalidOperationException">An invariant of the books does not hold: nothing of the run can be believed.</exception>
    public async Task StopAsync()
    {
        _producer.Flush();
        await _ring.StopAsync(DrainTimeout).ConfigureAwait(false);
        await _outbox.StopAsync(DrainTimeout).ConfigureAwait(false);
        if (Positions.Verify() is { } broken)
        {
            throw new InvalidOperationException($"the books are broken: {broken}");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ring.Dispose();
        _outbox.Dispose();
    }

    private FeedRace StartingLine(PipelineOptions options, TimeProvider? clock)
    {
        RisingClock arrivals = new(clock ?? TimeProvider.System);
        return new FeedRace(options.Endpoints, Pools.Capacity, options.Format, lane =>
        {
            FeedPublisher publisher = new(_producer, Pools, Feed, clock, options.Format, lane);
            return options.Format == FeedFormat.Solana ? new SolanaSink(options.Solana, publisher, Feed, arrivals, _warn) : publisher;
        });
    }

    // Fused stages share the first one's core.
    private int? CoreOf(int stage, int? first) =>
        Plan.Topology == Topology.Pipelined ? first + stage : stage == 0 ? first : null;

    /// <summary>Pins the thread that runs a stage, once it is that thread, and limits its batches.</summary>
    private sealed class Placed(IValueEventHandler<PipelineEvent> inner, int maxBatch, int? core, Action<string> warn)
        : IValueEventHandler<PipelineEvent>
    {
        public int? MaxBatchSize => maxBatch;

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
