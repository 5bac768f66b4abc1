using LowLatency.Inference;
using LowLatency.Train;

namespace LowLatency.Tests.Train;

public class EntryRuleTests
{
    [Fact]
    public void The_entry_rule_counts_what_it_takes()
    {
        EntryRuleMetrics rule = EntryRule.Measure(
            [0.71, 0.9, 0.7, 0.8, double.NaN, 0.75], [0.29, 0.1, 0.1, 0.3, 0.1, double.NaN],
            [true, false, true, true, true, true], [false, true, false, false, false, false]);

        Assert.Equal(2, rule.Rows);
        Assert.Equal(2.0 / 6, rule.Share, 12);
        Assert.Equal(0.5, rule.Precision);
        Assert.Equal(0.5, rule.RugRate);
    }

    [Fact]
    public void An_entry_rule_that_takes_nothing_has_no_precision() =>
        Assert.Null(EntryRule.Measure([0.1], [0.1], [true], [false]).Precision);
}
