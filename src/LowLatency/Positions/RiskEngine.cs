namespace LowLatency.Positions;

/// <summary>What the risk engine allows. Exits are always allowed.</summary>
public enum RiskState : byte
{
    /// <summary>Entries are allowed.</summary>
    Active,

    /// <summary>No entries for now: the day's loss or a run of losses; ends by itself.</summary>
    Reducing,

    /// <summary>No entries: the drawdown reached its limit, or an operator paused them; ends by an operator's word only.</summary>
    Halted,
}

/// <summary>
/// Limits on the account as a whole, in event time. Equity is marked to market at the pessimistic exit value, so that a loss
/// counts while it is still open. One thread; no allocation after construction.
/// </summary>
public sealed class RiskEngine
{
    private const long DayMs = 86_400_000;

    private readonly TradingSettings _settings;
    private long _day = long.MinValue;
    private long _dayStartEquity;
    private bool _dayStopped;
    private bool _halted;
    private bool _paused;
    private int _lossesInARow;
    private long _pausedUntilMs = long.MinValue;
    private EntryChecks _refusals;

    /// <summary>Starts at the opening equity, lamports.</summary>
    public RiskEngine(TradingSettings settings, long openingLamports)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings;
        PeakEquity = openingLamports;
        _dayStartEquity = openingLamports;
    }

    /// <summary>Highest equity so far, lamports; since the last <see cref="Resume"/> from a halt.</summary>
    public long PeakEquity { get; private set; }

    /// <summary>Fall of equity from its peak, 0 .. 1 (above 1 cannot be: equity is never negative).</summary>
    public double Drawdown { get; private set; }

    /// <summary>Equity less that of the last event before this UTC day, lamports.</summary>
    public long DayPnl { get; private set; }

    /// <summary>What is allowed now.</summary>
    public RiskState State => _halted || _paused ? RiskState.Halted : _refusals == EntryChecks.None ? RiskState.Active : RiskState.Reducing;

    /// <summary>The limits in force now, as failed checks.</summary>
    public EntryChecks Refusals => _refusals;

    /// <summary>1 below the first drawdown limit, falling linearly to 0 at the second.</summary>
    public double SizeFactor => Math.Clamp(
        (_settings.MaxDrawdownFraction - Drawdown) / (_settings.MaxDrawdownFraction - _settings.ReduceDrawdownFraction), 0, 1);

    /// <summary>Takes in the equity after an event. Time never runs backwards.</summary>
    public void OnEquity(long nowMs, long equity)
    {
        long day = nowMs / DayMs;
        if (day != _day)
        {
            // The day's base is the equity before this event, so that the event's own loss counts against it.
            _dayStartEquity += DayPnl;
            _day = day;
            _dayStopped = false;
        }

        DayPnl = equity - _dayStartEquity;
        PeakEquity = Math.Max(PeakEquity, equity);
        Drawdown = PeakEquity > 0 ? (PeakEquity - equity) / (double)PeakEquity : 0;

        // Latched: equity that recovers on paper does not reopen a day or a halted account.
        _dayStopped |= -DayPnl >= _settings.MaxDailyLossFraction * _dayStartEquity;
        _halted |= Drawdown >= _settings.MaxDrawdownFraction;
        _refusals = (_halted ? EntryChecks.DrawdownLimit : 0)
            | (_dayStopped ? EntryChecks.DailyLoss : 0)
            | (nowMs < _pausedUntilMs ? EntryChecks.LossStreak : 0)
            | (_paused ? EntryChecks.Paused : 0);
    }

    /// <summary>An operator stops entries; takes effect at <see cref="OnEquity"/>.</summary>
    public void Pause() => _paused = true;

    /// <summary>
    /// An operator allows entries again. A drawdown that halted is forgiven: it is measured from the present equity on. The day's
    /// loss and a run of losses are not: those limits end by themselves. Takes effect at <see cref="OnEquity"/>.
    /// </summary>
    public void Resume(long equity)
    {
        _paused = false;
        PeakEquity = _halted ? equity : PeakEquity;
        _halted = false;
    }

    /// <summary>Takes in a closed trade; call before <see cref="OnEquity"/> of the same event.</summary>
    public void OnClosed(long nowMs, long pnl)
    {
        _lossesInARow = pnl < 0 ? _lossesInARow + 1 : 0;
        if (_lossesInARow >= _settings.MaxLossesInARow)
        {
            _lossesInARow = 0;
            _pausedUntilMs = nowMs + (_settings.LossPauseMinutes * 60_000L);
        }
    }
}
