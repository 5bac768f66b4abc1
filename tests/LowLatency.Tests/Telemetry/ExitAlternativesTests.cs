using LowLatency.Pools;
using LowLatency.Positions;
using LowLatency.Storage;
using LowLatency.Telemetry;
using LowLatency.Tests.Positions;

namespace LowLatency.Tests.Telemetry;

/// <summary>A tape of one pool on which every exit comes, played through the position stage and then asked what each exit alone gives.</summary>
public sealed class ExitAlternativesTests
{
    // seconds, price: up past the trailing stop's activation, down through it, down through the stop, up to the target, then nothing much.
    private static readonly (double Seconds, double Price)[] _path =
    [
        (0, 1.00), (1, 1.00), (10, 1.10), (20, 1.02), (21, 1.01), (30, 0.85), (31, 0.84), (60, 1.20), (61, 1.21), (200, 1.00), (201, 1.00),
    ];

    [Theory]
    [InlineData(ExitReason.StopLoss, 30, 31)]
    [InlineData(ExitReason.TakeProfit, 60, 61)]
    [InlineData(ExitReason.TrailingStop, 20, 21)]
    [InlineData(ExitReason.TimeLimit, 200, 201)]
    public void Each_exit_alone_is_what_the_position_stage_does_with_that_exit_alone(ExitReason reason, double trigger, double sold)
    {
        const double Never = 1_000;
        TradingSettings alone = Scenario.Lucky with
        {
            StopLossFraction = reason == ExitReason.StopLoss ? 0.12 : 1,
            TakeProfitFraction = reason == ExitReason.TakeProfit ? 0.15 : Never,
            TrailingActivationFraction = reason == ExitReason.TrailingStop ? 0.08 : Never,
            TimeLimitMs = reason == ExitReason.TimeLimit ? 180_000 : 800_000,
        };
        ClosedTrade truth = Play(alone);
        ExitAlternative found = ExitAlternatives.Of(Scenario.Lucky, Recorded(Play(Scenario.Lucky)), Tokens(), Rows()).Single(a => a.Reason == reason);

        Assert.Equal(reason, truth.Reason);
        Assert.Equal((truth.ExitTimeMs, truth.Proceeds, truth.PessimisticPnl), (found.SoldMs, found.Proceeds, found.Pnl));
        Assert.Equal((Ms(trigger), Ms(sold)), (found.TriggeredMs, found.SoldMs));
    }

    [Fact]
    public void An_exit_that_never_comes_or_that_nothing_fills_says_so()
    {
        PoolUpdate[] untilStop = [.. Rows().Take(6)];
        IReadOnlyList<ExitAlternative> found = ExitAlternatives.Of(Scenario.Lucky, Recorded(Play(Scenario.Lucky)), Tokens(), untilStop);
        Assert.Equal(new ExitAlternative(ExitReason.StopLoss, Ms(30), null, null, null), found[0]);
        Assert.Equal(new ExitAlternative(ExitReason.TakeProfit, null, null, null, null), found[1]);
    }

    [Fact]
    public void Corrected_decimals_end_the_path_and_suspect_rows_do_not_count()
    {
        PoolUpdate[] rows = Rows();
        rows[5].Quality = Quality.Suspect;
        rows[7].Quality = Quality.DecimalsChange;
        IReadOnlyList<ExitAlternative> found = ExitAlternatives.Of(Scenario.Lucky, Recorded(Play(Scenario.Lucky)), Tokens(), rows);
        Assert.Equal((Ms(31), null), (found[0].TriggeredMs, found[0].SoldMs));
        Assert.Null(found[1].TriggeredMs);
    }

    private static long Ms(double seconds) => Scenario.StartMs + (long)(seconds * 1_000);

    private static PoolUpdate[] Rows() => [.. _path.Select(static p => Scenario.Row(0, p.Seconds, p.Price))];

    private static ulong Tokens()
    {
        PoolUpdate fill = Rows()[1];
        return PaperExchange.Buy(300_000_000, fill.BaseAtoms, fill.QuoteLamports);
    }

    private static ClosedTrade Play(TradingSettings settings)
    {
        Scenario scenario = new(settings);
        foreach (PoolUpdate row in Rows())
        {
            scenario.Feed(row, scenario.Outcomes.Count == 0 ? Scenario.Says(0.9, 0.1) : default);
        }

        return scenario.Trade;
    }

    private static RecordedTrade Recorded(ClosedTrade t) => new(
        1, "p", t.DecisionTimeMs, t.EntryTimeMs, t.ExitTimeMs, t.Reason.ToString(), t.Cost, t.Proceeds, t.Fees, t.PessimisticPnl, t.OptimisticPnl, 0, 0);
}
