using CsCheck;
using LowLatency.Features;
using LowLatency.Train;
using LowLatency.Train.Evaluation;
using LowLatency.Train.LightGbm;
using LowLatency.Train.Study;

namespace LowLatency.Tests.Train.Study;

public class PurgedFoldsTests
{
    private const long MinuteMs = 60_000;

    [Fact]
    public void Every_row_is_judged_once_and_nothing_that_was_fitted_shares_a_pool_or_a_moment_with_what_is_judged()
    {
        Gen.Select(Gen.Int[0, 30], Gen.Int[0, 600], Gen.Int[0, 40], Gen.Int[0, 1]).List[10, 150].Sample(rows =>
        {
            DatasetBuilder builder = new();
            foreach (var recording in rows.GroupBy(static r => r.Item4).OrderBy(static g => g.Key))
            {
                builder.StartRecording();
                foreach ((int pool, int minute, int horizon, _) in recording.OrderBy(static r => r.Item2))
                {
                    builder.Add($"p{pool}", minute * MinuteMs, (minute + horizon) * MinuteMs, default, false, false);
                }
            }

            Dataset data = builder.Build();
            List<int> judged = [];
            foreach ((int[] train, int[] test) in PurgedFolds.Of(data, 4))
            {
                judged.AddRange(test);
                Assert.Empty(train.Select(i => data.Pool[i]).Intersect(test.Select(i => data.Pool[i])));
                foreach (int t in train)
                {
                    Assert.DoesNotContain(test, i => data.Recording[i] == data.Recording[t]
                        && data.TimestampMs[t] <= data.HorizonEndMs[i] && data.HorizonEndMs[t] >= data.TimestampMs[i]);
                }
            }

            Assert.Equal(Enumerable.Range(0, data.Count), judged.Order());
        }, iter: 100);
    }

    [Fact]
    public void A_random_split_of_rows_flatters_where_a_pool_can_be_known_again()
    {
        // Whether a pool's rows come is a lottery of the pool, and k_constant names the pool: nothing can be learned.
        Random random = new(6);
        DatasetBuilder builder = new();
        for (int pool = 0; pool < 300; pool++)
        {
            FeatureVector features = default;
            features[FeatureSchema.KConstant] = random.NextDouble();
            bool comes = random.Next(4) == 0;
            for (int row = 0; row < 20; row++)
            {
                long time = ((pool * 20) + row) * MinuteMs;
                builder.Add($"p{pool}", time, time + MinuteMs, features, comes, comes);
            }
        }

        Dataset data = builder.Build();
        int[] fold = [.. Enumerable.Range(0, data.Count).Select(_ => random.Next(5))];
        var shuffled = Enumerable.Range(0, 5).Select(f => (
            Enumerable.Range(0, data.Count).Where(i => fold[i] != f).ToArray(), Enumerable.Range(0, data.Count).Where(i => fold[i] == f).ToArray()));

        Assert.InRange(Auc(shuffled), 0.9, 1);
        Assert.InRange(Auc(PurgedFolds.Of(data, 5)), 0.4, 0.6);

        double Auc(IEnumerable<(int[] Train, int[] Test)> folds)
        {
            double[] says = new double[data.Count];
            foreach ((int[] train, int[] test) in folds)
            {
                using Booster booster = Booster.Train(
                    data.Rows(train), FeatureSchema.Count, [.. train.Select(i => data.Moon[i] ? 1f : 0f)],
                    [.. train.Select(static _ => 1f)], new BoosterParameters(Trees: 30, Leaves: 31, MinRowsInLeaf: 5));
                double[] margins = booster.PredictRaw(data.Rows(test));
                Array.ForEach([.. Enumerable.Range(0, test.Length)], i => says[test[i]] = 1 / (1 + Math.Exp(-margins[i])));
            }

            return new ScoredRows(says, [.. data.Moon], [.. data.Pool]).Measure().RocAuc!.Value;
        }
    }
}
