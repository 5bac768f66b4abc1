using LowLatency.Features;
using LowLatency.Train;
using LowLatency.Train.Evaluation;

namespace LowLatency.Tests.Train.Evaluation;

public class BaselineTests
{
    [Fact]
    public void Cholesky_solves_a_system_by_hand()
    {
        // [[4, 2], [2, 3]] x = [2, 5] has x = [-.5, 2].
        double[] x = Cholesky.Solve([[4, 0], [2, 3]], [2, 5]);

        Assert.Equal(-0.5, x[0], 12);
        Assert.Equal(2, x[1], 12);
    }

    [Fact]
    public void The_logistic_fit_is_where_the_gradient_is_zero()
    {
        (float[] rows, bool[] labels, float[] weights) = Sample(2_000);
        LogisticRegression model = LogisticRegression.Fit(rows, 2, labels, weights);

        // The constant is not penalised, so the weighted mean of p - y is zero; the slope found is the one drawn, scaled.
        double mean = labels.Select((l, i) => weights[i] * (model.Probability(rows.AsSpan(2 * i, 2)) - (l ? 1 : 0))).Sum() / weights.Sum();
        Assert.Equal(0, mean, 1e-6);
        Assert.True(model.Coefficients[0] > 0.5);
        Assert.Equal(0, model.Coefficients[1], 0.2);
        Assert.Equal(4, model.Coefficients.Count);
    }

    [Fact]
    public void A_missing_value_has_a_coefficient_of_its_own()
    {
        // Present: 1 of 4 comes; missing: 3 of 4.
        float[] rows = [.. Enumerable.Range(0, 800).Select(static i => i < 400 ? 1f : float.NaN)];
        bool[] labels = [.. Enumerable.Range(0, 800).Select(static i => i < 400 ? i % 4 == 0 : i % 4 != 0)];
        LogisticRegression model = LogisticRegression.Fit(rows, 1, labels, [.. labels.Select(static _ => 1f)]);

        Assert.Equal(0.25, model.Probability([1f]), 0.01);
        Assert.Equal(0.75, model.Probability([float.NaN]), 0.01);
    }

    [Fact]
    public void A_row_of_weight_two_is_two_rows_and_separable_rows_have_a_finite_answer()
    {
        LogisticRegression one = LogisticRegression.Fit([1, 2, 3, 4], 1, [false, true, false, true], [2, 1, 1, 1]);
        LogisticRegression separable = LogisticRegression.Fit([1, 2, 3, 4], 1, [false, false, true, true], [1, 1, 1, 1]);

        // The probabilities add up to the two that came.
        Assert.Equal(2, (2 * one.Probability([1f])) + one.Probability([2f]) + one.Probability([3f]) + one.Probability([4f]), 1e-6);
        Assert.InRange(separable.Probability([4f]), 0.9, 1);
        Assert.InRange(separable.Probability([float.PositiveInfinity]), 0.9, 1);
    }

    [Theory]
    [InlineData(0.081f, 3, true)]
    [InlineData(0.08f, 3, false)]
    [InlineData(0.5f, 2, false)]
    [InlineData(float.NaN, 9, false)]
    public void The_momentum_rule_is_more_than_eight_percent_and_three_gains(float change, float gains, bool fires)
    {
        float[] row = new float[FeatureSchema.Count];
        row[FeatureSchema.PriceChange10] = change;
        row[FeatureSchema.ConsecutiveGains] = gains;

        Assert.Equal(fires, Baselines.Fires(row));
    }

    [Fact]
    public void Rates_are_those_of_the_fitted_rows_less_certainty()
    {
        Dataset data = SyntheticData.Make(pools: 20);
        int[] rows = [.. Enumerable.Range(0, 100)];
        Baselines fitted = Baselines.Fit(data, rows, data.Moon);

        Assert.Equal((rows.Count(i => data.Moon[i]) + 1) / 102.0, fitted.Rate, 12);
        Assert.Equal(["constant", "momentum rule", "logistic"], fitted.Models(data).Select(static m => m.Name));
    }

    [Fact]
    public void Only_what_the_margin_looks_at_is_important()
    {
        Dataset data = SyntheticData.Make(pools: 60);
        HeadEvaluation moon = HeadEvaluator.Measure(
            "moon", "all", data, [.. Enumerable.Range(0, data.Count)], data.Moon, static row => (row[0] / 6) - 2.5, null, null);

        Assert.Equal(FeatureSchema.Names[0], moon.Importance[0].Feature);
        Assert.True(moon.Importance[0].LogLoss.Low > 0);
        Assert.All(moon.Importance.Skip(1), static i => Assert.Equal(new Estimate(0, 0, 0), i.LogLoss));
    }

    private static (float[] Rows, bool[] Labels, float[] Weights) Sample(int count)
    {
        Random random = new(9);
        float[] rows = [.. Enumerable.Range(0, 2 * count).Select(i => i % 14 == 1 ? float.NaN : (float)((random.NextDouble() * 4) - 2))];
        bool[] labels = [.. Enumerable.Range(0, count).Select(i => random.NextDouble() < 1 / (1 + Math.Exp(1 - (1.5 * rows[2 * i]))))];
        return (rows, labels, [.. labels.Select(_ => (float)(0.1 + random.NextDouble()))]);
    }
}
