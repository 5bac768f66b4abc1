namespace LowLatency.Positions;

/// <summary>Where a position stands.</summary>
internal enum PositionState : byte
{
    Free,
    EntryOrdered,
    Open,
    ExitOrdered,
}

/// <summary>One of the few slots for positions. Owned by <see cref="PositionStage"/>.</summary>
internal struct Position
{
    public PositionState State;
    public ExitReason ExitReason;
    public int Pool;
    public int ExitRetries;
    public long Id;
    public long OrderId;
    public long OrderMs;
    public ulong MinOut;
    public long SizeLamports;
    public ulong Tokens;
    public long FeesLamports;
    public long EntryMs;
    public double EntryPrice;
    public double BestPrice;
    public double WorstPrice;

    // What the tokens would fetch at the last observation's reserves.
    public long MarkLamports;

    public readonly bool IsHeld => State is PositionState.Open or PositionState.ExitOrdered;
}
