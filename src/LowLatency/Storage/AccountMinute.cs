using LowLatency.Positions;

namespace LowLatency.Storage;

/// <summary>
/// The account as it stood at the end of a minute of event time, with the deepest fall of equity within that minute: what
/// curves and Sharpe are made of. Lamports. Not thread-safe.
/// </summary>
public struct AccountMinute
{
    private const long MinuteMs = 60_000;

    /// <summary>Minutes since the Unix epoch; 0 = nothing was seen yet.</summary>
    public long Minute;

    /// <summary>Equity.</summary>
    public long Equity;

    /// <summary>In positions and in pending entries.</summary>
    public long Exposure;

    /// <summary>Open positions.</summary>
    public int OpenPositions;

    /// <summary>Highest peak less equity after any event of the minute.</summary>
    public long Drawdown;

    /// <summary>The highest fall as a fraction of the peak, which need not be the same moment's.</summary>
    public double DrawdownFraction;

    /// <summary>Network base fees paid so far.</summary>
    public long NetworkFees;

    /// <summary>Priority fees paid so far.</summary>
    public long PriorityFees;

    /// <summary>Tips paid so far.</summary>
    public long Tips;

    /// <summary>Takes in the account after an event; true where that ends a minute, which is then in <paramref name="ended"/>.</summary>
    public bool Take(long timestampMs, in AccountView account, out AccountMinute ended)
    {
        ended = this;
        bool ends = timestampMs / MinuteMs > Minute && Minute != 0;
        Minute = Math.Max(Minute, timestampMs / MinuteMs);
        Equity = account.Equity;
        Exposure = account.Exposure;
        OpenPositions = account.OpenPositions;
        Drawdown = Math.Max(ends ? 0 : Drawdown, account.PeakEquity - account.Equity);
        DrawdownFraction = Math.Max(ends ? 0 : DrawdownFraction, account.Drawdown);
        NetworkFees = account.NetworkFees;
        PriorityFees = account.PriorityFees;
        Tips = account.Tips;
        return ends;
    }
}
