using LowLatency.Features;
using LowLatency.Simulation;
using LowLatency.Storage;

namespace LowLatency.Tests.Simulation;

public sealed class WorldTests
{
    [Fact]
    public void A_seed_gives_one_world_and_another_seed_another()
    {
        RecordedRow[] one = [.. World.Create("realistic", 1).Rows().Take(20_000)];
        Assert.Equal(one, World.Create("realistic", 1).Rows().Take(20_000));
        Assert.NotEqual(one, World.Create("realistic", 2).Rows().Take(20_000));
        Assert.True(one.Zip(one.Skip(1)).All(static p => p.First.TimestampMs <= p.Second.TimestampMs));
    }

    [Fact]
    public void The_full_world_speaks_at_the_seeds_rate_from_its_first_minute()
    {
        RecordedRow[] rows = [.. World.Create("realistic", 1).Rows().TakeWhile(static r => r.TimestampMs < World.DefaultStartMs + 120_000)];
        Assert.InRange(rows.Length / 2, 7_000, 12_000);
        Assert.Contains(rows, static r => r.Pool!.TokenAMint.StartsWith("So1", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("easy")]
    [InlineData("realistic")]
    [InlineData("hostile")]
    public void Every_world_has_moons_and_rugs_in_the_expected_measure(string name)
    {
        FeatureRow[] rows = FeatureTable.Build(World.Create(name, 1, density: 0.1).Rows().Take(100_000));
        FeatureRow[] labelled = [.. rows.Where(static r => r.Label.IsLabelled && r.SegmentObservations >= FeatureSchema.MinObservations)];
        Assert.InRange(labelled.Count(static r => r.Label.WillMoon) / (double)labelled.Length, 0.02, 0.09);
        Assert.InRange(labelled.Count(static r => r.Label.WillRug) / (double)labelled.Length, 0.008, 0.06);
    }

    [Fact]
    public void A_recording_gives_back_the_rows_that_were_written()
    {
        string path = Path.Combine(Path.GetTempPath(), $"lowlatency-{Guid.NewGuid():N}.sqlite");
        try
        {
            RecordedRow[] rows = [.. World.Create("hostile", 9).Rows().Take(5_000)];
            using (RecordingWriter writer = new(path))
            {
                foreach (RecordedRow row in rows)
                {
                    writer.Add(row);
                }
            }

            using RecordingReader reader = new(path);
            Assert.Equal(rows, reader.Rows());
        }
        finally
        {
            File.Delete(path);
        }
    }
}
