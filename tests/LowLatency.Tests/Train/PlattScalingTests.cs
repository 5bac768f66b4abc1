using LowLatency.Train;

namespace LowLatency.Tests.Train;

public class PlattScalingTests
{
    [Fact]
    public void No_point_of_a_fine_grid_is_better_than_the_fit()
    {
        (double[] margins, bool[] labels, float[] weights) = Sample(500, slope: 0.6, intercept: -0.8);
        PlattScaling fit = PlattScaling.Fit(margins, labels, weights);
        (double positive, double negative) = PlattScaling.TargetsOf(labels, weights);
        double best = fit.Loss(margins, labels, weights, positive, negative);

        PlattScaling winner = fit;
        double least = best;
        for (int a = -60; a <= 60; a++)
        {
            for (int b = -60; b <= 60; b++)
            {
                PlattScaling candidate = new(fit.Slope + (a * 0.01), fit.Intercept + (b * 0.01));
                double loss = candidate.Loss(margins, labels, weights, positive, negative);
                (winner, least) = loss < least ? (candidate, loss) : (winner, least);
            }
        }

        Assert.Same(fit, winner);
        Assert.InRange(fit.Slope, 0.4, 0.8);
        Assert.InRange(fit.Intercept, -1.1, -0.5);
    }

    [Fact]
    public void Far_off_margins_are_found_back()
    {
        (double[] margins, bool[] labels, float[] weights) = Sample(4000, slope: 0.01, intercept: 0);
        PlattScaling fit = PlattScaling.Fit([.. margins.Select(static m => (m * 100) + 5000)], labels, weights);

        Assert.InRange(fit.Slope, 0, 0.002);
        Assert.All([fit.Slope, fit.Intercept], static v => Assert.True(double.IsFinite(v)));
    }

    [Fact]
    public void Separable_data_has_a_finite_answer()
    {
        PlattScaling fit = PlattScaling.Fit([-2, -1, 1, 2], [false, false, true, true], [1, 1, 1, 1]);

        Assert.InRange(fit.Slope, 0.1, 10);
        Assert.Equal(0, fit.Intercept, 6);
    }

    [Fact]
    public void A_row_of_weight_two_is_two_rows()
    {
        PlattScaling one = PlattScaling.Fit([-1, 0.5, 2, -0.3], [false, true, true, true], [2, 1, 1, 1]);
        PlattScaling other = PlattScaling.Fit([-1, -1, 0.5, 2, -0.3], [false, false, true, true, true], [1, 1, 1, 1, 1]);

        Assert.Equal(other.Slope, one.Slope, 9);
        Assert.Equal(other.Intercept, one.Intercept, 9);
    }

    [Fact]
    public void Margins_that_are_all_the_same_calibrate_to_the_rate()
    {
        PlattScaling fit = PlattScaling.Fit([1, 1, 1, 1], [true, false, false, false], [1, 1, 1, 1]);
        (double positive, double negative) = PlattScaling.TargetsOf([true, false, false, false], [1, 1, 1, 1]);

        double rate = (positive + (3 * negative)) / 4;
        Assert.Equal(Math.Log(rate / (1 - rate)), fit.Slope + fit.Intercept, 6);
    }

    [Fact]
    public void A_ranking_worse_than_chance_is_not_turned_round_but_gives_the_base_rate()
    {
        PlattScaling fit = PlattScaling.Fit([2, 1, -1, -2], [false, false, true, false], [1, 1, 1, 1]);

        Assert.Equal(0, fit.Slope);
        Assert.Equal(Math.Log(((2 / 3.0) + (3 * 0.2)) / (4 - (2 / 3.0) - (3 * 0.2))), fit.Intercept, 12);
    }

    [Fact]
    public void One_class_is_refused() =>
        Assert.Throws<TrainingException>(() => PlattScaling.Fit([1, 2], [true, true], [1, 1]));

    private static (double[] Margins, bool[] Labels, float[] Weights) Sample(int count, double slope, double intercept)
    {
        Random random = new(7);
        double[] margins = [.. Enumerable.Range(0, count).Select(_ => (random.NextDouble() * 8) - 4)];
        bool[] labels = [.. margins.Select(m => random.NextDouble() < 1 / (1 + Math.Exp(-(slope * m) - intercept)))];
        return (margins, labels, [.. margins.Select(_ => (float)(0.05 + random.NextDouble()))]);
    }
}
