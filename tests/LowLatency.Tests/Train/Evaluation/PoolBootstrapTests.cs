using LowLatency.Simulation;
using LowLatency.Train.Evaluation;

namespace LowLatency.Tests.Train.Evaluation;

public class PoolBootstrapTests
{
    [Fact]
    public void Each_replicate_draws_as_many_pools_as_there_are_and_the_same_seed_the_same()
    {
        List<string> first = [];
        List<string> again = [];
        new PoolBootstrap(7, seed: 3).Interval(counts => Keep(first, counts));
        new PoolBootstrap(7, seed: 3).Interval(counts => Keep(again, counts));

        Assert.Equal(first, again);
        Assert.Equal(PoolBootstrap.DefaultReplicates, first.Count);
        Assert.True(first.Distinct().Count() > 200);

        static double[] Keep(List<string> to, int[] counts)
        {
            Assert.Equal(7, counts.Sum());
            to.Add(string.Join(',', counts));
            return [0];
        }
    }

    [Fact]
    public void The_interval_of_a_mean_is_what_the_normal_law_says()
    {
        SeededRandom random = new(5);
        double[] values = [.. Enumerable.Range(0, 400).Select(_ => random.Normal())];
        double mean = values.Average();
        double error = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / 400) / 20;
        Estimate found = new PoolBootstrap(400, replicates: 4000).Mean(values, [.. values.Select(static _ => 1)]);

        Assert.Equal(mean, found.Value, 12);
        Assert.Equal(mean - (1.96 * error), found.Low, 0.1 * error);
        Assert.Equal(mean + (1.96 * error), found.High, 0.1 * error);
    }

    [Fact]
    public void Rows_that_repeat_what_their_pool_says_do_not_narrow_the_interval()
    {
        double[] sums = [.. Enumerable.Range(0, 50).Select(static i => (double)(i % 5))];
        PoolBootstrap bootstrap = new(50);

        Assert.Equal(
            bootstrap.Mean(sums, [.. sums.Select(static _ => 1)]),
            bootstrap.Mean([.. sums.Select(static s => 64 * s)], [.. sums.Select(static _ => 64)]));
    }

    [Fact]
    public void A_replicate_without_a_value_is_left_out_and_none_at_all_has_no_interval()
    {
        (double[] low, double[] high) = new PoolBootstrap(3).Interval(static counts => [counts[0] == 0 ? double.NaN : 2, double.NaN]);

        Assert.Equal([2, double.NaN], low);
        Assert.Equal([2, double.NaN], high);
    }
}
