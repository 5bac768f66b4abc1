using LowLatency.Pools;
using LowLatency.Positions;
using Xunit;

namespace LowLatency.Tests.Positions;

/// <summary>The rules as stories. A table's columns are in <see cref="Scenario"/>.</summary>
public sealed class PositionStageTests
{
    [Fact]
    public void A_rise_is_entered_two_slots_later_and_left_at_the_target()
    {
        Scenario scenario = new Scenario().Plays("""
            0.0  0  1.00  .9 .1  = entry
            0.4  0  1.00  .9 .1  = order_pending
            0.8  0  1.01  .9 .1  = EntryFilled, already_held
            3.0  0  1.10  -  -   = nothing
            5.0  0  1.20  -  -   = exit TakeProfit
            5.4  0  1.22  -  -   = nothing
            5.8  0  1.22  -  -   = ExitFilled, closed TakeProfit
            """);

        ClosedTrade trade = scenario.Trade;
        Assert.Equal(300_000_000, trade.Cost); // 3 % of 10 SOL in the regime Moon Mission
        Assert.Equal(2 * 205_000, trade.Fees);
        Assert.True(trade.PessimisticPnl > 0);
        Assert.True(trade.OptimisticPnl > trade.PessimisticPnl);
        Assert.Equal(10_000_000_000 + trade.PessimisticPnl, scenario.Last.Account.Cash);
        Assert.Equal(trade.PessimisticPnl, scenario.Last.Account.Realised);
        Assert.Equal(Scenario.StartMs + 800, trade.EntryTimeMs);
        Assert.Equal(Scenario.StartMs + 5_800, trade.ExitTimeMs);
        Assert.Equal(0.101, trade.WorstPrice, 1e-9); // 100 SOL per million tokens of six decimals = .1 lamports per atom
        Assert.Equal(0.122, trade.BestPrice, 1e-9);
    }

    [Fact]
    public void A_fall_is_left_at_the_stop() => new Scenario().Plays("""
        0.0  0  1.00  .9 .1  = entry
        1.0  0  1.00  -  -   = EntryFilled
        2.0  0  0.92  -  -   = nothing
        3.0  0  0.88  -  -   = exit StopLoss
        4.0  0  0.87  -  -   = ExitFilled, closed StopLoss
        """);

    [Fact]
    public void The_trailing_stop_arms_only_after_its_activation_gain()
    {
        new Scenario().Plays("""
            0.0  0  1.00  .9 .1  = entry
            1.0  0  1.00  -  -   = EntryFilled
            2.0  0  1.06  -  -   = nothing
            3.0  0  0.98  -  -   = nothing
            """);
        new Scenario().Plays("""
            0.0  0  1.00  .9 .1  = entry
            1.0  0  1.00  -  -   = EntryFilled
            2.0  0  1.12  -  -   = nothing
            3.0  0  1.06  -  -   = nothing
            4.0  0  1.05  -  -   = exit TrailingStop
            5.0  0  1.05  -  -   = ExitFilled, closed TrailingStop
            """);
    }

    [Fact]
    public void A_rug_through_the_stop_is_called_a_rug_and_retried_until_it_is_out()
    {
        Scenario scenario = new Scenario().Plays("""
            0.0  0  1.00  .9 .1       = entry
            1.0  0  1.00  -  -        = EntryFilled
            2.0  0  0.40  -  -  dump  = exit RugSeen
            3.0  0  0.20  -  -        = ExitSlipped, exit RugSeen
            4.0  0  0.16  -  -        = ExitFilled, closed RugSeen
            """);
        Assert.Equal(1, scenario.Trade.FailedExits);
        Assert.Equal(205_000 + 105_000 + 205_000, scenario.Trade.Fees); // the failed one pays no tip
        Assert.InRange(scenario.Trade.PessimisticPnl, -300_000_000, -240_000_000);
    }

    [Theory]
    [InlineData("2.0  0  1.00  .1 .5             = exit RugPredicted, already_held")]
    [InlineData("2.0  0  1.00  -  -  drain       = exit RugSeen")]
    [InlineData("2.0  0  1.00  -  -  rug-regime  = exit RegimeRug")]
    [InlineData("181  0  1.00  -  -              = exit TimeLimit")]
    [InlineData("180.9  0  1.00  -  -            = nothing")]
    [InlineData("2.0  0  0.50  .9 .9  drain      = exit RugSeen, already_held")]
    public void One_exit_has_one_reason_and_danger_comes_before_price(string line) => new Scenario().Plays($"""
        0.0  0  1.00  .9 .1  = entry
        1.0  0  1.00  -  -   = EntryFilled
        {line}
        """);

    [Fact]
    public void The_floor_of_an_exit_comes_from_its_trigger_and_widens_with_each_retry()
    {
        Scenario scenario = new Scenario().Plays("""
            0.0  0  1.00  .9 .1  = entry
            1.0  0  1.00  -  -   = EntryFilled
            2.0  0  0.80  -  -   = exit StopLoss
            3.0  0  0.60  -  -   = ExitSlipped, exit StopLoss
            4.0  0  0.40  -  -   = ExitSlipped, exit StopLoss
            5.0  0  0.39  -  -   = ExitFilled, closed StopLoss
            """);
        OrderReport[] exits = [.. scenario.Outcomes.Where(o => o.ExitOrdered != ExitReason.None).Select(o => o.Order)];
        Assert.Equal([0, 1, 2], exits.Select(o => o.Retry));
        Assert.Equal([0.90, 0.75, 0.60], exits.Select(o => Math.Round(o.MinimumOut / (double)o.QuotedOut, 6)));
    }

    [Fact]
    public void An_entry_that_runs_away_slips_and_costs_only_its_fees()
    {
        Scenario scenario = new Scenario().Plays("""
            0.0  0  1.00  .9 .1  = entry
            1.0  0  1.08  -  -   = EntrySlipped
            """);
        Assert.Equal(10_000_000_000 - 105_000, scenario.Last.Account.Cash);
        Assert.Equal(0, scenario.Last.Account.InFlight);
    }

    [Fact]
    public void A_transaction_that_does_not_land_costs_its_fees_and_an_exit_is_retried()
    {
        Scenario entry = new Scenario(Scenario.Lucky with { EntryLandingFailureProbability = 1 }).Plays("""
            0.0  0  1.00  .9 .1  = entry
            1.0  0  1.00  -  -   = EntryNotLanded
            """);
        Assert.Equal(-105_000, entry.Last.Account.Realised);

        Scenario exit = new(Scenario.Lucky with { ExitLandingFailureProbability = 0.999, LandingSeed = 7 });
        exit.Plays("""
            0.0  0  1.00  .9 .1  = entry
            1.0  0  1.00  -  -   = EntryFilled
            2.0  0  1.20  -  -   = exit TakeProfit
            3.0  0  1.20  -  -   = ExitNotLanded, exit TakeProfit
            4.0  0  0.99  -  -   = ExitNotLanded, exit TakeProfit
            """);
    }

    [Fact]
    public void At_most_three_places_are_taken_pending_entries_included() => new Scenario().Plays("""
        0.0  0  1.00  .9 .1  = entry
        0.1  1  1.00  .9 .1  = entry
        0.2  2  1.00  .9 .1  = entry
        0.3  3  1.00  .9 .1  = max_positions
        1.0  0  1.00  -  -   = EntryFilled
        1.1  3  1.00  .9 .1  = max_positions
        """);

    [Fact]
    public void A_pool_cools_down_after_a_loss_and_others_do_not() => new Scenario().Plays("""
        0.0  0  1.00  .9 .1    = entry
        1.0  0  1.00  -  -     = EntryFilled
        2.0  0  0.80  -  -     = exit StopLoss
        3.0  0  0.80  .9 .1    = ExitFilled, closed StopLoss, cool_down
        4.0  0  0.80  .9 .1    = cool_down
        5.0  1  1.00  .9 .1    = entry
        602.9  0  0.80  .9 .1  = EntryExpired, cool_down
        603.0  0  0.80  .9 .1  = entry
        """);

    [Fact]
    public void Rows_that_are_no_observation_do_nothing_and_segment_starts_decide_nothing() => new Scenario().Plays("""
        0.0  0  1.00  .9 .1  Suspect         = nothing
        0.1  0  1.00  .9 .1  Invalid         = nothing
        0.2  0  1.00  .9 .1  NotASolPool     = nothing
        0.3  0  1.00  .9 .1  Gap             = segment_start
        0.4  0  1.00  .9 .1  LiquidityEvent  = entry
        1.4  0  1.00  -  -   Suspect         = nothing
        1.5  0  1.00  -  -                   = EntryFilled
        2.0  0  0.50  -  -   Suspect         = nothing
        2.1  0  0.50  -  -   Gap             = nothing
        2.2  0  0.50  -  -                   = exit StopLoss
        3.2  0  0.50  -  -   Gap             = nothing
        3.3  0  0.50  -  -                   = ExitFilled, closed StopLoss
        """);

    [Fact]
    public void A_pending_entry_expires_at_a_segment_start_and_when_it_waits_too_long() => new Scenario().Plays("""
        0.0   0  1.00  .9 .1       = entry
        1.0   0  1.00  -  -   Gap  = EntryExpired
        2.0   0  1.00  .9 .1       = entry
        17.1  0  1.00  -  -        = EntryExpired
        18.0  0  1.00  .9 .1       = entry
        33.1  1  1.00  -  -        = EntryExpired
        34.0  0  1.00  .9 .1       = entry
        """);

    [Fact]
    public void A_held_pool_that_falls_silent_is_sold_at_its_last_reserves()
    {
        Scenario scenario = new Scenario().Plays("""
            0.0    0  1.00  .9 .1  = entry
            1.0    0  1.00  -  -   = EntryFilled
            901.0  1  1.00  -  -   = nothing
            901.1  1  1.00  -  -   = exit SilentPool
            901.5  1  1.00  -  -   = nothing
            902.0  1  1.00  -  -   = ExitFilled, closed SilentPool
            """);
        Assert.Equal(0, scenario.Trade.Pool);
        Assert.Equal(0, scenario.Last.Account.OpenPositions);
    }

    [Fact]
    public void Silence_is_not_counted_across_a_feed_gap()
    {
        Scenario scenario = new Scenario().Plays("""
            0.0    0  1.00  .9 .1  = entry
            1.0    0  1.00  -  -   = EntryFilled
            """);
        scenario.Stage.OnFeedGap();
        scenario.Plays("""
            1000.0  1  1.00  -  -  Gap  = nothing
            1899.0  1  1.00  -  -       = nothing
            1901.0  1  1.00  -  -       = exit SilentPool
            """);
    }

    [Fact]
    public void Corrected_decimals_change_the_units_but_not_the_value()
    {
        Scenario scenario = new Scenario().Plays("""
            0.0  0  1.00  .9 .1  = entry
            1.0  0  1.00  -  -   = EntryFilled
            """);
        long before = scenario.Last.PoolUnrealised;
        PoolUpdate row = Scenario.Row(0, 2, 1.0, Quality.DecimalsChange);
        row.BaseAtoms *= 1_000;
        row.BaseReserve *= 1_000;
        TradingOutcome at = scenario.Feed(in row);
        Assert.InRange(at.PoolUnrealised, before - 1, before + 1);

        row.Quality = Quality.Ok;
        row.TimestampMs += 1_000;
        Assert.Equal("nothing", Scenario.Describe(scenario.Feed(in row)));
    }

    [Fact]
    public void All_failed_checks_are_named_and_the_first_is_the_reason()
    {
        Scenario scenario = new();
        PoolUpdate row = Scenario.Row(0, 0, 1.0);
        row.Status = 7;
        row.QuoteLamports = 4 * (ulong)Lamports.PerSol;
        TradingOutcome outcome = scenario.Feed(in row, Scenario.Says(0.7, 0.3));
        Assert.Equal(
            EntryChecks.NotTrading | EntryChecks.PoolTooSmall | EntryChecks.MoonTooLow | EntryChecks.RugTooHigh | EntryChecks.SizeTooSmall,
            outcome.FailedChecks);
        Assert.Equal("not_trading", outcome.FailedChecks.PrimaryName());
    }

    [Fact]
    public void Missing_numbers_refuse_and_never_throw()
    {
        Scenario scenario = new();
        PoolUpdate row = Scenario.Row(0, 0, 1.0);
        row.BaseAtoms = 0;
        row.Status = EntryUnknownStatus;
        Assert.Equal(EntryChecks.Untradable, scenario.Feed(in row, Scenario.Says(0.9, 0.1)).FailedChecks);
        row = Scenario.Row(0, 1, 1.0);
        Assert.Equal(EntryChecks.MoonTooLow | EntryChecks.RugTooHigh, scenario.Feed(in row, Scenario.Says(double.NaN, double.NaN)).FailedChecks);
        row.Pool = Scenario.MaxPools;
        Assert.False(scenario.Feed(in row, Scenario.Says(0.9, 0.1)).Candidate);
        row.Pool = -1;
        Assert.False(scenario.Feed(in row, Scenario.Says(0.9, 0.1)).Candidate);
    }

    [Fact]
    public void Sizes_obey_fraction_pool_share_exposure_and_cash()
    {
        Assert.Equal(300_000_000, Ordered(Scenario.Lucky, poolSol: 100));
        Assert.Equal(200_000_000, Ordered(Scenario.Lucky, poolSol: 20));
        Assert.Equal(EntryChecks.SizeTooSmall, Refused(Scenario.Lucky with { MinPoolSol = 1 }, poolSol: 4));
        Assert.Equal(500_000_000, Ordered(Scenario.Lucky with { SeedTradeFraction = 0.05 }, poolSol: 100));

        TradingSettings greedy = Scenario.Lucky with { SeedTradeFraction = 1, MaxTradeFraction = 1, MaxExposureFraction = 1, MaxPoolShareFraction = 1 };
        long overhead = 205_000 + 2_039_280;
        Assert.Equal(10_000_000_000 - 50_000_000 - overhead, Ordered(greedy, poolSol: 1_000));
    }

    [Fact]
    public void Pending_entries_and_positions_share_one_exposure_limit()
    {
        Scenario scenario = new Scenario(Scenario.Lucky with { SeedTradeFraction = 0.05 }).Plays("""
            0.0  0  1.00  .9 .1  = entry
            1.0  0  1.00  -  -   = EntryFilled
            1.1  1  1.00  .9 .1  = entry
            1.2  2  1.00  .9 .1  = exposure_limit
            """);
        Assert.InRange(scenario.Last.Account.Exposure, 950_000_000, scenario.Last.Account.Equity / 10);
    }

    private const byte EntryUnknownStatus = 255;

    private static long Ordered(TradingSettings settings, double poolSol)
    {
        TradingOutcome outcome = One(settings, poolSol);
        Assert.True(outcome.EntryOrdered, outcome.FailedChecks.ToString());
        return (long)outcome.Order.AmountIn;
    }

    private static EntryChecks Refused(TradingSettings settings, double poolSol) => One(settings, poolSol).FailedChecks;

    private static TradingOutcome One(TradingSettings settings, double poolSol)
    {
        PoolUpdate row = Scenario.Row(0, 0, 1.0);
        row.QuoteLamports = (ulong)(poolSol * Lamports.PerSol);
        return new Scenario(settings).Feed(in row, Scenario.Says(0.9, 0.1));
    }
}
