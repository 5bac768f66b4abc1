using Disruptor;
using LowLatency.Features;
using LowLatency.Inference;
using LowLatency.Pipeline;
using LowLatency.Pools;
using LowLatency.Positions;
using LowLatency.Simulation;
using LowLatency.Storage;
using LowLatency.Telemetry;
using LowLatency.Testing;
using LowLatency.Tests.Train;

namespace LowLatency.Tests.Storage;

/// <summary>Classes of this collection share one <see cref="RunFile"/>.</summary>
[CollectionDefinition(nameof(RunFile))]
public sealed class RunFileGroup : ICollectionFixture<RunFile>;

/// <summary>A run of a small world through the whole pipeline into a file, made once; every event is kept beside it as the oracle.</summary>
public sealed class RunFile : IDisposable
{
    private const int Rows = 20_000;

    private readonly TemporaryFolder _folder = new();

    public RunFile()
    {
        Path = System.IO.Path.Combine(_folder.Path, "run.sqlite");
        using FoundationModel model = FoundationModel.Load(Repository.Models);
        PoolTable pools = new();
        using SqliteProjection store = new(Path, model, Settings);
        using TradingPipeline pipeline = new(
            new PipelineOptions { OutboxPolicy = OutboxPolicy.Wait }, Settings, model, new Kept(new Projection(pools, store), Events), pools: pools);
        pipeline.Start();
        foreach (RecordedRow row in World.Create("realistic", 2).Rows().Take(Rows))
        {
            pipeline.Publisher.OnRow(row);
        }

        pipeline.StopAsync().GetAwaiter().GetResult();
        Pools = pools;
        Assert.Equal(0, store.Failures);
    }

    public static TradingSettings Settings { get; } = new() { MoonThreshold = 0.5, LandingSeed = 3 };

    public string Path { get; }

    public PoolTable Pools { get; }

    public List<PipelineEvent> Events { get; } = [];

    public void Dispose() => _folder.Dispose();

    private sealed class Kept(Projection inner, List<PipelineEvent> events) : IValueEventHandler<PipelineEvent>
    {
        public void OnEvent(ref PipelineEvent data, long sequence, bool endOfBatch)
        {
            events.Add(data);
            inner.OnEvent(ref data, sequence, endOfBatch);
        }

        public void OnShutdown() => inner.OnShutdown();
    }
}
