using Disruptor;
using LowLatency.Feed;
using LowLatency.Feed.Solana;
using LowLatency.Pipeline;
using LowLatency.Pools;
using LowLatency.Simulation;
using LowLatency.Simulation.Faults;
using LowLatency.Simulation.Solana;
using LowLatency.Storage;
using LowLatency.Telemetry;

namespace LowLatency.Tests.Pipeline;

/// <summary>A simulated node at one end, the ring at the other: every published row is a state that the world was in.</summary>
public sealed class SolanaFeedTests
{
    private const int Capacity = 1 << 15;
    private const long SlotMs = 400;

    internal static readonly RecordedRow[] Rows = [.. World.Create("hostile", 3, density: 0.1).Rows().Take(4_000)];

    /// <summary>The same ten times as fast: several rows of a pool in one slot.</summary>
    private static readonly RecordedRow[] Dense =
        [.. Rows.Select(static row => row with { TimestampMs = Rows[0].TimestampMs + ((row.TimestampMs - Rows[0].TimestampMs) / 10) })];

    [Theory]
    [InlineData(FeedReader.Pipe)]
    [InlineData(FeedReader.BlockingSocket)]
    [InlineData(FeedReader.SpinningSocket)]
    public async Task Each_pool_is_told_as_it_was_when_a_slot_ended(FeedReader reader)
    {
        Heard heard = await ListenAsync(new SolanaOptions(), GatewayFaults.None, reader);
        Assert.True(heard.Updates.Count > 100);

        // From the first time that it is heard of, whenever its subscriptions are answered, nothing of a pool is missing.
        Assert.All(heard.Updates.GroupBy(static u => u.Pool), pool => Assert.Equal(Ends(Rows, pool.Key).TakeLast(pool.Count()), pool));
        Assert.Equal(heard.Updates.Count, heard.Counters.Published);
        Assert.True(heard.Solana.Joined > 0);
        Assert.Equal(0, heard.Solana.SlotRegressions);
        Assert.Equal(0, heard.Solana.Refused);
        Assert.Equal(0, Rejected(heard.Counters));
        Assert.Equal(0, heard.Gaps);
    }

    [Fact]
    public async Task Of_several_rows_in_a_slot_the_last_is_told()
    {
        Heard heard = await ListenAsync(new SolanaOptions(), GatewayFaults.None, rows: Dense);
        Assert.True(heard.Updates.Count > 100);
        Assert.All(heard.Updates.GroupBy(static u => u.Pool), pool => Assert.Equal(Ends(Dense, pool.Key).TakeLast(pool.Count()), pool));
        Assert.NotEmpty(Dense.Select(StateOf).Except(heard.Updates));
    }

    [Fact]
    public async Task With_logs_each_swap_within_a_slot_is_told_too()
    {
        Heard heard = await ListenAsync(new SolanaOptions { RayLogs = true }, new GatewayFaults { FailEverySwaps = 5 }, rows: Dense);
        HashSet<(string, ulong, ulong)> states = [.. Dense.Select(StateOf)];
        Assert.All(heard.Updates, update => Assert.Contains(update, states));
        Assert.NotEmpty(heard.Updates.Except(States(Dense)));
        Assert.True(heard.Counters.Rejected(RejectReason.FailedTransaction) > 0);
        Assert.Equal(heard.Counters.Rejected(RejectReason.FailedTransaction), Rejected(heard.Counters));
        Assert.True(heard.Solana.Swaps > 100);
        Assert.Equal(0, heard.Solana.InexactSwaps);
    }

    [Fact]
    public async Task Forks_repetitions_and_closed_vaults_leave_no_wrong_row()
    {
        GatewayFaults faults = new() { ForkEverySlots = 2, DuplicateEvery = 3, CloseVaultEverySlots = 11 };
        Heard heard = await ListenAsync(new SolanaOptions(), faults);
        HashSet<(string, ulong, ulong)> states = States(Rows);
        Assert.All(heard.Updates.Where(static u => u.BaseAtoms != 0), update => Assert.Contains(update, states));
        Assert.True(heard.Solana.SlotRegressions > 0);
        Assert.True(heard.Solana.Repeated > 0);
        Assert.True(heard.Solana.Closed > 0);
        Assert.Equal(heard.Solana.Closed, heard.Updates.Count(static u => u.BaseAtoms == 0));
    }

    [Theory]
    [InlineData(FeedReader.Pipe)]
    [InlineData(FeedReader.BlockingSocket)]
    public async Task After_a_lost_connection_everything_is_subscribed_again_and_a_gap_is_published(FeedReader reader)
    {
        Heard heard = await ListenAsync(new SolanaOptions(), new GatewayFaults { ResetAfter = 3_000, FaultyConnections = 2 }, reader);
        HashSet<(string, ulong, ulong)> ends = States(Rows);
        Assert.Equal(2, heard.Gaps);
        Assert.Equal(3, heard.Connections);
        Assert.All(heard.Updates, update => Assert.Contains(update, ends));
        Assert.True(heard.UpdatesBehindLastGap > 100);
    }

    [Fact]
    public async Task A_watch_list_that_is_full_refuses_or_evicts_and_stays_right()
    {
        Heard heard = await ListenAsync(new SolanaOptions { MaxWatchedPools = 5, EvictableAfterSlots = 20, MaxRequestsInFlight = 2 }, GatewayFaults.None);
        HashSet<(string, ulong, ulong)> ends = States(Rows);
        Assert.All(heard.Updates, update => Assert.Contains(update, ends));
        Assert.True(heard.Updates.Count > 0);
        Assert.InRange(heard.Solana.Watched, 1, 5);
        Assert.True(heard.Counters.Rejected(RejectReason.WatchListFull) > 0);
        Assert.True(heard.Solana.Evicted > 0);
    }

    private static long Rejected(FeedCounters counters) => Enum.GetValues<RejectReason>().Sum(counters.Rejected);

    /// <summary>What the world was like whenever a slot ended, by the rows alone: pool, atoms of the token, lamports.</summary>
    internal static HashSet<(string Pool, ulong BaseAtoms, ulong QuoteLamports)> States(RecordedRow[] rows) =>
        [.. rows.Select(static r => r.PoolId).Distinct().SelectMany(pool => Ends(rows, pool))];

    /// <summary>The same of one pool, a state for each slot in which it had a row, in order.</summary>
    internal static IEnumerable<(string Pool, ulong BaseAtoms, ulong QuoteLamports)> Ends(RecordedRow[] rows, string pool) =>
        rows.Where(row => row.PoolId == pool).GroupBy(SlotOf).Select(static slot => StateOf(slot.Last()));

    private static long SlotOf(RecordedRow row) => (row.TimestampMs - Rows[0].TimestampMs) / SlotMs;

    private static (string Pool, ulong BaseAtoms, ulong QuoteLamports) StateOf(RecordedRow row)
    {
        Assert.True(SolanaPool.TryReserves(row, out ulong coin, out ulong pc));
        return row.Pool!.TokenAMint == "So11111111111111111111111111111111111111112" ? (row.PoolId, pc, coin) : (row.PoolId, coin, pc);
    }

    private static async Task<Heard> ListenAsync(SolanaOptions options, GatewayFaults faults, FeedReader reader = FeedReader.Pipe, RecordedRow[]? rows = null)
    {
        ValueRingBuffer<PipelineEvent> ring = ValueRingBuffer<PipelineEvent>.CreateSingleProducer(static () => default, Capacity, new BlockingWaitStrategy());
        PoolTable pools = new();
        FeedCounters counters = new();
        SolanaSink sink = new(options, new FeedPublisher(new RingProducer(ring, counters, FullRingPolicy.Wait, pools.Capacity), pools, counters, TimeProvider.System), counters, TimeProvider.System);
        GatewayOptions served = new(Speed: 0) { Format = GatewayFormat.Solana, StartAfterSubscriptions = 3, Rate = 5_000, Faults = faults };
        await using Gateway gateway = Gateway.Start(() => rows ?? Rows, served);
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        FeedClient client = new(new FeedOptions { Endpoint = gateway.Endpoint, StopOnNormalClose = true, Reader = reader, BackoffFloorMs = 1, BackoffCeilingMs = 20 }, sink);
        Assert.Equal(FeedEnd.ClosedNormally, await client.RunAsync(patience.Token));
        Heard heard = new(counters, sink.Solana, client.Connections);
        Assert.True(ring.Cursor < Capacity);
        for (long sequence = 0; sequence <= ring.Cursor; sequence++)
        {
            heard.Take(ring[sequence], pools);
        }

        return heard;
    }

    private sealed record Heard(FeedCounters Counters, SolanaCounters Solana, int Connections)
    {
        public List<(string Pool, ulong BaseAtoms, ulong QuoteLamports)> Updates { get; } = [];

        public int Gaps { get; private set; }

        public int UpdatesBehindLastGap { get; private set; }

        public void Take(in PipelineEvent e, PoolTable pools)
        {
            if (e.Kind == EventKind.FeedGap)
            {
                Gaps++;
                UpdatesBehindLastGap = 0;
                return;
            }

            UpdatesBehindLastGap++;
            Updates.Add((pools.Describe(e.Update.Pool).PoolId, e.Update.BaseAtoms, e.Update.QuoteLamports));
        }
    }
}
