using System.Diagnostics;
using Disruptor.Dsl;
using LowLatency.Inference;
using LowLatency.Pipeline;
using LowLatency.Positions;
using LowLatency.Simulation;
using LowLatency.Storage;
using LowLatency.Telemetry;

namespace LowLatency.Host;

/// <summary>Where models are, and what is to evaluate them.</summary>
internal sealed record ModelSource(string Directory, InferenceEngine Engine);

/// <summary>One run of the pipeline, live or replayed: builds it, warms it up, and sums it up when it has stopped.</summary>
internal sealed class Session : IDisposable
{
    private const int WarmUpRows = 30_000;
    private const ulong WarmUpSeed = 7;

    private readonly Stopwatch _clock = new();
    private readonly SqliteProjection? _store;

    public Session(PipelineOptions options, TradingSettings settings, ModelSource models, string? storePath, Action<string> warn, TimeProvider? clock = null)
    {
        FoundationModel model = FoundationModel.Load(models.Directory, models.Engine, warn);
        WarmUp(settings, model);
        TrimHeap();
        Pools.PoolTable pools = new(options.MaxPools);
        StorePath = storePath;
        _store = storePath is null ? null : new SqliteProjection(storePath, model, settings);
        Projection = new Projection(pools, _store);
        Pipeline = new TradingPipeline(options, settings, model, Projection, warn, clock, pools);
        Champion = new ChampionWatch(models.Directory, models.Engine, model, Pipeline.Models, announced => _store?.Announce(announced), warn);
        System.Runtime.GCSettings.LatencyMode = System.Runtime.GCLatencyMode.SustainedLowLatency;
        _clock.Start();
        Pipeline.Start();
    }

    public Projection Projection { get; }

    public TradingPipeline Pipeline { get; }

    /// <summary>Lets a version that is promoted while the run lasts predict, for as long as somebody runs it.</summary>
    public ChampionWatch Champion { get; }

    public string? StorePath { get; }

    /// <summary>The endpoints as they may be shown, in the order of the race's lanes.</summary>
    public IReadOnlyList<string> Endpoints { get; init; } = [];

    public TimeSpan Elapsed => _clock.Elapsed;

    /// <summary>Everything that a person or a machine wants to know, now.</summary>
    public Report Read() => Report.Of(this);

    public long StoreFailures => _store?.Failures ?? 0;

    public string? StoreFailure => _store?.FirstFailure;

    public async Task StopAsync()
    {
        await Pipeline.StopAsync().ConfigureAwait(false);
        _clock.Stop();
        _store?.Dispose();
    }

    public void Dispose()
    {
        Pipeline.Dispose();
        Pipeline.Models.Take()?.Dispose();
        Pipeline.Model.Dispose();
    }

    // The stages are compiled and the model's pages touched before the feed opens; nothing of the rehearsal is kept.
    private static void WarmUp(TradingSettings settings, FoundationModel model)
    {
        model.WarmUp();
        using TradingPipeline rehearsal = new(
            new PipelineOptions { MaxPools = 4_096, Topology = Topology.Fused, Wait = WaitMode.Block }, settings, model);
        using SnapshotJson json = new();
        rehearsal.Start();
        foreach (RecordedRow row in World.Create("realistic", WarmUpSeed).Rows().Take(WarmUpRows))
        {
            rehearsal.Publisher.OnMessage(json.Write(row).Span, isText: true, Stopwatch.GetTimestamp());
        }

        rehearsal.StopAsync().GetAwaiter().GetResult();
    }

    // What start-up and rehearsal leave behind goes back to the machine before the first message: the last planned collection.
    private static void TrimHeap() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
}
