using System.Text.Json;
using LowLatency.Report;
using LowLatency.Storage;
using LowLatency.Testing;
using LowLatency.Train.Compare;

namespace LowLatency.Tests.Train.Compare;

public sealed class RecordingProfileTests
{
    private const long Start = 1_750_000_000_000;

    [Fact]
    public void A_profile_of_two_pools_is_what_a_hand_computes()
    {
        // One pool rises by 10 %, one's liquidity is pulled, and one is heard of without a gap until their labels are closed.
        RecordedRow[] rows =
        [
            Row('A', 0, 100), Row('A', 2, 100), Row('A', 4, 110), Row('A', 6, 110),
            Row('B', 100, 50), Row('B', 160, 50), Row('B', 220, 50), Row('B', 280, 50, 0.25),
            .. Enumerable.Range(4, 10).Select(static i => Row('C', i * 100, 7)),
        ];
        RecordingProfile profile = RecordingProfile.Of("hand", rows);

        Assert.Equal((18, 3), (profile.Rows, profile.Pools));
        Assert.Equal(1_300.0 / 3_600, profile.Hours, 12);
        Assert.Equal(18, profile.Quality["Ok"]);
        Assert.Equal(14 / 15.0, profile.ZeroReturns);
        double[] gaps = [.. profile.Distributions.Single(static d => d.Name.StartsWith("gap", StringComparison.Ordinal)).Sorted];
        Assert.Equal([2, 2, 2, 60, 60, 60, .. Enumerable.Repeat(100, 9)], gaps);
        Assert.Equal([4, 4, 10], profile.Distributions.Single(static d => d.Name.StartsWith("rows", StringComparison.Ordinal)).Sorted);
        Assert.Equal([6, 180, 900], profile.Distributions.Single(static d => d.Name.StartsWith("lifetime", StringComparison.Ordinal)).Sorted);

        // Asked about: the third and fourth row of each pool; the pull is seen from B's third.
        Assert.Equal((4, 0, 1), (profile.Labelled, profile.MoonPools, profile.RugPools));
        Assert.Equal((0.0, 0.25, 0.0, 0.25), (profile.Moon, profile.Rug, profile.RugByPrice, profile.RugByReserve));
    }

    [Theory]
    [InlineData(13, 1.5, 1.0)] // +13 % is no exit; the time limit sells for a little more than a round trip costs
    [InlineData(13, 1.0, 0.0)] // and here for a little less
    [InlineData(16, -40, 1.0)] // +16 % is taken before the fall
    [InlineData(-13, 40, 0.0)] // -13 % stops before the rise
    public void An_entry_succeeds_where_it_is_sold_for_more_than_the_round_trip_costs(double first, double second, double success)
    {
        // The eleventh row is the one candidate that is filled, 4 s later: after the others nothing comes in time.
        List<RecordedRow> rows = [.. Enumerable.Range(0, 12).Select(static i => Row('A', i * 4, 100))];
        rows.Add(Row('A', 64, 100 + first));
        rows.Add(Row('A', 300, 100 + second));
        rows.Add(Row('B', 2_000, 100));
        EntryOutcome outcome = EntryTrial.Random(FeatureTable.Build(rows));
        Assert.Equal((1, 1), (outcome.Entries, outcome.Pools));
        Assert.Equal(success, outcome.Success);
    }

    [Fact]
    public void Without_a_signal_or_with_the_recordings_end_before_the_trades_there_is_no_outcome()
    {
        RecordedRow[] flat = [.. Enumerable.Range(0, 40).Select(static i => Row('A', i * 2, 100))];
        Assert.Equal(0, EntryTrial.Momentum(FeatureTable.Build(flat)).Entries);
        Assert.Equal(new EntryOutcome(0, 0, null, null, null), EntryTrial.Random(FeatureTable.Build(flat)));
    }

    [Fact]
    public void Momentum_holds_one_position_at_a_time()
    {
        RecordedRow[] rising = [.. Enumerable.Range(0, 60).Select(static i => Row('A', i * 4, 100 * Math.Pow(1.02, i))), Row('B', 2_000, 100)];
        EntryOutcome momentum = EntryTrial.Momentum(FeatureTable.Build(rising));
        EntryOutcome random = EntryTrial.Random(FeatureTable.Build(rising));
        Assert.Equal(1.0, momentum.Success);
        Assert.Equal(1.0, momentum.Low);

        // From row 10 on each is a signal; a trade takes a row to be filled and eight to rise by 15 %: rows 10, 20, ... 50.
        // The last row but one is filled, and sold when the pool has been silent for the time limit; the last is not.
        Assert.Equal(5, momentum.Entries);
        Assert.Equal(49, random.Entries);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.5, 2.5)]
    [InlineData(1, 4)]
    public void A_quantile_lies_between_its_neighbours(double q, double value)
    {
        Assert.Equal(value, Quantiles.Of([1, 2, 3, 4], q));
        Assert.Null(Quantiles.Of([], q));
    }

    [Fact]
    public async Task The_command_writes_a_page_with_pictures_and_prints_tables_or_json()
    {
        using TemporaryFolder folder = new();
        string Recording(string world) => Path.Combine(folder.Path, world + ".sqlite");
        foreach (string world in (string[])["realistic", "null"])
        {
            Assert.Equal(0, (await Run("generate", "--world", world, "--rows", "3000", "--out", Recording(world), "--phase", "mania@0.5", "--fault", "torn=0.01", "zero=0.01")).Code);
        }

        string page = Path.Combine(folder.Path, "page.html");
        (int code, string output) = await Run("compare", "--db", Recording("realistic"), Recording("null"), "--out", page, "--json");
        Assert.Equal(0, code);
        using JsonDocument json = JsonDocument.Parse(output);
        Assert.Equal(["realistic", "null"], json.RootElement.EnumerateArray().Select(static p => p.GetProperty("Name").GetString()));
        Assert.All(json.RootElement.EnumerateArray(), static p => Assert.InRange(p.GetProperty("Quality").GetProperty("Suspect").GetInt64(), 1, 100));
        Assert.Equal(6, (await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken)).Split("<img ").Length - 1);

        (code, output) = await Run("compare", "--db", Recording("realistic"), Recording("null"));
        Assert.Equal(0, code);
        Assert.Contains("momentum entries succeed", output, StringComparison.Ordinal);
        Assert.Equal(2, (await Run("compare", "--db", "not-there.sqlite")).Code);
        Assert.Equal(2, (await Run("generate", "--world", "null", "--rows", "10", "--out", page + "2", "--fault", "tor=0.1")).Code);
    }

    [Fact]
    public void The_real_recording_is_told_as_market_md_knows_it()
    {
        string? path = SharedData.Find("raydium/position_manager.sqlite");
        Assert.SkipWhen(path is null, SharedData.Missing);
        using RecordingReader reader = new(path!);
        RecordingProfile profile = RecordingProfile.Of("raydium", reader.Rows());
        Assert.Equal((4_423, 13), (profile.Rows, profile.Pools));
        Assert.Equal(2.1, profile.Quantile["gap between rows of a pool, s"][3]!.Value, 1);
    }

    // A swap moves the price and leaves k; share is what a withdrawal left of both sides.
    private static RecordedRow Row(char pool, long seconds, double price, double share = 1)
    {
        string id = new(pool, 44);
        PoolInfo info = new(id, new string('T', 44), "So11111111111111111111111111111111111111112", 6, 9, 0.25, 0, Start);
        double quote = 10 * Math.Sqrt(price) * share;
        double tokens = 1e7 / Math.Sqrt(price) * share;
        return new RecordedRow(0, info, id, Start + (seconds * 1_000), quote / tokens, tokens, quote, quote);
    }

    private static async Task<(int Code, string Output)> Run(params string[] arguments)
    {
        (int code, string output, _) = await CommandProcess.RunAsync("LowLatency.Train.dll", arguments);
        return (code, output);
    }
}
