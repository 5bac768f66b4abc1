using LowLatency.Report;
using LowLatency.Storage;

namespace LowLatency.Tests.Report;

public sealed class PerformanceFiguresTests
{
    private const double Exact = 1e-12;
    private const long Sol = 1_000_000_000;

    /// <summary>Three pools by hand: two wins of 0.2 and 0.1, a loss of 0.15, and one trade sold for more than it cost whose fees ate the gain.</summary>
    private static readonly PoolSums[] _pools =
    [
        Pool("a", rows: 1_000, entries: 3, firstCandidate: 10, ruggedMs: 500, held: [(100, 200), (300, 400)],
            Trade(cost: Sol, proceeds: Sol * 12 / 10 + 1_000_000, fees: 1_000_000, optimistic: Sol / 4),
            Trade(cost: Sol, proceeds: Sol * 85 / 100 + 2_000_000, fees: 2_000_000, optimistic: -Sol / 10)),
        Pool("b", rows: 600, entries: 2, firstCandidate: 10, ruggedMs: 500, held: [(450, 500)],
            Trade(cost: Sol, proceeds: Sol * 11 / 10 + 1_000_000, fees: 1_000_000, optimistic: Sol / 10),
            Trade(cost: Sol, proceeds: Sol + 1_000_000, fees: 2_000_000, optimistic: 0)),
        Pool("c", rows: 400, entries: 0, firstCandidate: 600, ruggedMs: 500, held: []),
        Pool("d", rows: 500, entries: 0, firstCandidate: null, ruggedMs: null, held: []),
    ];

    [Theory]
    [InlineData("trades", 4, 4)]
    [InlineData("win rate", 2 / 4.0, 4)]
    [InlineData("success rate", 3 / 4.0, 4)]
    [InlineData("profit and loss", 0.2 + 0.1 - 0.15 - 0.001, 4)]
    [InlineData("profit and loss, optimistic", 0.25 - 0.1 + 0.1, 4)]
    [InlineData("expectancy", (0.2 + 0.1 - 0.15 - 0.001) / 4, 4)]
    [InlineData("profit factor", 0.3 / 0.151, 4)]
    [InlineData("average win", 0.15, 2)]
    [InlineData("average loss", 0.151 / 2, 2)]
    [InlineData("payoff ratio", 0.15 / (0.151 / 2), 4)]
    [InlineData("entry rate", 5 / 2_500.0, 5)]
    [InlineData("rug avoidance", 1 / 2.0, 2)]
    public void A_figure_of_trades_is_the_one_computed_by_hand(string name, double expected, long n)
    {
        Figure figure = PerformanceFigures.OfTrades(_pools, seed: 1).Single(f => f.Name == name);
        Assert.Equal(expected, figure.Value, Exact);
        Assert.Equal((n, true), (figure.N, figure.TooFew));
        Assert.NotEmpty(figure.Formula);
    }

    /// <summary>Equity of 10 at the start, then 11, 12.1, a minute without an event, 10.89: returns of .1, .1, 0 and -.1.</summary>
    public static TheoryData<string, double> OfEquity => new()
    {
        { "return", 0.089 },
        { "maximum drawdown", 1.21 },
        { "maximum drawdown, relative", 0.12 },
        { "exposure", (0.1 + 0.2 + 0.2 + 0) / 4 },
        { "turnover", 2.1 / ((11 + 12.1 + 12.1 + 10.89) / 4) },
        { "Sharpe ratio", 0.025 / Math.Sqrt(0.0275 / 3) * Math.Sqrt(365 * 1_440) },
        { "Sortino ratio", 0.025 / 0.05 * Math.Sqrt(365 * 1_440) },
        { "network fees", 0.00001 },
        { "priority fees", 0.0002 },
        { "tips", 0.0003 },
        { "swap fees", 0.0025 + (1.1 * 0.0025 / 0.9975) },
    };

    [Theory]
    [MemberData(nameof(OfEquity))]
    public void A_figure_of_the_equity_is_the_one_computed_by_hand(string name, double expected)
    {
        AccountMinute[] account =
        [
            new() { Minute = 100, Equity = 11 * Sol, Exposure = 11 * Sol / 10 },
            new() { Minute = 101, Equity = 121 * Sol / 10, Exposure = 121 * Sol / 50 },
            new() { Minute = 103, Equity = 1_089 * Sol / 100, Drawdown = 121 * Sol / 100, DrawdownFraction = 0.12, NetworkFees = 10_000, PriorityFees = 200_000, Tips = 300_000 },
        ];
        RecordedTrade[] trades = [Trade(cost: Sol, proceeds: 11 * Sol / 10, fees: 0, optimistic: 0)];
        Figure figure = PerformanceFigures.OfEquity(10 * Sol, account, trades, seed: 1).Single(f => f.Name == name);
        Assert.Equal(expected, figure.Value, Exact * Math.Max(1, expected));
    }

    [Fact]
    public void Sharpe_and_sortino_of_returns_that_are_exact_are_exact()
    {
        // mean 1/4, deviations -5/4, 3/4, -1/4, 3/4: squares sum to 44/16; below zero: -1.
        double[] returns = [-1, 1, 0, 1];
        double year = Math.Sqrt(365 * 1_440);
        Assert.Equal(0.25 / Math.Sqrt(44 / 16.0 / 3) * year, PerformanceFigures.Sharpe(returns), Exact * year);
        Assert.Equal(0.25 / Math.Sqrt(1 / 4.0) * year, PerformanceFigures.Sortino(returns), Exact * year);
        Assert.True(double.IsNaN(PerformanceFigures.Sharpe([0, 0, 0])));
        Assert.True(double.IsNaN(PerformanceFigures.Sortino([0, 1])));
    }

    [Fact]
    public void A_run_without_a_trade_has_figures_that_say_so()
    {
        Figure[] figures = [.. PerformanceFigures.OfTrades([_pools[3]], 1), .. PerformanceFigures.OfEquity(Sol, [], [], 1)];
        Assert.Equal(0, figures.Single(f => f.Name == "trades").Value);
        Assert.All(figures.Where(static f => f.Name is "win rate" or "expectancy" or "rug avoidance" or "Sharpe ratio"),
            static f => Assert.True(double.IsNaN(f.Value) && f.Low is null && f.TooFew));
    }

    [Theory]
    [InlineData(100, 299, 1)]
    [InlineData(100, 300, 0)]
    [InlineData(300, 500, 0)]
    [InlineData(301, 500, 1)]
    [InlineData(100, long.MaxValue, 0)]
    public void A_rug_is_avoided_where_no_position_was_open_at_its_moment(long fromMs, long toMs, long avoided)
    {
        PoolSums sums = Pool("a", 1, 1, firstCandidate: 10, ruggedMs: 300, held: [(fromMs, toMs)]);
        Assert.Equal((1, avoided), (sums.Rugs, sums.Avoided));
    }

    private static PoolSums Pool(string id, long rows, long entries, long? firstCandidate, long? ruggedMs, (long, long)[] held, params RecordedTrade[] trades) =>
        PoolSums.Of(new RecordedPool(id, rows, entries, firstCandidate), trades, held, ruggedMs);

    private static RecordedTrade Trade(long cost, long proceeds, long fees, long optimistic) =>
        new(1, "p", 0, 0, 0, "StopLoss", cost, proceeds, fees, proceeds - cost - fees, optimistic, 0, 0);
}
