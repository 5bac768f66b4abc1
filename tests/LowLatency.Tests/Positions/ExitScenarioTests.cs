using LowLatency.Positions;
using Xunit;

namespace LowLatency.Tests.Positions;

/// <summary>Every way out of a position, through the real gate and features. A table's columns are in <see cref="Market"/>.</summary>
public sealed class ExitScenarioTests
{
    private const string Entry = """
        0.0  1.00  .9 .1  = entry
        1.0  1.00  -  -   = EntryFilled
        """;

    [Fact]
    public void Stop_loss() => Play("""
        2.0  0.92  -  -   = nothing
        3.0  0.87  -  -   = exit StopLoss
        3.5  0.86  -  -   = nothing
        4.0  0.86  -  -   = ExitFilled, closed StopLoss, pnl -0.0180 to -0.0177
        """);

    [Fact]
    public void Gap_through_the_stop() => Play("""
        2.0  0.97  -  -       = nothing
        9.0  0.60  -  -  gap  = nothing
        9.4  0.60  -  -       = exit StopLoss
        10.4 0.61  -  -       = ExitFilled, closed StopLoss, pnl -0.0477 to -0.0476
        """);

    [Fact]
    public void Take_profit() => Play("""
        2.0  1.09  -  -   = nothing
        3.0  1.17  -  -   = exit TakeProfit
        4.0  1.18  -  -   = ExitFilled, closed TakeProfit, pnl 0.0201 to 0.0205
        """);

    [Fact]
    public void Trailing_stop_only_once_it_is_armed() => Play("""
        2.0  1.07  -  -   = nothing
        3.0  1.00  -  -   = nothing
        4.0  1.10  -  -   = nothing
        5.0  1.04  -  -   = nothing
        6.0  1.03  -  -   = exit TrailingStop
        7.0  1.03  -  -   = ExitFilled, closed TrailingStop, pnl 0.0023 to 0.0026
        """);

    [Fact]
    public void Rug_in_one_step() => Play("""
        2.0  1.02  -  -   = nothing
        3.0  0.02  -  -   = exit RugSeen
        4.0  0.02  -  -   = ExitFilled, closed RugSeen, pnl -0.1180 to -0.1180
        """);

    [Fact]
    public void Rug_that_goes_on_while_it_is_sold() => Play("""
        2.0  0.40  -  -   = exit RugSeen
        3.0  0.20  -  -   = ExitSlipped, exit RugSeen
        4.0  0.10  -  -   = ExitSlipped, exit RugSeen
        5.0  0.09  -  -   = ExitFilled, closed RugSeen, pnl -0.1099 to -0.1098
        """);

    [Fact]
    public void Rug_predicted() => Play("""
        2.0  1.01  .2 .49  = already_held
        3.0  1.01  .2 .50  = exit RugPredicted, already_held
        4.0  1.01  -  -    = ExitFilled, closed RugPredicted, pnl -0.0001 to 0.0002
        """);

    [Fact]
    public void Liquidity_pulled_at_an_unchanged_price() => Play("""
        2.0  1.00  -  -  x0.05  = exit RugSeen
        3.0  1.00  -  -  x0.05  = ExitFilled, closed RugSeen, pnl -0.0039 to 0.0017
        """);

    [Fact]
    public void Account_closed_before_anything_else_was_seen() => Play("""
        2.0  1.05  -  -          = nothing
        3.0  1.05  -  -  closed  = WrittenOff, closed AccountClosed, pnl -0.1203 to -0.1203
        4.0  1.05  -  -          = nothing
        """);

    [Fact]
    public void Account_closed_while_the_exit_was_on_its_way_keeps_the_exits_reason() => Play("""
        2.0  0.80  -  -          = exit StopLoss
        2.5  0.80  -  -  closed  = WrittenOff, closed StopLoss, pnl -0.1203 to -0.1203
        """);

    [Fact]
    public void A_pending_entry_of_a_closed_account_costs_nothing()
    {
        Market market = new Market().Plays("""
            0.0  1.00  .9 .1          = entry
            1.0  1.00  -  -   closed  = EntryExpired
            """);
        Assert.Equal(10 * Lamports.PerSol, market.Account.Cash);
    }

    [Fact]
    public void An_unsellable_position_is_written_off_in_the_end() => Play("""
        2.0    0.80  -  -  disabled  = nothing
        3.0    0.80  -  -  empty     = nothing
        100.0  0.80  -  -  other     = nothing
        200.0  0.80  -  -  other     = nothing
        300.0  0.80  -  -  other     = nothing
        400.0  0.80  -  -  other     = nothing
        500.0  0.80  -  -  other     = nothing
        600.0  0.80  -  -  other     = nothing
        700.0  0.80  -  -  other     = nothing
        800.0  0.80  -  -  other     = nothing
        900.9  0.80  -  -  disabled  = nothing
        901.1  0.80  -  -  disabled  = WrittenOff, closed Unsellable, pnl -0.1203 to -0.1203
        """);

    [Fact]
    public void A_position_that_can_be_sold_again_in_time_is_sold() => Play("""
        2.0    0.80  -  -  disabled  = nothing
        30.0   0.80  -  -  disabled  = nothing
        60.0   0.80  -  -            = exit StopLoss
        61.0   0.80  -  -            = ExitFilled, closed StopLoss, pnl -0.0251 to -0.0249
        """);

    [Fact]
    public void Feed_lost_while_holding() => Play("""
        2.0     1.01  -  -             = nothing
        2000.0  0.99  -  -  gap other  = nothing
        2001.0  0.70  -  -             = nothing
        2002.0  0.70  -  -             = exit StopLoss
        2003.0  0.70  -  -             = ExitFilled, closed StopLoss, pnl -0.0370 to -0.0368
        """);

    [Fact]
    public void Pool_silent_while_the_feed_goes_on() => Play("""
        2.0    1.01  -  -         = nothing
        100.0  1.00  -  -  other  = nothing
        200.0  1.00  -  -  other  = nothing
        300.0  1.00  -  -  other  = nothing
        400.0  1.00  -  -  other  = nothing
        500.0  1.00  -  -  other  = nothing
        600.0  1.00  -  -  other  = nothing
        700.0  1.00  -  -  other  = nothing
        800.0  1.00  -  -  other  = nothing
        901.0  1.00  -  -  other  = nothing
        903.0  1.00  -  -  other  = exit SilentPool
        904.0  1.00  -  -  other  = ExitFilled, closed SilentPool, pnl -0.0001 to 0.0002
        """);

    [Fact]
    public void Regime_turned() => Play("""
        2.0  1.06  -  -   = nothing
        3.0  1.00  -  -   = nothing
        4.0  0.93  -  -   = nothing
        5.0  0.89  -  -   = nothing
        6.0  1.00  -  -   = nothing
        7.0  0.69  -  -   = exit RegimeRug
        8.0  0.69  -  -   = ExitFilled, closed RegimeRug, pnl -0.0382 to -0.0380
        """);

    [Fact]
    public void Time_limit() => Play("""
        100.0  1.02  -  -   = nothing
        180.9  1.02  -  -   = nothing
        181.0  1.02  -  -   = exit TimeLimit
        182.0  1.02  -  -   = ExitFilled, closed TimeLimit, pnl 0.0011 to 0.0014
        """);

    [Fact]
    public void Operator_forces_one_exit_and_nothing_else() => Play("""
        2.0  1.01  -  -         = nothing
        > ForceExit 1           = nothing
        3.0  1.01  -  -         = nothing
        > ForceExit 0           = nothing
        3.5  1.01  -  -  other  = nothing
        4.0  1.01  -  -         = exit Operator
        5.0  1.01  .9 .1        = ExitFilled, closed Operator, cool_down, pnl -0.0001 to 0.0002
        """);

    [Fact]
    public void Operator_closes_all_and_what_was_to_be_bought_is_not_bought() => Play("""
        2.0  1.01  .9 .1  other  = entry
        > CloseAll               = nothing
        3.0  1.01  .9 .1  other  = EntryExpired, paused
        3.1  1.01  -  -          = exit Operator
        4.1  1.01  -  -          = ExitFilled, closed Operator, pnl -0.0001 to 0.0002
        5.0  1.01  .9 .1  other  = paused
        > Resume                 = nothing
        6.0  1.01  .9 .1  other  = entry
        """);

    [Fact]
    public void Shutdown() => Play("""
        2.0  1.01  -  -         = nothing
        > Shutdown              = nothing
        > CloseAll              = nothing
        3.0  1.02  -  -         = exit Shutdown
        3.9  1.02  .9 .1 other  = paused
        4.0  1.02  -  -         = ExitFilled, closed Shutdown, pnl 0.0011 to 0.0014
        """);

    [Fact]
    public void Stale_rows_move_nothing() => Play("""
        8.0  1.00  -  -  other  = nothing
        2.0  0.50  -  -         = nothing
        8.1  0.50  -  -         = exit RegimeRug
        20.0 1.00  -  -  other  = nothing
        9.5  0.50  -  -         = nothing
        21.0 0.50  -  -         = ExitFilled, closed RegimeRug, pnl -0.0608 to -0.0607
        """);

    private static Market Play(string table) => new Market().Plays(Entry + Environment.NewLine + table);
}
