namespace LowLatency.Positions;

/// <summary>Whether entries are taken.</summary>
public enum RiskState : byte
{
    /// <summary>Entries are taken.</summary>
    Active,

    /// <summary>A streak of losses: no entries until the pause is over.</summary>
    Reducing,

    /// <summary>The day's loss or the drawdown reached its limit: no entries until the next UTC day, or for good.</summary>
    Halted,
}

/// <summary>Limits on losses. A function of event time and equity; one writer.</summary>
public sealed class RiskEngine(TradingSettings settings, long openingLamports)
{
    private const long MsPerDay = 86_400_000;

    private long _peak = openingLamports;
    private long _dayStart = openingLamports;
    private long _day = -1;
    private int _lossesInRow;
    private long _pausedUntilMs;
    private bool _drawdownHit;
    private bool _dayLossHit;

    /// <summary>1 - equity / highest equity.</summary>
    public double Drawdown { get; private set; }

    /// <summary>Takes the equity after an event and returns the state.</summary>
    public RiskState OnEquity(long timestampMs, long equity)
    {
        long day = timestampMs / MsPerDay;
        if (day > _day)
        {
            _day = day;
            _dayStart = equity;
            _dayLossHit = false;
        }

        _peak = Math.Max(_peak, equity);
        Drawdown = 1 - (equity / (double)_peak);
        _drawdownHit |= Drawdown >= settings.MaxDrawdownFraction;
        _dayLossHit |= equity <= _dayStart * (1 - settings.MaxDayLossFraction);
        return _drawdownHit || _dayLossHit ? RiskState.Halted
            : timestampMs < _pausedUntilMs ? RiskState.Reducing
            : RiskState.Active;
    }

    /// <summary>A position was closed with <paramref name="pnl"/> lamports.</summary>
    public void OnClosed(long timestampMs, long pnl)
    {
        _lossesInRow = pnl < 0 ? _lossesInRow + 1 : 0;
        if (_lossesInRow >= settings.MaxLossesInRow)
        {
            _pausedUntilMs = timestampMs + settings.LossStreakPauseMs;
            _lossesInRow = 0;
        }
    }
}
