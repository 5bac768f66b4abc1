using LowLatency.Positions;

namespace LowLatency.Telemetry;

/// <summary>Sums up closed trades. Not thread-safe.</summary>
public sealed class TradeStatistics
{
    private long _trades;
    private long _wins;
    private long _gainLamports;
    private long _lossLamports;
    private long _optimisticLamports;
    private long _feesLamports;
    private double _maxDrawdown;

    /// <summary>Adds a closed position.</summary>
    public void Add(in ClosedTrade trade)
    {
        long pnl = trade.PessimisticPnl;
        _trades++;
        _wins += pnl > 0 ? 1 : 0;
        _gainLamports += Math.Max(pnl, 0);
        _lossLamports += Math.Max(-pnl, 0);
        _optimisticLamports += trade.OptimisticPnl;
        _feesLamports += trade.Fees;
    }

    /// <summary>Takes the drawdown after an event.</summary>
    public void OnDrawdown(double drawdown) => _maxDrawdown = Math.Max(_maxDrawdown, drawdown);

    /// <summary>The summary so far.</summary>
    public TradeSummary Read() =>
        new(_trades, _wins, _gainLamports - _lossLamports, _optimisticLamports, _gainLamports, _lossLamports, _feesLamports, _maxDrawdown);
}

/// <summary>Closed trades, summed up. Lamports.</summary>
/// <param name="Trades">Closed positions.</param>
/// <param name="Wins">Those with a PnL above zero.</param>
/// <param name="PnlLamports">Sum of pessimistic PnL: proceeds - cost - network fees.</param>
/// <param name="OptimisticPnlLamports">The same with our own buy laid over the recorded reserves.</param>
/// <param name="GainLamports">Sum of the winners.</param>
/// <param name="LossLamports">Sum of the losers, as a positive number.</param>
/// <param name="FeesLamports">Network fees of closed positions.</param>
/// <param name="MaxDrawdown">Highest 1 - equity / highest equity before it.</param>
public sealed record TradeSummary(
    long Trades, long Wins, long PnlLamports, long OptimisticPnlLamports, long GainLamports, long LossLamports,
    long FeesLamports, double MaxDrawdown)
{
    /// <summary>wins / trades; NaN without trades.</summary>
    public double WinRate => Wins / (double)Trades;

    /// <summary>gains / losses; infinite without losses, NaN without trades.</summary>
    public double ProfitFactor => GainLamports / (double)LossLamports;

    /// <summary>Mean PnL of a trade in lamports; NaN without trades.</summary>
    public double ExpectancyLamports => PnlLamports / (double)Trades;
}
