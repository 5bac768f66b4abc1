using CsCheck;
using LowLatency.Inference;
using LowLatency.Train.Evaluation;

namespace LowLatency.Tests.Train.Evaluation;

public class ScoredRowsTests
{
    private const int Digits = 12;

    [Fact]
    public void Four_rows_by_hand()
    {
        // Descending: .9 yes, .6 no, .4 yes, .2 no. Pairs ranked rightly: 3 of 4. AP = (1/1 + 2/3) / 2.
        ClassifierMetrics metrics = Measure([0.4, 0.9, 0.2, 0.6], [true, true, false, false]);
        double loss = -(Math.Log(0.4) + Math.Log(0.9) + Math.Log(0.8) + Math.Log(0.4)) / 4;

        Assert.Equal(0.75, metrics.RocAuc!.Value, Digits);
        Assert.Equal(5.0 / 6, metrics.PrAuc!.Value, Digits);
        Assert.Equal(loss, metrics.LogLoss, Digits);
        Assert.Equal(Math.Log(2), metrics.BaseRateLogLoss, Digits);
        Assert.Equal(loss / Math.Log(2), metrics.LogLossRatio!.Value, Digits);
        Assert.Equal((0.36 + 0.01 + 0.04 + 0.36) / 4, metrics.Brier, Digits);

        // Four rows of four probabilities are four bins: |.9 - 1|, |.6 - 0|, |.4 - 1|, |.2 - 0|.
        Assert.Equal((0.1 + 0.6 + 0.6 + 0.2) / 4, metrics.Ece, Digits);
    }

    [Fact]
    public void Twenty_rows_are_ten_bins_of_two()
    {
        // Row k of 20 says (k + 1) / 100 and only the highest two come.
        double[] says = [.. Enumerable.Range(0, 20).Select(static k => (k + 1) / 100.0)];
        ScoredRows rows = new(says, [.. says.Select(static p => p > 0.185)], [.. says.Select(static (_, k) => k)]);

        // In nine bins the error is the mean probability itself; in the highest it is 1 - .195.
        double expected = ((9 * 0.095) + 0.805) / 10;
        Assert.Equal(expected, rows.Measure().Ece, Digits);
        IReadOnlyList<ReliabilityBin> bins = rows.Reliability(new PoolBootstrap(20));
        Assert.Equal([.195, .175, .155, .135, .115, .095, .075, .055, .035, .015], bins.Select(static b => Math.Round(b.MeanProbability, Digits)));
        Assert.Equal([1, 0, 0, 0, 0, 0, 0, 0, 0, 0], bins.Select(static b => b.Rate.Value));
        Assert.All(bins, static b => Assert.Equal(2, b.Rows));
    }

    [Fact]
    public void Entries_at_a_rate_are_the_highest_rows_and_part_of_a_tie()
    {
        // 1,000 rows: .9 comes, then three of .8 of which one comes, the rest .1 with two more.
        double[] says = [.9, .8, .8, .8, .. Enumerable.Repeat(.1, 996)];
        bool[] came = [true, true, false, false, true, true, .. Enumerable.Repeat(false, 994)];
        IReadOnlyList<EntryRateMetrics> rates = Measure(says, came).AtRates;

        Assert.Equal([.001, .003, .005], rates.Select(static r => r.Rate));
        Assert.Equal(1, rates[0].Precision!.Value, Digits);
        Assert.Equal(0.25, rates[0].Recall!.Value, Digits);

        // 3 rows: the first, and two thirds of the tie, which hold 2/3 of its one hit.
        Assert.Equal((1 + (2.0 / 3)) / 3, rates[1].Precision!.Value, Digits);
        Assert.Equal((1 + (2.0 / 3)) / 4, rates[1].Recall!.Value, Digits);

        // 5 rows: both ties above, and one of the 996 rows of .1.
        Assert.Equal((2 + (2.0 / 996)) / 5, rates[2].Precision!.Value, Digits);
    }

    [Fact]
    public void A_constant_ranks_nothing_and_its_precision_is_the_base_rate()
    {
        ClassifierMetrics metrics = Measure([0.25, 0.25, 0.25, 0.25], [true, false, false, false]);

        Assert.Equal(0.5, metrics.RocAuc!.Value, Digits);
        Assert.Equal(0.25, metrics.PrAuc!.Value, Digits);
        Assert.Equal(metrics.BaseRateLogLoss, metrics.LogLoss, Digits);
        Assert.Equal(0, metrics.Ece, Digits);
        Assert.All(metrics.AtRates, static r => Assert.Equal(0.25, r.Precision!.Value, Digits));
    }

    [Fact]
    public void Ties_count_half_whatever_the_order_of_the_rows()
    {
        // Positives at .8 and .5, negatives at .5 and .1: 1 + 1 + .5 + 1 of 4 pairs. AP = (1 + 2/3) / 2.
        ClassifierMetrics one = Measure([0.8, 0.5, 0.5, 0.1], [true, true, false, false]);
        ClassifierMetrics other = Measure([0.5, 0.1, 0.8, 0.5], [false, false, true, true]);

        Assert.Equal(0.875, one.RocAuc!.Value, Digits);
        Assert.Equal(5.0 / 6, one.PrAuc!.Value, Digits);
        Assert.Equal((one.RocAuc, one.PrAuc), (other.RocAuc, other.PrAuc));
        Assert.Equal(one.AtRates, other.AtRates);
        Assert.Equal(one.Ece, other.Ece, Digits);
    }

    [Fact]
    public void One_class_alone_has_no_ranking()
    {
        ClassifierMetrics metrics = Measure([0.2, 0.3], [false, false]);

        Assert.Null(metrics.RocAuc);
        Assert.Null(metrics.PrAuc);
        Assert.Null(metrics.LogLossRatio);
        Assert.Null(metrics.AtRates[0].Recall);
        Assert.Equal(0, metrics.BaseRateLogLoss);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    public void What_is_no_probability_is_not_averaged_away(double probability) =>
        Assert.Throws<ArgumentException>(() => Measure([0.2, probability], [false, true]));

    [Fact]
    public void A_pool_that_is_drawn_twice_is_its_rows_twice_and_every_measure_agrees_with_its_definition()
    {
        Gen.Select(Gen.Int[0, 9], Gen.Bool, Gen.Int[0, 5]).Array[2, 60].Sample(rows =>
        {
            ScoredRows scored = new([.. rows.Select(static r => r.Item1 / 10.0)], [.. rows.Select(static r => r.Item2)], [.. rows.Select(static r => r.Item3)]);
            PoolBootstrap bootstrap = new(scored.Pools, seed: (ulong)rows.Length, replicates: 1);
            int[] counts = [];
            bootstrap.Interval(drawn => [(counts = drawn).Length]);
            var repeated = rows.SelectMany(r => Enumerable.Repeat(r, counts[r.Item3])).ToArray();
            if (repeated.Length == 0)
            {
                return;
            }

            ClassifierMetrics drawn = scored.Interval(bootstrap).Low;
            ScoredRows once = new([.. repeated.Select(static r => r.Item1 / 10.0)], [.. repeated.Select(static r => r.Item2)], [.. repeated.Select(static r => r.Item3)]);
            ClassifierMetrics expected = once.Measure();
            double[] positives = [.. repeated.Where(static r => r.Item2).Select(static r => r.Item1 / 10.0)];
            double[] negatives = [.. repeated.Where(static r => !r.Item2).Select(static r => r.Item1 / 10.0)];
            Assert.Equal(expected.LogLoss, drawn.LogLoss, 10);
            Assert.Equal(expected.Brier, drawn.Brier, 10);
            Near(Auc(positives, negatives), drawn.RocAuc);
            Near(AveragePrecision(positives, negatives), drawn.PrAuc);
        }, iter: 300);
    }

    [Fact]
    public void The_precision_recall_curve_is_taken_at_the_ends_of_ties()
    {
        ScoredRows rows = new([.9, .8, .8, .1], [true, true, false, true], [0, 1, 2, 3]);

        Assert.Equal([new(1 / 3.0, 1), new(2 / 3.0, 2 / 3.0), new(1, 3 / 4.0)], rows.PrecisionRecall(3));
        Assert.Empty(new ScoredRows([.5], [false], [0]).PrecisionRecall(3));
    }

    [Fact]
    public void A_model_is_not_behind_itself_and_a_better_one_is_ahead_in_every_replicate()
    {
        bool[] came = [.. Enumerable.Range(0, 40).Select(static i => i % 4 == 0)];
        int[] pools = [.. came.Select(static (_, i) => i / 4)];
        ScoredRows good = new([.. came.Select(static c => c ? 0.8 : 0.1)], came, pools);
        ScoredRows bad = new([.. came.Select(static _ => 0.25)], came, pools);
        PoolBootstrap bootstrap = new(10);

        Assert.Equal(new Estimate(0, 0, 0), good.BehindOf(good, bootstrap).LogLoss);
        Assert.True(bad.BehindOf(good, bootstrap).LogLoss.Low > 0.1);
        Assert.Equal(0.75, bad.BehindOf(good, bootstrap).PrAuc!.Value, Digits);
    }

    private static ClassifierMetrics Measure(double[] probabilities, bool[] outcomes) =>
        new ScoredRows(probabilities, outcomes, [.. outcomes.Select(static (_, i) => i)]).Measure();

    // The share of pairs that are ranked rightly, pair by pair.
    private static double? Auc(double[] positives, double[] negatives) => positives.Length == 0 || negatives.Length == 0 ? null
        : positives.Average(p => negatives.Average(n => p > n ? 1 : p == n ? 0.5 : 0));

    // The precision at each positive's own threshold, on average.
    private static double? AveragePrecision(double[] positives, double[] negatives) => positives.Length == 0 ? null
        : positives.Average(p => (double)positives.Count(q => q >= p) / (positives.Count(q => q >= p) + negatives.Count(q => q >= p)));

    private static void Near(double? expected, double? found)
    {
        Assert.Equal(expected is null, found is null);
        Assert.Equal(expected ?? 0, found ?? 0, 10);
    }
}
