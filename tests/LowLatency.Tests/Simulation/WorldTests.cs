using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
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

    // The shipped model is made from these rows: a change here asks for a new model.
    [Theory]
    [InlineData("easy", "b27b79686f1ccc273be34a9cf2e3bbc50ef18ada8e0ab3cb1e928792cf98f374")]
    [InlineData("realistic", "168c436bcb3fe01c6ca9c4e29d638ccd4dc7502c6c30fa51f915cd78085ade6c")]
    [InlineData("hostile", "629b8d95baa6cbbb5f56ce9f3ac93bfda52271568ac0a1804e3d3fbb29cddf8e")]
    public void A_world_keeps_its_rows_bit_for_bit(string name, string sha256) =>
        Assert.Equal(sha256, Sha256(World.Create(name, 1, density: 0.1).Rows().Take(30_000)));

    [Theory]
    [InlineData(WorldPhase.Drift)]
    [InlineData(WorldPhase.Mania)]
    public void A_phase_begins_at_its_row_and_not_before(WorldPhase phase)
    {
        const int begins = 10_000;
        World world = World.Create("realistic", 3);
        RecordedRow[] plain = [.. world.Rows().Take(30_000)];
        RecordedRow[] phased = [.. world.Then(phase, begins).Rows().Take(30_000)];
        Assert.Equal(plain[..begins], phased[..begins]);
        Assert.NotEqual(plain[begins..], phased[begins..]);
        Assert.Equal(plain, world.Then(WorldPhase.Same, begins).Rows().Take(30_000));
    }

    [Fact]
    public void In_a_mania_there_are_more_moons_and_in_a_drift_the_rule_that_worked_works_no_more()
    {
        double plain = MoonRate(WorldPhase.Same, static _ => true);
        Assert.True(MoonRate(WorldPhase.Mania, static _ => true) > 2 * plain);
        Assert.True(MoonRate(WorldPhase.Drift, Momentum) < 0.7 * MoonRate(WorldPhase.Same, Momentum));
    }

    [Fact]
    public void The_null_world_has_moons_and_rugs_in_the_realistic_measure_but_no_feature_tells_them_apart()
    {
        FeatureRow[] rows = Labelled(World.Create("null", 1, density: 0.1).Rows().Take(80_000));
        Assert.InRange(Rate(rows, static r => r.Label.WillMoon), 0.010, 0.035);
        Assert.InRange(Rate(rows, static r => r.Label.WillRug), 0.008, 0.030);
        FeatureRow[] real = Labelled(World.Create("realistic", 1, density: 0.1).Rows().Take(30_000));
        for (int feature = 0; feature < FeatureSchema.Count; feature++)
        {
            int column = feature;
            Assert.InRange(Auc(rows, column, static r => r.Label.WillMoon), 0.44, 0.56);
            Assert.InRange(Auc(rows, column, static r => r.Label.WillRug), 0.44, 0.56);
        }

        Assert.True(Auc(real, FeatureSchema.PriceChange10, static r => r.Label.WillMoon) > 0.6);
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
        FeatureRow[] rows = Labelled(World.Create(name, 1, density: 0.1).Rows().Take(100_000));
        Assert.InRange(Rate(rows, static r => r.Label.WillMoon), 0.010, 0.035);
        Assert.InRange(Rate(rows, static r => r.Label.WillRug), 0.008, 0.030);
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

    private static double MoonRate(WorldPhase phase, Func<FeatureRow, bool> where) => Rate(
        [.. Labelled(World.Create("realistic", 1, density: 0.1).Then(phase, 0).Rows().Take(40_000)).Where(where)], static r => r.Label.WillMoon);

    private static bool Momentum(FeatureRow row) =>
        row.Features[FeatureSchema.PriceChange10] > 0.08 && row.Features[FeatureSchema.ConsecutiveGains] >= 3;

    private static FeatureRow[] Labelled(IEnumerable<RecordedRow> rows) =>
        [.. FeatureTable.Build(rows).Where(static r => r.Label.IsLabelled && r.SegmentObservations >= FeatureSchema.MinObservations)];

    private static double Rate(FeatureRow[] rows, Func<FeatureRow, bool> label) => rows.Count(label) / (double)rows.Length;

    // The chance that a positive row's feature is above a negative row's, ties half; missing values are left out.
    private static double Auc(FeatureRow[] rows, int feature, Func<FeatureRow, bool> label)
    {
        double pairs = 0;
        long positives = 0;
        long negatives = 0;
        foreach (IGrouping<double, FeatureRow> tied in rows.Where(r => !double.IsNaN(r.Features[feature])).GroupBy(r => r.Features[feature]).OrderBy(static g => g.Key))
        {
            int up = tied.Count(label);
            int down = tied.Count() - up;
            pairs += up * (negatives + (down / 2.0));
            positives += up;
            negatives += down;
        }

        return pairs / ((double)positives * negatives);
    }

    private static string Sha256(IEnumerable<RecordedRow> rows)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] bits = new byte[6 * sizeof(long)];
        foreach (RecordedRow row in rows)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bits, row.Id);
            BinaryPrimitives.WriteInt64LittleEndian(bits.AsSpan(8), row.TimestampMs);
            BinaryPrimitives.WriteDoubleLittleEndian(bits.AsSpan(16), row.Price);
            BinaryPrimitives.WriteDoubleLittleEndian(bits.AsSpan(24), row.BaseReserve);
            BinaryPrimitives.WriteDoubleLittleEndian(bits.AsSpan(32), row.QuoteReserve);
            BinaryPrimitives.WriteDoubleLittleEndian(bits.AsSpan(40), row.Volume24h);
            hash.AppendData(bits);
            hash.AppendData(Encoding.ASCII.GetBytes(row.PoolId + row.Pool!.TokenAMint + row.Pool.TokenBMint));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
