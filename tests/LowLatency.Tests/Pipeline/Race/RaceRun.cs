using Disruptor;
using LowLatency.Feed;
using LowLatency.Feed.Solana;
using LowLatency.Inference;
using LowLatency.Pipeline;
using LowLatency.Pipeline.Race;
using LowLatency.Pools;
using LowLatency.Positions;
using LowLatency.Simulation;
using LowLatency.Simulation.Faults;
using LowLatency.Storage;
using LowLatency.Telemetry;
using LowLatency.Testing;

namespace LowLatency.Tests.Pipeline.Race;

/// <summary>What one of two gateways does, and how patient its client is.</summary>
internal sealed record Runner(GatewayFaults Faults, double Rate = 6_000, int PauseMs = 1, int StallTimeoutMs = 30_000, FeedReader Reader = FeedReader.Pipe);

/// <summary>What a whole pipeline published and decided, heard at its outbox.</summary>
internal sealed class RaceRun : IValueEventHandler<PipelineEvent>
{
    private readonly List<PoolUpdate> _updates = [];
    private TradingPipeline _pipeline = null!;

    /// <summary>Rows in order: pool, time, reserves in atoms.</summary>
    public IEnumerable<(string Pool, long TimestampMs, ulong BaseAtoms, ulong QuoteLamports)> Rows =>
        _updates.Select(u => (_pipeline.Pools.Describe(u.Pool).PoolId, u.TimestampMs, u.BaseAtoms, u.QuoteLamports));

    public int Gaps { get; private set; }

    public int RowsBehindLastGap { get; private set; }

    public FeedCounters Feed => _pipeline.Feed;

    public (long Decisions, ulong Hash) Decided => (_pipeline.Decisions, _pipeline.Hash);

    public RaceCounters First => _pipeline.Race!.Lanes[0].Counters;

    public RaceCounters Second => _pipeline.Race!.Lanes[1].Counters;

    public long Rejected => Enum.GetValues<RejectReason>().Sum(Feed.Rejected);

    public IReadOnlyList<long> Clients { get; private set; } = [];

    public List<string> Lines { get; } = [];

    public static Task<RaceRun> FromMemoryAsync(RecordedRow[] rows) => RunAsync(new PipelineOptions(), (_, pipeline) =>
    {
        foreach (RecordedRow row in rows)
        {
            pipeline.Publisher.OnRow(row);
        }

        return Task.CompletedTask;
    });

    public static Task<RaceRun> RaceAsync(RecordedRow[] rows, GatewayFormat wire, params Runner[] runners)
    {
        FeedFormat format = wire switch { GatewayFormat.SocketIo => FeedFormat.SocketIo, GatewayFormat.Solana => FeedFormat.Solana, _ => FeedFormat.Json };
        PipelineOptions options = new() { Format = format, Endpoints = 2, Solana = new SolanaOptions() };
        return RunAsync(options, async (run, pipeline) =>
        {
            using CountdownEvent ready = new(runners.Length);
            Gateway[] gateways = [.. runners.Select((runner, i) => Gateway.Start(
                StartingTogether(rows, ready),
                new GatewayOptions(Speed: 0) { Format = wire, Rate = runner.Rate, Faults = runner.Faults, Seed = (ulong)i + 1, StartAfterSubscriptions = wire == GatewayFormat.Solana ? 3 : 1 }))];
            try
            {
                FeedOptions[] feeds = [.. runners.Zip(gateways, static (runner, gateway) => new FeedOptions
                {
                    Endpoint = gateway.Endpoint,
                    Reader = runner.Reader,
                    StopOnNormalClose = true,
                    StallTimeoutMs = runner.StallTimeoutMs,
                    BackoffFloorMs = runner.PauseMs,
                    BackoffCeilingMs = Math.Max(20, runner.PauseMs),
                })];
                using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
                patience.CancelAfter(TimeSpan.FromSeconds(60));
                Assert.Equal(FeedEnd.ClosedNormally, await RacedFeed.RunAsync(pipeline.Race!, feeds, run.Say, cancellationToken: patience.Token));
                run.Clients = [.. gateways.Select(static gateway => gateway.Clients)];
            }
            finally
            {
                foreach (Gateway gateway in gateways)
                {
                    await gateway.DisposeAsync();
                }
            }
        });
    }

    /// <summary>The rows of one gateway: its first client gets the first of them when every gateway has a client.</summary>
    private static Func<IEnumerable<RecordedRow>> StartingTogether(RecordedRow[] rows, CountdownEvent ready)
    {
        int clients = 0;
        return Rows;

        IEnumerable<RecordedRow> Rows()
        {
            if (Interlocked.Increment(ref clients) == 1)
            {
                ready.Signal();
                ready.Wait(TimeSpan.FromSeconds(20));
            }

            foreach (RecordedRow row in rows)
            {
                yield return row;
            }
        }
    }

    public void OnEvent(ref PipelineEvent data, long sequence, bool endOfBatch)
    {
        if (data.Kind == EventKind.FeedGap)
        {
            Gaps++;
            RowsBehindLastGap = 0;
            return;
        }

        RowsBehindLastGap++;
        _updates.Add(data.Update);
    }

    private static async Task<RaceRun> RunAsync(PipelineOptions options, Func<RaceRun, TradingPipeline, Task> feed)
    {
        RaceRun run = new();
        using FoundationModel model = FoundationModel.Load(Repository.Models);
        using TradingPipeline pipeline = new(options with { OutboxPolicy = OutboxPolicy.Wait }, new TradingSettings(), model, projection: run);
        run._pipeline = pipeline;
        pipeline.Start();
        await feed(run, pipeline);
        await pipeline.StopAsync();
        return run;
    }

    private void Say(string line)
    {
        lock (Lines)
        {
            Lines.Add(line);
        }
    }
}
