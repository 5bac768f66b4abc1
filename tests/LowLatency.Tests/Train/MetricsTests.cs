using LowLatency.Inference;
using LowLatency.Train;

namespace LowLatency.Tests.Train;

public class MetricsTests
{
    [Fact]
    public void Four_rows_by_hand()
    {
        // Descending: .9 yes, .6 no, .4 yes, .2 no. Pairs ranked rightly: 3 of 4. AP = (1/1 + 2/3) / 2.
        ClassifierMetrics metrics = Metrics.Of([0.4, 0.9, 0.2, 0.6], [true, true, false, false]);

        Assert.Equal(0.75, metrics.RocAuc!.Value, 12);
        Assert.Equal(5.0 / 6, metrics.PrAuc!.Value, 12);
        Assert.Equal(-(Math.Log(0.4) + Math.Log(0.9) + Math.Log(0.8) + Math.Log(0.4)) / 4, metrics.LogLoss, 12);
        Assert.Equal(Math.Log(2), metrics.BaseRateLogLoss, 12);
        Assert.Equal((0.36 + 0.01 + 0.04 + 0.36) / 4, metrics.Brier, 12);
    }

    [Fact]
    public void A_constant_ranks_nothing_and_its_precision_is_the_base_rate()
    {
        ClassifierMetrics metrics = Metrics.Of([0.25, 0.25, 0.25, 0.25], [true, false, false, false]);

        Assert.Equal(0.5, metrics.RocAuc!.Value, 12);
        Assert.Equal(0.25, metrics.PrAuc!.Value, 12);
        Assert.Equal(metrics.BaseRateLogLoss, metrics.LogLoss, 12);
    }

    [Fact]
    public void Ties_count_half_whatever_the_order_of_the_rows()
    {
        // Positives at .8 and .5, negatives at .5 and .1: 1 + 1 + .5 + 1 of 4 pairs. AP = (1 + 2/3) / 2.
        ClassifierMetrics one = Metrics.Of([0.8, 0.5, 0.5, 0.1], [true, true, false, false]);
        ClassifierMetrics other = Metrics.Of([0.5, 0.1, 0.8, 0.5], [false, false, true, true]);

        Assert.Equal(0.875, one.RocAuc!.Value, 12);
        Assert.Equal(5.0 / 6, one.PrAuc!.Value, 12);
        Assert.Equal(one with { LogLoss = other.LogLoss, Brier = other.Brier }, other);
    }

    [Fact]
    public void One_class_alone_has_no_ranking()
    {
        ClassifierMetrics metrics = Metrics.Of([0.2, 0.3], [false, false]);

        Assert.Null(metrics.RocAuc);
        Assert.Null(metrics.PrAuc);
        Assert.Equal(0, metrics.BaseRateLogLoss);
    }

    [Fact]
    public void A_probability_that_is_no_number_is_not_averaged_away() =>
        Assert.Throws<ArgumentException>(() => Metrics.Of([0.2, double.NaN], [false, true]));

    [Fact]
    public void The_entry_rule_counts_what_it_takes()
    {
        EntryRuleMetrics rule = Metrics.OfEntryRule(
            [0.71, 0.9, 0.7, 0.8, double.NaN, 0.75], [0.29, 0.1, 0.1, 0.3, 0.1, double.NaN],
            [true, false, true, true, true, true], [false, true, false, false, false, false]);

        Assert.Equal(2, rule.Rows);
        Assert.Equal(2.0 / 6, rule.Share, 12);
        Assert.Equal(0.5, rule.Precision);
        Assert.Equal(0.5, rule.RugRate);
    }

    [Fact]
    public void An_entry_rule_that_takes_nothing_has_no_precision() =>
        Assert.Null(Metrics.OfEntryRule([0.1], [0.1], [true], [false]).Precision);
}
