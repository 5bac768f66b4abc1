using CsCheck;
using LowLatency.Inference;
using LowLatency.Positions;
using Xunit;
using Edge = LowLatency.Positions.ConfidenceSize.Edge;

namespace LowLatency.Tests.Positions;

/// <summary>The closed forms of learning.md 7 beside the optimum that a search finds.</summary>
public sealed class ConfidenceSizeTests
{
    private const double Sol = Lamports.PerSol;

    private static readonly Gen<(double Moon, double Rug, double Equity, double Pool)> GenCase =
        Gen.Select(Gen.Double[0.3, 0.98], Gen.Double[0.001, 0.2], Gen.Double[1, 100], Gen.Double[10, 2_000]);

    [Fact]
    public void The_size_is_the_greatest_of_gain_less_impact_less_risk() => GenCase.Sample(static c =>
    {
        Payoffs pays = new();
        Edge e = Edge.Of(c.Moon, c.Rug, pays);
        double closed = ConfidenceSize.Decide(c.Moon, c.Rug, pays, c.Equity, c.Pool);
        if (e.Mean <= 0)
        {
            return closed == 0;
        }

        double share = 0.25 * e.Trust;
        double searched = Search(q => (q * e.Mean) - (2 * q * q / c.Pool) - (q * q * e.Square / (2 * share * c.Equity)), c.Equity);
        return Math.Abs((closed / searched) - 1) < 1e-4;
    });

    [Theory]
    [InlineData(0.70, 0.050)]
    [InlineData(0.80, 0.064)]
    [InlineData(0.85, 0.075)]
    [InlineData(0.90, 0.083)]
    public void Up_to_a_seventh_of_wealth_the_whole_Kelly_fraction_is_where_its_log_grows_fastest(double moon, double rug)
    {
        // The first term of the log's series. It asks for too much where a rug matters: a tenth here, twice as much at moon .75
        // and rug .02, where it is beyond all wealth; a quarter of it and the caps are meant for that.
        Payoffs pays = new();
        Edge e = Edge.Of(moon, rug, pays);
        double moonLow = Shift(moon, -0.15), rugHigh = Shift(rug, 0.15), neither = Math.Max(0, 1 - moonLow - rugHigh);
        double searched = Search(f => (moonLow * Math.Log(1 + (f * (pays.Gain - pays.Cost))))
            + (rugHigh * Math.Log(1 - (f * (pays.Loss + pays.Cost)))) + (neither * Math.Log(1 - (f * (pays.Noise + pays.Cost)))), 0.99);
        Assert.InRange(e.Mean / e.Square / searched, 1, 1.15);
    }

    [Fact]
    public void Two_swaps_of_the_paper_exchange_earn_most_at_a_quarter_of_mean_times_pool()
    {
        // Bought, and sold at a price higher by 1 + mean, of a pool that does not remember us; fees cost the mean a half percent.
        const double Mean = 0.03, Pool = 200 * Sol;
        ulong tokens = 1_000_000_000_000;
        double Profit(double q)
        {
            ulong bought = PaperExchange.Buy((ulong)q, tokens, (ulong)Pool);
            double root = Math.Sqrt(1 + Mean);
            return PaperExchange.Sell(bought, (ulong)(tokens / root), (ulong)(Pool * root)) - q;
        }

        Assert.Equal(1, Search(Profit, Pool / 10) / ((Mean - 0.005) * Pool / 4), 0.05);
    }

    [Fact]
    public void Trust_is_the_share_of_a_noisy_mean_with_the_least_squared_error()
    {
        Edge e = Edge.Of(0.8, 0.03, new Payoffs());
        double searched = Search(k => -(((k - 1) * (k - 1) * e.Mean * e.Mean) + (k * k * e.ErrorSquare)), 1);
        Assert.Equal(searched, e.Trust, 1e-6);
    }

    [Theory]
    [InlineData(0.7, 0.3)]
    [InlineData(0.7, 0.07)]
    [InlineData(double.NaN, 0.01)]
    [InlineData(0.9, double.NaN)]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    public void Where_nothing_is_to_be_expected_nothing_is_spent(double moon, double rug) =>
        Assert.Equal(0, ConfidenceSize.Decide(moon, rug, new Payoffs(), 10 * Sol, 100 * Sol));

    [Fact]
    public void Sizes_rise_with_moon_and_fall_with_rug_and_stay_under_their_asymptotes() => GenCase.Sample(static c =>
    {
        Payoffs pays = new();
        double size = ConfidenceSize.Decide(c.Moon, c.Rug, pays, c.Equity, c.Pool);
        return size >= 0
            && ConfidenceSize.Decide(Math.Min(0.999, c.Moon + 0.01), c.Rug, pays, c.Equity, c.Pool) >= size
            && ConfidenceSize.Decide(c.Moon, c.Rug + 0.01, pays, c.Equity, c.Pool) <= size
            && size <= c.Pool * pays.Gain / 4;
    });

    [Fact]
    public void The_stage_sizes_by_confidence_under_the_same_caps_and_factors()
    {
        TradingSettings settings = Scenario.Lucky with { SizeMode = SizeMode.Confidence };
        double wanted = ConfidenceSize.Decide(0.9, 0.02, new Payoffs(), 10 * Sol, 100 * Sol);
        TradingOutcome outcome = new Scenario(settings).Feed(Scenario.Row(0, 0, 1.0), Scenario.Says(0.9, 0.02));
        Assert.True(outcome.EntryOrdered);
        Assert.Equal((long)wanted, outcome.Size.Wanted);
        Assert.Equal(Math.Min((long)wanted, 500_000_000), (long)outcome.Order.AmountIn);

        outcome = new Scenario(settings).Feed(Scenario.Row(0, 0, 1.0), Scenario.Says(0.75, 0.2));
        Assert.Equal((EntryChecks.SizeTooSmall, 0L), (outcome.FailedChecks, outcome.Size.Wanted));
    }

    [Fact]
    public void Payoffs_are_drawn_to_the_trades_as_if_fifty_had_come_before()
    {
        Payoffs pays = new();
        Assert.Equal((0.13, 0.95, 0.012), (pays.Gain, pays.Loss, pays.Cost));
        Assert.Equal(0.04, pays.Noise, 12);
        for (int i = 0; i < 50; i++)
        {
            pays.Add(Trade(ExitReason.TakeProfit, 1.085));
        }

        Assert.Equal((0.13 + 0.09) / 2, pays.Gain, 12); // half of it is what was believed
        Assert.Equal((0.012 + 0.007) / 2, pays.Cost, 12);
        Assert.Equal(0.95, pays.Loss);
        pays.Add(Trade(ExitReason.AccountClosed, 0));
        Assert.Equal(((50 * 0.95) + 0.995) / 51, pays.Loss, 12);
        pays.Add(Trade(ExitReason.TimeLimit, 1.095));
        Assert.Equal(Math.Sqrt(((50 * 0.0016) + 0.01) / 51), pays.Noise, 12);
    }

    private static ClosedTrade Trade(ExitReason reason, double multiple) =>
        new() { Reason = reason, Cost = 100_000_000, Proceeds = (long)Math.Round(100_000_000 * multiple), Fees = 200_000 };

    private static double Shift(double p, double by) => 1 / (1 + Math.Exp(-(Math.Log(p / (1 - p)) + by)));

    /// <summary>Where a function with one peak between 0 and <paramref name="most"/> is greatest, by golden section.</summary>
    private static double Search(Func<double, double> f, double most)
    {
        double golden = (Math.Sqrt(5) - 1) / 2, low = 0, high = most;
        for (int i = 0; i < 90; i++)
        {
            double left = high - (golden * (high - low)), right = low + (golden * (high - low));
            (low, high) = f(left) < f(right) ? (left, high) : (low, right);
        }

        return (low + high) / 2;
    }
}
