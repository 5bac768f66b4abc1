using LowLatency.Features;
using LowLatency.Train;
using LowLatency.Train.LightGbm;

namespace LowLatency.Tests.Train;

public class DatasetTests
{
    [Fact]
    public void Features_are_rounded_as_the_graph_sees_them_and_missing_stays_missing()
    {
        Dataset data = Build(("a", 0, 1, 0.1), ("a", 1, 2, double.NaN), ("a", 2, 3, 1e300));

        Assert.Equal([0.1f, float.NaN, float.PositiveInfinity], [data.Row(0)[0], data.Row(1)[0], data.Row(2)[0]]);
    }

    [Fact]
    public void Rows_weigh_what_is_unique_in_their_pool_and_recording() =>
        Assert.Equal([0.75f, 0.5f, 1f, 1f], Build(("a", 0, 2, 0), ("a", 1, 2, 0), ("b", 1, 2, 0), ("a", 2, 2, 0)).Weight);

    [Fact]
    public void The_hash_is_of_the_rows_and_every_column_counts()
    {
        string hash = Build(("a", 0, 1, 5), ("b", 2, 3, 6)).Sha256();

        Assert.Equal(hash, Build(("a", 0, 1, 5), ("b", 2, 3, 6)).Sha256());
        Assert.NotEqual(hash, Build(("a", 0, 1, 5), ("a", 2, 3, 6)).Sha256());
        Assert.NotEqual(hash, Build(("a", 0, 1, 5), ("b", 1, 3, 6)).Sha256());
        Assert.NotEqual(hash, Build(("a", 0, 1, 5), ("b", 2, 4, 6)).Sha256());
        Assert.NotEqual(hash, Build(("a", 0, 1, 5), ("b", 2, 3, 7)).Sha256());
    }

    [Fact]
    public void Every_NaN_has_the_same_hash() => Assert.Equal(
        Build(("a", 0, 1, double.NaN)).Sha256(), Build(("a", 0, 1, BitConverter.Int64BitsToDouble(0x7FF8_DEAD_0000_0001))).Sha256());

    [Fact]
    public void Rows_out_of_time_order_are_refused() =>
        Assert.Throws<ArgumentException>(() => Build(("a", 5, 6, 0), ("a", 4, 6, 0)));

    [Fact]
    public void The_trainer_uses_the_weights()
    {
        float[] features = [.. Enumerable.Range(0, 200).Select(static i => (float)i)];
        float[] labels = [.. Enumerable.Range(0, 200).Select(static i => (float)(i % 2))];
        float[] heavy = [.. labels.Select(static l => l == 1 ? 3f : 1f)];
        using Booster even = Booster.Train(features, 1, labels, [.. labels.Select(static _ => 1f)], SyntheticData.SmallModel);
        using Booster tilted = Booster.Train(features, 1, labels, heavy, SyntheticData.SmallModel);

        Assert.InRange(even.PredictRaw([100f])[0], -0.5, 0.5);
        Assert.InRange(tilted.PredictRaw([100f])[0], 0.6, 1.6);
    }

    private static Dataset Build(params (string Pool, long Time, long End, double First)[] rows)
    {
        DatasetBuilder builder = new();
        foreach ((string pool, long time, long end, double first) in rows)
        {
            FeatureVector features = default;
            features[0] = first;
            builder.Add(pool, time, end, features, false, false);
        }

        return builder.Build();
    }
}
