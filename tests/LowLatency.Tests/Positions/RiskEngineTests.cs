using LowLatency.Positions;
using Xunit;

namespace LowLatency.Tests.Positions;

public sealed class RiskEngineTests
{
    private const long DayMs = 86_400_000, Opening = 10 * Lamports.PerSol;

    private readonly RiskEngine _risk = new(new TradingSettings(), Opening);

    [Fact]
    public void A_loss_of_three_percent_in_a_day_stops_entries_until_the_next_day_even_if_it_recovers()
    {
        _risk.OnEquity(DayMs, Percent(97.01));
        Assert.Equal(RiskState.Active, _risk.State);
        _risk.OnEquity(DayMs + 1, Percent(97));
        Assert.Equal((RiskState.Reducing, EntryChecks.DailyLoss), (_risk.State, _risk.Refusals));
        _risk.OnEquity(DayMs + 2, Percent(100));
        Assert.Equal(RiskState.Reducing, _risk.State);
        _risk.OnEquity((2 * DayMs) - 1, Percent(97));
        _risk.OnEquity(2 * DayMs, Percent(97));
        Assert.Equal((RiskState.Active, 0L), (_risk.State, _risk.DayPnl));
    }

    [Fact]
    public void A_loss_at_the_first_event_of_a_day_belongs_to_that_day()
    {
        _risk.OnEquity(DayMs - 1, Percent(100));
        _risk.OnEquity(DayMs, Percent(96));
        Assert.Equal(EntryChecks.DailyLoss, _risk.Refusals);
    }

    [Fact]
    public void A_drawdown_of_ten_percent_halts_for_good_and_sizes_shrink_on_the_way()
    {
        _risk.OnEquity(0, Percent(110));
        _risk.OnEquity(1, Percent(110 * 0.97));
        Assert.Equal(1, _risk.SizeFactor, 6);
        _risk.OnEquity(2, Percent(110 * 0.935));
        Assert.Equal(0.5, _risk.SizeFactor, 6);
        _risk.OnEquity(3, Percent(110 * 0.90));
        Assert.Equal((RiskState.Halted, 0.0), (_risk.State, _risk.SizeFactor));
        _risk.OnEquity(9 * DayMs, Percent(120));
        Assert.Equal((RiskState.Halted, EntryChecks.DrawdownLimit), (_risk.State, _risk.Refusals));
    }

    [Fact]
    public void Five_losses_in_a_row_pause_for_half_an_hour_and_a_win_starts_the_count_again()
    {
        Close(-1, -1, -1, -1, 1, -1, -1, -1, -1);
        Assert.Equal(RiskState.Active, _risk.State);
        Close(-1);
        Assert.Equal((RiskState.Reducing, EntryChecks.LossStreak), (_risk.State, _risk.Refusals));
        _risk.OnEquity((30 * 60_000) - 1, Opening);
        Assert.Equal(RiskState.Reducing, _risk.State);
        _risk.OnEquity(30 * 60_000, Opening);
        Assert.Equal(RiskState.Active, _risk.State);
    }

    [Fact]
    public void An_operator_pauses_and_resumes()
    {
        _risk.Pause();
        _risk.OnEquity(0, Opening);
        Assert.Equal((RiskState.Halted, EntryChecks.Paused), (_risk.State, _risk.Refusals));
        _risk.Resume(Opening);
        _risk.OnEquity(1, Opening);
        Assert.Equal((RiskState.Active, EntryChecks.None), (_risk.State, _risk.Refusals));
    }

    [Fact]
    public void Resuming_forgives_a_drawdown_but_no_day_and_no_run_of_losses()
    {
        Close(-1, -1, -1, -1, -1);
        _risk.OnEquity(0, Percent(90));
        Assert.Equal(EntryChecks.DrawdownLimit | EntryChecks.DailyLoss | EntryChecks.LossStreak, _risk.Refusals);
        _risk.Resume(Percent(90));
        _risk.OnEquity(1, Percent(90));
        Assert.Equal((RiskState.Reducing, EntryChecks.DailyLoss | EntryChecks.LossStreak), (_risk.State, _risk.Refusals));
        Assert.Equal((Percent(90), 0.0, 1.0), (_risk.PeakEquity, _risk.Drawdown, _risk.SizeFactor));
        _risk.OnEquity(DayMs, Percent(90 * 0.9));
        Assert.Equal(RiskState.Halted, _risk.State);
    }

    [Fact]
    public void A_pause_ended_without_a_halt_leaves_the_peak_alone()
    {
        _risk.OnEquity(0, Percent(96));
        _risk.Pause();
        _risk.Resume(Percent(96));
        _risk.OnEquity(1, Percent(96));
        Assert.Equal((Opening, 0.04), (_risk.PeakEquity, _risk.Drawdown));
    }

    private static long Percent(double percent) => (long)Math.Round(Opening * percent / 100);

    private void Close(params long[] profits)
    {
        foreach (long profit in profits)
        {
            _risk.OnClosed(0, profit);
            _risk.OnEquity(0, Opening);
        }
    }
}
