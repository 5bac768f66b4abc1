namespace LowLatency.Positions;

/// <summary>What a place in the book is used for.</summary>
internal enum HoldingPhase : byte
{
    Free,
    EntryPending,
    Open,
    ExitPending,
}

/// <summary>One place in the book: a pending entry, then the position it became. Prices are lamports per token atom.</summary>
internal struct Holding
{
    public HoldingPhase Phase;
    public ExitReason Reason;
    public int Pool;
    public int FailedExits;
    public long PositionId;

    // The pending order.
    public long OrderId;
    public long OrderedMs;
    public ulong MinimumOut;

    // The position. Cost is the pending entry's size before the fill.
    public long DecisionMs;
    public long EntryMs;
    public long Cost;
    public long Fees;
    public ulong Tokens;
    public double EntryPrice;
    public double BestPrice;
    public double WorstPrice;

    // The pool as last seen: what the position is worth, and what a silent pool is sold at.
    public long SeenMs;

    // When somebody would have bought last; whether somebody would at the last row; whether nobody ever will.
    public long SellableMs;
    public bool IsSellable;
    public bool IsGone;
    public ulong BaseAtoms;
    public ulong QuoteLamports;
    public long Mark;

    public readonly bool IsHeld => Phase >= HoldingPhase.Open;

    public readonly double Price => QuoteLamports / (double)BaseAtoms;
}
