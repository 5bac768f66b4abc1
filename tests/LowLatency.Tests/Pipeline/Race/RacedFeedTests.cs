using LowLatency.Feed;
using LowLatency.Simulation;
using LowLatency.Simulation.Faults;
using LowLatency.Storage;

namespace LowLatency.Tests.Pipeline.Race;

/// <summary>Two gateways serve one world: what is published and decided is the world once, whatever befalls one of them.</summary>
public sealed class RacedFeedTests
{
    private const int Count = 12_000;

    private static readonly GatewayFaults _halting = new() { StallEvery = 1_500, StallMs = 150 };
    private static readonly GatewayFaults _stumbling = new() { StallEvery = 1_000, StallMs = 120 };

    public static TheoryData<string> Mishaps => [.. Befallen.Keys];

    private static Dictionary<string, Runner> Befallen => new()
    {
        ["nothing"] = new(GatewayFaults.None),
        ["slow"] = new(GatewayFaults.None, Rate: 3_000),
        ["stalled"] = new(_halting, Rate: 0),
        ["reset"] = new(new GatewayFaults { ResetAfter = 3_000, FaultyConnections = 2 }),
        ["closed"] = new(new GatewayFaults { CloseAfter = 4_000, FaultyConnections = 1 }),
        ["half open"] = new(new GatewayFaults { HalfOpenAfter = 3_000, FaultyConnections = 1 }, StallTimeoutMs: 400),
        ["refused"] = new(new GatewayFaults { RefuseFirst = 3 }),
        ["cut to pieces"] = new(new GatewayFaults { FragmentBytes = 40, SegmentBytes = 700, PingEvery = 50 }),
        ["on a thread of its own"] = new(_halting, Reader: FeedReader.BlockingSocket),
    };

    [Theory]
    [MemberData(nameof(Mishaps))]
    public async Task Whatever_befalls_the_first_endpoint_the_world_is_published_once_in_its_order(string mishap)
    {
        RecordedRow[] rows = Rows("hostile", 8);
        RaceRun expected = await RaceRun.FromMemoryAsync(rows);
        RaceRun raced = await RaceRun.RaceAsync(rows, GatewayFormat.Json, Befallen[mishap], new Runner(GatewayFaults.None));
        Assert.Equal(expected.Rows, raced.Rows);
        Assert.Equal(expected.Decided, raced.Decided);
        Assert.True(expected.Decided.Decisions > Count / 4);
        Assert.Equal(0, raced.Gaps);
        AssertSums(raced);
        Assert.Equal(mishap is "reset" or "closed" or "half open" or "refused", raced.Clients[0] > 1);
    }

    [Theory]
    [InlineData(GatewayFormat.Json)]
    [InlineData(GatewayFormat.SocketIo)]
    [InlineData(GatewayFormat.MessagePack)]
    public async Task Two_that_stumble_by_turns_both_win_some(GatewayFormat wire)
    {
        RecordedRow[] rows = Rows("realistic", 9);
        RaceRun expected = await RaceRun.FromMemoryAsync(rows);
        RaceRun raced = await RaceRun.RaceAsync(rows, wire, new Runner(_halting, Rate: 8_000), new Runner(_stumbling, Rate: 8_000));
        Assert.Equal(expected.Rows, raced.Rows);
        Assert.Equal(expected.Decided, raced.Decided);
        Assert.True(raced.First.Won > 0);
        Assert.True(raced.Second.Won > 0);
        Assert.Equal(0, raced.Gaps);
        if (wire != GatewayFormat.SocketIo)
        {
            AssertSums(raced);
        }
    }

    [Fact]
    public async Task When_both_are_lost_one_gap_is_published_and_the_feed_goes_on()
    {
        RecordedRow[] rows = Rows("realistic", 9);
        RaceRun expected = await RaceRun.FromMemoryAsync(rows);
        RaceRun raced = await RaceRun.RaceAsync(
            rows, GatewayFormat.Json,
            new Runner(new GatewayFaults { ResetAfter = 2_000, FaultyConnections = 1 }, PauseMs: 1_500),
            new Runner(new GatewayFaults { ResetAfter = 3_000, FaultyConnections = 1 }));
        Assert.Equal(1, raced.Gaps);
        Assert.Equal([2L, 2L], raced.Clients);
        Assert.True(raced.RowsBehindLastGap > Count / 2);
        Assert.Equal(expected.Rows.ToHashSet(), raced.Rows.ToHashSet());
        Assert.Contains(raced.Lines, static line => line.StartsWith("#1: ", StringComparison.Ordinal));
        Assert.Contains(raced.Lines, static line => line.StartsWith("#2: ", StringComparison.Ordinal));
    }

    [Fact]
    public void Labels_show_the_place_and_tell_equal_ones_apart()
    {
        static FeedOptions At(string url) => new() { Endpoint = new Uri(url) };
        Assert.Equal(["wss://a.example:443", "ws://b.example:80"], LowLatency.Pipeline.Race.RacedFeed.Labels([At("wss://a.example/?api-key=x"), At("ws://u:x@b.example/x")]));
        Assert.Equal(["wss://a.example:443 #1", "wss://a.example:443 #2"], LowLatency.Pipeline.Race.RacedFeed.Labels([At("wss://a.example/x"), At("wss://a.example/y")]));
    }

    // Every message has one end.
    private static void AssertSums(RaceRun run)
    {
        Assert.Equal(run.Feed.Published, run.First.Won + run.Second.Won);
        Assert.Equal(run.Feed.Received, run.First.Received + run.Second.Received);
        Assert.Equal(run.Feed.Received, run.Feed.Published + run.Rejected + run.First.Copies + run.Second.Copies);
        Assert.Equal(run.Feed.Rejected(RejectReason.LateInRace), run.First.Late + run.Second.Late);
        Assert.Equal(0, run.First.Late + run.Second.Late);
    }

    private static RecordedRow[] Rows(string world, ulong seed) => [.. World.Create(world, seed).Rows().Take(Count)];
}
