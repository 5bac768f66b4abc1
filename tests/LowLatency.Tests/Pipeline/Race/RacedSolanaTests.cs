using LowLatency.Simulation;
using LowLatency.Simulation.Faults;
using LowLatency.Storage;

namespace LowLatency.Tests.Pipeline.Race;

/// <summary>Two simulated nodes of one chain, with subscriptions, order within a slot and progress of their own.</summary>
public sealed class RacedSolanaTests
{
    private static readonly RecordedRow[] _rows = SolanaFeedTests.Rows;

    public static TheoryData<string> Mishaps => [.. Befallen.Keys];

    private static Dictionary<string, Runner> Befallen => new()
    {
        ["nothing"] = new(GatewayFaults.None, Rate: 10_000),
        ["slow"] = new(GatewayFaults.None, Rate: 7_000),
        ["stalled"] = new(new GatewayFaults { StallEvery = 700, StallMs = 90 }, Rate: 12_000),
        ["reset"] = new(new GatewayFaults { ResetAfter = 3_000, FaultyConnections = 2 }, Rate: 10_000),
        ["told twice"] = new(new GatewayFaults { DuplicateEvery = 3 }, Rate: 10_000),
    };

    [Theory]
    [MemberData(nameof(Mishaps))]
    public async Task Each_pool_is_told_once_as_it_was_when_a_slot_ended(string mishap)
    {
        GatewayFaults others = mishap == "stalled" ? new GatewayFaults { StallEvery = 500, StallMs = 60 } : GatewayFaults.None;
        RaceRun raced = await RaceRun.RaceAsync(_rows, GatewayFormat.Solana, Befallen[mishap], new Runner(others, Rate: 10_000));
        int missing = 0;
        Assert.Equal(1, raced.Clients[1]);
        foreach (IGrouping<string, (string Pool, ulong BaseAtoms, ulong QuoteLamports)> pool in raced.Rows.Select(static r => (r.Pool, r.BaseAtoms, r.QuoteLamports)).GroupBy(static r => r.Pool))
        {
            (string, ulong, ulong)[] ends = [.. SolanaFeedTests.Ends(_rows, pool.Key)];
            missing += AssertInOrder(ends, [.. pool]);
            Assert.Equal(ends[^1], pool.Last());
        }

        Assert.True(missing <= raced.First.Late + raced.Second.Late, $"{missing} missing, {raced.First.Late} and {raced.Second.Late} late");
        Assert.True(raced.Feed.Published > 100);
        Assert.Equal(raced.Feed.Published, raced.First.Won + raced.Second.Won);
        Assert.True(mishap != "stalled" || (raced.First.Won > 0 && raced.Second.Won > 0), $"{raced.First.Won} and {raced.Second.Won} won");
        Assert.True(raced.First.Copies + raced.Second.Copies > 0);
        Assert.Equal(raced.Feed.Rejected(LowLatency.Feed.RejectReason.LateInRace), raced.Rejected);
        Assert.Equal(0, raced.Gaps);
        Assert.Equal(mishap == "reset" ? 3 : 1, raced.Clients[0]);
    }

    [Fact]
    public async Task Forks_and_closed_vaults_of_both_nodes_leave_no_wrong_row()
    {
        GatewayFaults faults = new() { ForkEverySlots = 7, CloseVaultEverySlots = 11 };
        RaceRun raced = await RaceRun.RaceAsync(_rows, GatewayFormat.Solana, new Runner(faults, Rate: 10_000), new Runner(faults, Rate: 9_000));
        HashSet<(string, ulong, ulong)> states = SolanaFeedTests.States(_rows);
        Assert.All(raced.Rows.Where(static r => r.BaseAtoms != 0), row => Assert.Contains((row.Pool, row.BaseAtoms, row.QuoteLamports), states));
        Assert.Contains(raced.Rows, static row => row.BaseAtoms == 0);
        Assert.Equal(0, raced.Gaps);
    }

    // What is published is a part of what was, in its order, each state once; how many are missing since the first. Read from
    // the end, because a pool may be in one state in several slots.
    private static int AssertInOrder((string, ulong, ulong)[] ends, (string, ulong, ulong)[] told)
    {
        int at = ends.Length;
        for (int i = told.Length - 1; i >= 0; i--)
        {
            at = at == 0 ? -1 : Array.LastIndexOf(ends, told[i], at - 1);
            Assert.True(at >= 0, $"{told[i]} is no state, or told again, or out of order");
        }

        return ends.Length - at - told.Length;
    }
}
