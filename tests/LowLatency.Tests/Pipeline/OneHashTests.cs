using Disruptor.Dsl;
using LowLatency.Feed;
using LowLatency.Inference;
using LowLatency.Pipeline;
using LowLatency.Positions;
using LowLatency.Simulation;
using LowLatency.Simulation.Faults;
using LowLatency.Storage;
using LowLatency.Testing;

namespace LowLatency.Tests.Pipeline;

public sealed class OneHashTests
{
    private const int Rows = 25_000;

    public static TheoryData<Topology, WaitMode> Ways => new()
    {
        { Topology.Fused, WaitMode.Block }, { Topology.Fused, WaitMode.Yield }, { Topology.Pipelined, WaitMode.Block },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Every_topology_and_wait_decides_the_same(Topology topology, WaitMode wait)
    {
        (long, ulong) expected = await ReplayAsync(World.Create("realistic", 11).Rows().Take(Rows), new PipelineOptions { Topology = Topology.Fused });
        (long, ulong) actual = await ReplayAsync(World.Create("realistic", 11).Rows().Take(Rows), new PipelineOptions { Topology = topology, Wait = wait });

        Assert.True(expected.Item1 > Rows / 2);
        Assert.Equal(expected, actual);
    }

    [Theory]
    [InlineData(InferenceEngine.OnnxRuntime, 1)]
    [InlineData(InferenceEngine.OnnxRuntime, 8)]
    [InlineData(InferenceEngine.OnnxRuntime, 11)]
    [InlineData(InferenceEngine.Compiled, 1)]
    public async Task Every_engine_and_batch_decides_the_same(InferenceEngine engine, int maxBatch)
    {
        RecordedRow[] rows = [.. World.Create("realistic", 11).Rows().Take(Rows / 2)];
        (long, ulong) expected = await ReplayAsync(rows, new PipelineOptions { Topology = Topology.Fused });

        Assert.Equal(expected, await ReplayAsync(rows, new PipelineOptions { Topology = Topology.Fused, MaxBatch = maxBatch }, engine));
    }

    [Fact]
    public async Task Another_seed_or_one_changed_bit_gives_another_hash()
    {
        RecordedRow[] rows = [.. World.Create("realistic", 11).Rows().Take(Rows)];
        (long, ulong) one = await ReplayAsync(rows, new PipelineOptions());
        (long, ulong) other = await ReplayAsync(World.Create("realistic", 12).Rows().Take(Rows), new PipelineOptions());
        int late = Array.FindLastIndex(rows, Rows - 200, static r => r.QuoteReserve > 0);
        rows[late] = rows[late] with { QuoteReserve = Math.BitIncrement(rows[late].QuoteReserve) };
        (long, ulong) bit = await ReplayAsync(rows, new PipelineOptions());

        Assert.NotEqual(one, other);
        Assert.Equal(one.Item1, bit.Item1);
        Assert.NotEqual(one.Item2, bit.Item2);
    }

    [Fact]
    public async Task Served_over_a_socket_it_decides_as_read_from_memory()
    {
        await ServeAndCompareAsync([.. World.Create("hostile", 4).Rows().Take(Rows)]);
    }

    [Fact]
    public async Task Served_with_every_fault_that_loses_nothing_it_decides_as_read_from_memory()
    {
        GatewayFaults faults = new()
        {
            FragmentBytes = 100,
            SegmentBytes = 1_000,
            PingEvery = 7,
            StallEvery = 10_000,
            StallMs = 50,
            GarbageEvery = 20,
            Garbage = GarbageKinds.Survivable,
        };
        await ServeAndCompareAsync([.. World.Create("hostile", 4).Rows().Take(Rows)], faults);
    }

    [Theory]
    [InlineData("raydium/position_manager.sqlite")]
    [InlineData("pumpfun/pumpfun-2025-06-06.sqlite")]
    public async Task A_real_recording_served_over_a_socket_decides_as_read_from_the_file(string recording)
    {
        string? path = SharedData.Find(recording);
        Assert.SkipWhen(path is null, SharedData.Missing);
        using RecordingReader reader = new(path!);
        await ServeAndCompareAsync([.. reader.Rows()]);
    }

    private static async Task ServeAndCompareAsync(RecordedRow[] rows, GatewayFaults? faults = null)
    {
        (long, ulong) expected = await ReplayAsync(rows, new PipelineOptions());
        await using Gateway gateway = Gateway.Start(() => rows, new GatewayOptions(Speed: 0) { Faults = faults ?? GatewayFaults.None });
        using FoundationModel model = FoundationModel.Load(Repository.Models);
        using TradingPipeline pipeline = new(new PipelineOptions(), new TradingSettings(), model);
        pipeline.Start();
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        FeedEnd end = await new FeedClient(new FeedOptions { Endpoint = gateway.Endpoint, StopOnNormalClose = true }, pipeline.Publisher).RunAsync(patience.Token);
        await pipeline.StopAsync();

        Assert.Equal(FeedEnd.ClosedNormally, end);
        Assert.Equal(rows.Length + gateway.Count(GatewayFault.Garbage), pipeline.Feed.Received);
        Assert.Equal(expected, (pipeline.Decisions, pipeline.Hash));
    }

    private static async Task<(long Decisions, ulong Hash)> ReplayAsync(IEnumerable<RecordedRow> rows, PipelineOptions options, InferenceEngine engine = InferenceEngine.Auto)
    {
        using FoundationModel model = FoundationModel.Load(Repository.Models, engine);
        using TradingPipeline pipeline = new(options, new TradingSettings(), model);
        pipeline.Start();
        foreach (RecordedRow row in rows)
        {
            pipeline.Publisher.OnRow(row);
        }

        await pipeline.StopAsync();
        Assert.Null(pipeline.Positions.Verify());
        return (pipeline.Decisions, pipeline.Hash);
    }
}
