using LowLatency.Report;

namespace LowLatency.Tests.Report;

public sealed class BootstrapTests
{
    [Fact]
    public void The_interval_of_a_mean_is_the_one_that_theory_gives()
    {
        // 400 coins, 30 % heads: the standard error is sqrt(.3 x .7 / 400) = .0229.
        double[] coins = [.. Enumerable.Range(0, 400).Select(static i => i % 10 < 3 ? 1.0 : 0.0)];
        (double low, double high) = Mean(coins, seed: 1)!.Value;
        Assert.Equal(0.3 - (1.96 * 0.0229), low, 0.006);
        Assert.Equal(0.3 + (1.96 * 0.0229), high, 0.006);
    }

    [Fact]
    public void A_seed_gives_the_same_interval_and_another_seed_another()
    {
        double[] sample = [1, 2, 4, 8, 16, 32, 64];
        Assert.Equal(Mean(sample, 7), Mean(sample, 7));
        Assert.NotEqual(Mean(sample, 7), Mean(sample, 8));
    }

    [Fact]
    public void What_never_varies_has_an_interval_of_no_width_and_what_is_no_number_has_none()
    {
        Assert.Equal((5.0, 5.0), Mean([5, 5, 5], 1));
        Assert.Equal((double.PositiveInfinity, double.PositiveInfinity), Mean([double.PositiveInfinity], 1));
        Assert.Null(Mean([double.NaN, double.NaN], 1));
        Assert.Null(Mean([], 1));
    }

    private static (double Low, double High)? Mean(double[] sample, ulong seed) => Bootstrap.Intervals(sample.Length, 1, seed, (picks, values) =>
    {
        double sum = 0;
        foreach (int pick in picks)
        {
            sum += sample[pick];
        }

        values[0] = sum / picks.Length;
    })[0];
}
