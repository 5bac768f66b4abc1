using LowLatency.Features;
using LowLatency.Pools;
using LowLatency.Simulation;
using LowLatency.Simulation.Faults;
using LowLatency.Storage;
using LowLatency.Tests.Train;

namespace LowLatency.Tests.Simulation.Faults;

/// <summary>Each fault is known by what it does to a world's rows, and by what the pipeline then says of them.</summary>
public sealed class RecordingFaultsTests
{
    private static readonly RecordedRow[] Whole = [.. World.Create("realistic", 4, density: 0.1).Rows().Take(20_000)];

    [Fact]
    public void Without_a_fault_the_rows_stay_as_they_are() =>
        Assert.Equal(Whole, new RecordingFaults(1, []).Apply(Whole));

    [Fact]
    public void All_together_they_are_seeded_and_counted_and_each_hits_what_it_hits_alone()
    {
        KeyValuePair<RecordingFault, double>[] all = [.. Enum.GetValues<RecordingFault>().Select(static f => KeyValuePair.Create(f, f == RecordingFault.Burst ? 0.0003 : 0.01))];
        RecordingFaults together = new(7, all);
        RecordedRow[] rows = [.. together.Apply(Whole)];
        Assert.Equal(rows, together.Apply(Whole));
        Assert.NotEqual(rows, new RecordingFaults(8, all).Apply(Whole));
        Assert.All(Enum.GetValues<RecordingFault>(), fault => Assert.True(together.Count(fault) > 20, $"{fault} {together.Count(fault)}"));
        Assert.Equal(Whole.Length - together.Count(RecordingFault.Dropped) + together.Count(RecordingFault.Duplicated), rows.Length);
        Assert.Equal(Enumerable.Range(1, rows.Length).Select(static i => (long)i), rows.Select(static r => r.Id));

        RecordingFaults alone = new(7, [KeyValuePair.Create(RecordingFault.Dropped, 0.01)]);
        Assert.Equal(Whole.Length - alone.Apply(Whole).Count(), alone.Count(RecordingFault.Dropped));
        Assert.Equal(together.Count(RecordingFault.Dropped), alone.Count(RecordingFault.Dropped));
        Assert.Throws<ArgumentException>(static () => new RecordingFaults(1, [KeyValuePair.Create(RecordingFault.Zero, 1.1)]));
    }

    [Fact]
    public void A_dropped_row_is_a_longer_way_to_the_next_and_nothing_else()
    {
        RecordedRow[] rows = Spoilt(RecordingFault.Dropped, 0.05, out long hit);
        Assert.Equal(Whole.Length - hit, rows.Length);
        HashSet<(string, long)> left = [.. rows.Select(static r => (r.PoolId, r.TimestampMs))];
        AssertSameTable(FeatureTable.Build(Whole.Where(r => left.Contains((r.PoolId, r.TimestampMs)))), FeatureTable.Build(rows));
        Assert.All(FeatureTable.Build(rows), static r => Assert.NotEqual(Quality.Gap, r.Update.Quality));
    }

    [Fact]
    public void A_duplicate_is_an_observation_at_which_nothing_moved()
    {
        FeatureRow[] table = FeatureTable.Build(Spoilt(RecordingFault.Duplicated, 0.05, out long hit));
        Dictionary<string, FeatureRow> last = [];
        long repeated = 0;
        foreach (FeatureRow row in table)
        {
            if (last.TryGetValue(row.PoolId, out FeatureRow before) && before.Update.TimestampMs == row.Update.TimestampMs)
            {
                repeated++;
                Assert.Equal(before.Update.Quality == Quality.Suspect ? Quality.LiquidityEvent : Quality.Ok, row.Update.Quality);
                Assert.Equal(before.Update.Quality == Quality.Suspect ? before.SegmentObservations : 0, row.Features[FeatureSchema.PriceChange1]);
            }

            last[row.PoolId] = row;
        }

        Assert.Equal(hit, repeated);
    }

    [Fact]
    public void A_row_that_comes_late_is_refused_live_and_put_right_by_a_recordings_reader()
    {
        RecordedRow[] rows = Spoilt(RecordingFault.OutOfOrder, 0.02, out long hit);
        Assert.Equal(hit, LoadReport.Of(rows).Rejected[(int)LowLatency.Feed.RejectReason.TimestampRegression]);
        Assert.Equal(Whole.Length - hit, FeatureTable.Build(rows).Length);

        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "late.sqlite");
        using (RecordingWriter writer = new(path))
        {
            foreach (RecordedRow row in rows)
            {
                writer.Add(row);
            }
        }

        using RecordingReader reader = new(path);
        AssertSameTable(FeatureTable.Build(ByPool(Whole)), FeatureTable.Build(ByPool(reader.Rows())));
    }

    [Fact]
    public void A_torn_read_is_suspect_held_back_and_forgotten()
    {
        RecordedRow[] rows = Spoilt(RecordingFault.Torn, 0.002, out long hit);
        Dictionary<long, RecordedRow> spoilt = rows.Zip(Whole).Where(static p => p.First != p.Second).ToDictionary(static p => p.First.Id, static p => p.First);
        Assert.Equal(hit, spoilt.Count);

        // The pool's first row has nothing to be suspect against; what follows it is another story.
        HashSet<string> fromTheFirst = [.. Whole.DistinctBy(static r => r.PoolId).Where(r => spoilt.ContainsKey(r.Id)).Select(static r => r.PoolId)];
        FeatureRow[] table = [.. FeatureTable.Build(rows).Where(r => !fromTheFirst.Contains(r.PoolId))];
        Assert.All(table.Where(r => spoilt.ContainsKey(r.Id)), static r => Assert.Equal((Quality.Suspect, 0), (r.Update.Quality, r.SegmentObservations)));

        FeatureRow[] without = FeatureTable.Build(Whole.Where(r => !spoilt.ContainsKey(r.Id)));
        AssertSameTable([.. without.Where(r => !fromTheFirst.Contains(r.PoolId))], [.. table.Where(r => !spoilt.ContainsKey(r.Id))]);
    }

    [Fact]
    public void A_zero_reserve_is_invalid_and_leaves_no_trace_in_the_pool()
    {
        RecordedRow[] rows = Spoilt(RecordingFault.Zero, 0.02, out long hit);
        FeatureRow[] table = FeatureTable.Build(rows);
        Assert.Equal(hit, table.Count(static r => r.Update.Quality == Quality.Invalid));
        FeatureRow[] valid = [.. table.Where(static r => r.Update.Quality != Quality.Invalid)];
        HashSet<long> left = [.. valid.Select(static r => r.Id)];
        AssertSameTable(FeatureTable.Build(Whole.Where(r => left.Contains(r.Id))), valid);
    }

    /// <summary>The rule of features.md asks k AND price: exchanged sides leave k, so the row passes for a move of the price.</summary>
    [Fact]
    public void Exchanged_sides_keep_k_and_so_pass_for_a_price_move()
    {
        RecordedRow[] rows = Spoilt(RecordingFault.Inverted, 0.002, out long hit);
        Dictionary<long, RecordedRow> spoilt = rows.Zip(Whole).Where(static p => p.First != p.Second).ToDictionary(static p => p.First.Id, static p => p.Second);
        Assert.Equal(hit, spoilt.Count);
        FeatureRow[] hits = [.. FeatureTable.Build(rows).Where(r => spoilt.ContainsKey(r.Id) && r.SegmentObservations > 1)];
        Assert.True(hits.Length > hit / 2);
        Assert.All(hits, row =>
        {
            Assert.Equal(Quality.Ok, row.Update.Quality);
            Assert.InRange(Math.Abs(Math.Log(row.Features[FeatureSchema.PriceChange1] + 1)), 20, 50);
        });
    }

    [Fact]
    public void A_burst_gives_the_rows_one_moment_and_begins_new_segments_where_it_was_longer_than_a_gap()
    {
        RecordedRow[] rows = Spoilt(RecordingFault.Burst, 0.0004, out long hit);
        Assert.Equal(Whole.Select(static r => (r.Id, r.PoolId, r.BaseReserve)), rows.Select(static r => (r.Id, r.PoolId, r.BaseReserve)));
        Assert.Equal(hit, rows.Zip(Whole).Count(static p => p.First.TimestampMs > p.Second.TimestampMs));

        int epoch = 0;
        int gaps = 0;
        int bursts = 0;
        long before = rows[0].TimestampMs;
        Dictionary<string, int> seen = [];
        foreach ((FeatureRow row, RecordedRow source) in FeatureTable.Build(rows).Zip(rows))
        {
            epoch += source.TimestampMs - before > ObservationGate.MaxGapMs ? 1 : 0;
            bursts += source.TimestampMs - before > 4_000 ? 1 : 0;
            before = source.TimestampMs;
            bool gap = seen.TryGetValue(source.PoolId, out int last) && last != epoch;
            gaps += gap ? 1 : 0;
            Assert.Equal(gap, row.Update.Quality == Quality.Gap);
            Assert.True(!gap || row.SegmentObservations == 1);
            seen[source.PoolId] = epoch;
        }

        Assert.True(gaps > 5 && epoch < bursts, $"{gaps} gaps, {epoch} long bursts of {bursts}");
    }

    private static RecordedRow[] Spoilt(RecordingFault fault, double share, out long hit)
    {
        RecordingFaults faults = new(5, [KeyValuePair.Create(fault, share)]);
        RecordedRow[] rows = [.. faults.Apply(Whole)];
        hit = faults.Count(fault);
        Assert.True(hit > 20, $"{hit} rows hit");
        return rows;
    }

    // Rows of one moment may come in another order than they left; per pool the order is the time's.
    private static IEnumerable<RecordedRow> ByPool(IEnumerable<RecordedRow> rows) =>
        rows.OrderBy(static r => r.TimestampMs).ThenBy(static r => r.PoolId, StringComparer.Ordinal);

    // Everything but the numbers that only count rows and pools.
    private static void AssertSameTable(FeatureRow[] expected, FeatureRow[] actual) =>
        Assert.Equal(expected.Select(Content), actual.Select(Content));

    private static (string, long, Quality, int, string, LabelStatus, double, double, double) Content(FeatureRow row) => (
        row.PoolId, row.Update.TimestampMs, row.Update.Quality, row.SegmentObservations, string.Join(' ', ((ReadOnlySpan<double>)row.Features).ToArray().Select(BitConverter.DoubleToInt64Bits)),
        row.Label.Status, row.Label.FutureMaxGain, row.Label.FutureMinGain, row.Label.FutureMinQuote);
}
