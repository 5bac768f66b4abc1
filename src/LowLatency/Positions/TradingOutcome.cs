namespace LowLatency.Positions;

/// <summary>What the position stage did at one event. Amounts are lamports and token atoms.</summary>
public struct TradingOutcome
{
    /// <summary>The models answered, so an entry decision was taken: its checks say how it went.</summary>
    public bool Candidate;
}
