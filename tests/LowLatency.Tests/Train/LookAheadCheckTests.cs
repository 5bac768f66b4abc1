using LowLatency.Features;
using LowLatency.Simulation;
using LowLatency.Storage;
using LowLatency.Testing;
using LowLatency.Train;

namespace LowLatency.Tests.Train;

public class LookAheadCheckTests
{
    [Fact]
    public void Nothing_in_a_world_looks_ahead()
    {
        RecordedRow[] rows = [.. World.Create("hostile", 3, 0.1).Rows().Take(6_000)];

        Assert.Null(LookAheadCheck.Find(rows, FeatureTable.Build, FeatureTable.Build(rows)));
    }

    [Theory]
    [InlineData("raydium/position_manager.sqlite")]
    [InlineData("pumpfun/pumpfun-2025-06-06.sqlite")]
    public void Nothing_in_a_real_recording_looks_ahead(string recording)
    {
        string? path = SharedData.Find(recording);
        Assert.SkipWhen(path is null, SharedData.Missing);
        using RecordingReader reader = new(path!);
        RecordedRow[] rows = [.. reader.Rows()];

        Assert.Null(LookAheadCheck.Find(rows, FeatureTable.Build, FeatureTable.Build(rows)));
    }

    [Fact]
    public void A_feature_that_knows_the_pools_next_price_is_caught()
    {
        RecordedRow[] rows = [.. World.Create("easy", 4, 0.1).Rows().Take(2_000)];

        Assert.Contains("volume_ma_5 of row", LookAheadCheck.Find(rows, Cheat, Cheat(rows)), StringComparison.Ordinal);

        static FeatureRow[] Cheat(IEnumerable<RecordedRow> rows)
        {
            FeatureRow[] table = FeatureTable.Build(rows);
            Dictionary<string, double> next = [];
            for (int i = table.Length - 1; i >= 0; i--)
            {
                table[i].Features[FeatureSchema.VolumeMa5] = next.GetValueOrDefault(table[i].PoolId, double.NaN);
                next[table[i].PoolId] = table[i].Update.Price;
            }

            return table;
        }
    }

    [Fact]
    public void A_mean_over_the_whole_recording_is_caught()
    {
        RecordedRow[] rows = [.. World.Create("easy", 4, 0.1).Rows().Take(2_000)];

        Assert.Contains("reserve_ratio of row", LookAheadCheck.Find(rows, Cheat, Cheat(rows)), StringComparison.Ordinal);

        static FeatureRow[] Cheat(IEnumerable<RecordedRow> rows)
        {
            FeatureRow[] table = FeatureTable.Build(rows);
            double mean = table.Average(static r => r.Features[FeatureSchema.ReserveRatio]);
            for (int i = 0; i < table.Length; i++)
            {
                table[i].Features[FeatureSchema.ReserveRatio] /= mean;
            }

            return table;
        }
    }

    [Fact]
    public void A_label_that_changes_after_it_has_closed_is_caught()
    {
        RecordedRow[] rows = [.. World.Create("easy", 4, 0.1).Rows().Take(2_000)];

        Assert.Contains("the label of row", LookAheadCheck.Find(rows, Cheat, Cheat(rows)), StringComparison.Ordinal);

        static FeatureRow[] Cheat(IEnumerable<RecordedRow> rows)
        {
            FeatureRow[] table = FeatureTable.Build(rows);
            for (int i = 0; i < table.Length; i++)
            {
                table[i].Label.FutureMaxGain += table.Length;
            }

            return table;
        }
    }
}
