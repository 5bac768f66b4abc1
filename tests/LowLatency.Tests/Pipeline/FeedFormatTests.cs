using LowLatency.Feed;
using LowLatency.Inference;
using LowLatency.Pipeline;
using LowLatency.Positions;
using LowLatency.Simulation;
using LowLatency.Storage;
using LowLatency.Telemetry;
using LowLatency.Testing;

namespace LowLatency.Tests.Pipeline;

/// <summary>The same rows decide the same, whatever form they come in, and once more from the tape of them.</summary>
public sealed class FeedFormatTests
{
    private const int Rows = 12_000;

    [Theory]
    [InlineData(GatewayFormat.Json)]
    [InlineData(GatewayFormat.SocketIo)]
    [InlineData(GatewayFormat.MessagePack)]
    public async Task A_world_served_in_any_form_decides_as_from_memory_and_so_does_its_tape(GatewayFormat wire)
    {
        RecordedRow[] rows = [.. World.Create("hostile", 8).Rows().Take(Rows)];
        Result expected = await FromMemoryAsync(rows);
        string path = Path.Combine(Path.GetTempPath(), $"lowlatency-{Guid.NewGuid():N}.tape");
        try
        {
            FeedFormat format = wire == GatewayFormat.SocketIo ? FeedFormat.SocketIo : FeedFormat.Json;
            Result live = await LiveAsync(rows, wire, format, path);
            Result replayed = await FromTapeAsync(path, format);

            Assert.True(expected.Decisions > Rows / 4);
            Assert.Equal(expected with { Received = live.Received }, live);
            Assert.Equal(rows.Length + (wire == GatewayFormat.SocketIo ? 2 : 0), live.Received);
            Assert.Equal(live, replayed);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task Interruptions_and_refused_times_are_on_the_tape_too()
    {
        using MemoryStream file = new();
        RecordedRow[] rows = [.. World.Create("realistic", 9).Rows().Take(Rows)];
        Result live = await RunAsync(FeedFormat.Json, async (pipeline, clock) =>
        {
            using TapeWriter tape = new(file, FeedFormat.Json, pipeline.Publisher, clock, TapeFullPolicy.Wait);
            using SnapshotJson json = new();
            long now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
            for (int i = 0; i < rows.Length; i++)
            {
                if (i % 3_000 == 2_999)
                {
                    tape.OnInterrupted();
                    tape.OnConnected(IFeedSender.Nobody);
                    tape.OnMessage(json.Write(rows[i] with { TimestampMs = now + FeedPublisher.MaxAheadMs + 60_000 }).Span, isText: true, 0);
                }

                tape.OnMessage(json.Write(rows[i]).Span, isText: true, System.Diagnostics.Stopwatch.GetTimestamp());
            }

            await Task.CompletedTask;
        });
        byte[] tape = file.ToArray();
        Result replayed = await RunAsync(FeedFormat.Json, (pipeline, clock) =>
        {
            using TapeReader reader = new(new MemoryStream(tape));
            Assert.Equal(TapeEnd.Whole, TapeReplay.Run(reader, pipeline.Publisher, clock).End);
            return Task.CompletedTask;
        });

        Assert.Equal(4, live.Gaps);
        Assert.Equal(4, live.RefusedTimes);
        Assert.Equal(live, replayed);
    }

    private static Task<Result> FromMemoryAsync(RecordedRow[] rows) => RunAsync(FeedFormat.Json, (pipeline, _) =>
    {
        foreach (RecordedRow row in rows)
        {
            pipeline.Publisher.OnRow(row);
        }

        return Task.CompletedTask;
    }, clocked: false);

    private static Task<Result> LiveAsync(RecordedRow[] rows, GatewayFormat wire, FeedFormat format, string path) => RunAsync(format, async (pipeline, clock) =>
    {
        await using Gateway gateway = Gateway.Start(() => rows, new GatewayOptions(Speed: 0) { Format = wire });
        using TapeWriter tape = new(File.Create(path), format, pipeline.Publisher, clock, TapeFullPolicy.Wait);
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        FeedEnd end = await new FeedClient(new FeedOptions { Endpoint = gateway.Endpoint, StopOnNormalClose = true }, tape).RunAsync(patience.Token);
        Assert.Equal(FeedEnd.ClosedNormally, end);
        Assert.Equal(0, tape.Lost);
    });

    private static Task<Result> FromTapeAsync(string path, FeedFormat format) => RunAsync(format, (pipeline, clock) =>
    {
        using TapeReader tape = new(File.OpenRead(path));
        Assert.Equal(format, tape.Format);
        Assert.Equal(TapeEnd.Whole, TapeReplay.Run(tape, pipeline.Publisher, clock).End);
        return Task.CompletedTask;
    });

    private static async Task<Result> RunAsync(FeedFormat format, Func<TradingPipeline, TapeClock, Task> feed, bool clocked = true)
    {
        TapeClock clock = new();
        using FoundationModel model = FoundationModel.Load(Repository.Models);
        using TradingPipeline pipeline = new(new PipelineOptions { Format = format }, new TradingSettings(), model, clock: clocked ? clock : null);
        pipeline.Start();
        await feed(pipeline, clock);
        await pipeline.StopAsync();
        FeedCounters counters = pipeline.Feed;
        return new Result(
            pipeline.Decisions, pipeline.Hash, counters.Received, counters.Published, pipeline.Business.FeedGaps, counters.Rejected(RejectReason.InvalidTimestamp));
    }

    private sealed record Result(long Decisions, ulong Hash, long Received, long Published, long Gaps, long RefusedTimes);
}
