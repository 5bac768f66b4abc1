using System.Globalization;
using LowLatency.Features;
using LowLatency.Storage;
using LowLatency.Testing;

namespace LowLatency.Tests.Features;

public sealed class GoldenFeaturesTests
{
    [Theory]
    [InlineData("raydium/position_manager.sqlite", "golden/raydium-features.csv", 4_422)]
    [InlineData("pumpfun/pumpfun-2025-06-06.sqlite", "golden/pumpfun-features-40-pools.csv", 10_107)]
    public void Every_row_status_and_cell_agrees_with_the_independent_implementation(string recording, string golden, int rows)
    {
        string? recordingPath = SharedData.Find(recording);
        string? goldenPath = SharedData.Find(golden);
        Assert.SkipWhen(recordingPath is null || goldenPath is null, SharedData.Missing);

        using RecordingReader reader = new(recordingPath!);
        using StringWriter written = new();
        FeatureTable.WriteCsv(written, FeatureTable.Build(reader.Rows()));
        Dictionary<string, string[]> ours = written.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Skip(1).Select(static line => line.Split(',')).ToDictionary(static cells => cells[0]);

        string[] lines = File.ReadAllLines(goldenPath!);
        string[] names = lines[0].Split(',');
        int[] column = [.. names.Select(name => Array.IndexOf(FeatureTable.CsvHeader.Split(','), name))];
        Assert.DoesNotContain(-1, column);
        Assert.Equal(names.Skip(4).Take(FeatureSchema.SeedCount), FeatureSchema.Names[..FeatureSchema.SeedCount].ToArray());
        int compared = 0;
        foreach (string line in lines.Skip(1))
        {
            string[] expected = line.Split(',');
            string[] actual = ours[expected[0]];
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.True(Agree(expected[i], actual[column[i]]), $"row {expected[0]}, {names[i]}: expected '{expected[i]}', got '{actual[column[i]]}'");
            }

            compared++;
        }

        Assert.Equal(rows, compared);
        Assert.True(ours.Count >= rows);
    }

    private static bool Agree(string expected, string actual)
    {
        if (expected == actual)
        {
            return true;
        }

        return double.TryParse(expected, CultureInfo.InvariantCulture, out double e)
            && double.TryParse(actual, CultureInfo.InvariantCulture, out double a)
            && Math.Abs(e - a) <= 1e-9 * Math.Max(Math.Abs(e), 1e-6);
    }
}
