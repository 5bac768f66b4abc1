namespace LowLatency.Positions;

/// <summary>Why an entry was refused. All that failed are set; the lowest bit is the reason that is counted.</summary>
[Flags]
public enum EntryChecks : uint
{
    /// <summary>All passed.</summary>
    None = 0,

    /// <summary>The pool's status is known and is not 6 (trading).</summary>
    NotTrading = 1 << 0,

    /// <summary>A reserve does not fit 64 bits in atoms.</summary>
    Untradable = 1 << 1,

    /// <summary>The feed was interrupted just before this row.</summary>
    AfterGap = 1 << 2,

    /// <summary>Less SOL in the pool than the minimum.</summary>
    PoolTooSmall = 1 << 3,

    /// <summary>More SOL in the pool than the maximum.</summary>
    PoolTooLarge = 1 << 4,

    /// <summary>The pool has been seen for less than the minimum age.</summary>
    TooYoung = 1 << 5,

    /// <summary>The pool has been seen for longer than the maximum age.</summary>
    TooOld = 1 << 6,

    /// <summary>The moon probability is not above the threshold (or not a number).</summary>
    MoonTooLow = 1 << 7,

    /// <summary>The rug probability is not below the threshold (or not a number).</summary>
    RugTooHigh = 1 << 8,

    /// <summary>The pool's regime is Rug/Dump.</summary>
    RegimeRug = 1 << 9,

    /// <summary>A position or an order exists in this pool.</summary>
    AlreadyHeld = 1 << 10,

    /// <summary>The pool cools down after a loss.</summary>
    CoolDown = 1 << 11,

    /// <summary>The most positions are open or ordered.</summary>
    MaxPositions = 1 << 12,

    /// <summary>The risk engine takes no entries now.</summary>
    RiskStopped = 1 << 13,

    /// <summary>What caps and free cash leave is below the smallest position.</summary>
    SizeTooSmall = 1 << 14,
}

/// <summary>Facts about <see cref="EntryChecks"/>.</summary>
public static class EntryCheck
{
    /// <summary>Number of checks.</summary>
    public const int Count = 15;

    /// <summary>The check with bit <paramref name="index"/>.</summary>
    public static EntryChecks At(int index) => (EntryChecks)(1u << index);

    /// <summary>Index of the reason that is counted: the lowest bit; meaningful only where some check failed.</summary>
    public static int FirstIndex(EntryChecks failed) => System.Numerics.BitOperations.TrailingZeroCount((uint)failed);
}

/// <summary>Why a position is left. One exit has one reason: the first of these, in this order, that holds.</summary>
public enum ExitReason : byte
{
    /// <summary>No exit.</summary>
    None,

    /// <summary>Liquidity was drained or the price dumped in one step.</summary>
    RugSeen,

    /// <summary>The rug probability reached its exit threshold.</summary>
    RugPredicted,

    /// <summary>The pool's regime became Rug/Dump.</summary>
    RegimeRug,

    /// <summary>The price fell to the stop.</summary>
    StopLoss,

    /// <summary>The price reached the target.</summary>
    TakeProfit,

    /// <summary>The price fell back from its best by the trailing distance, after the trailing stop had been armed.</summary>
    TrailingStop,

    /// <summary>The position was held for the longest time allowed.</summary>
    TimeLimit,
}

/// <summary>What became of an order at this observation.</summary>
public enum FillKind : byte
{
    /// <summary>No order was due.</summary>
    None,

    /// <summary>The buy was filled: a position is open.</summary>
    EntryFilled,

    /// <summary>The buy would have given less than its minimum-out.</summary>
    EntrySlipped,

    /// <summary>The buy did not land.</summary>
    EntryNotLanded,

    /// <summary>No observation came in time; the buy was never sent on.</summary>
    EntryExpired,

    /// <summary>The sale was filled: the position is closed.</summary>
    ExitFilled,

    /// <summary>The sale would have given less than its minimum-out; it is ordered again with a wider floor.</summary>
    ExitSlipped,

    /// <summary>The sale did not land; it is ordered again with a wider floor.</summary>
    ExitNotLanded,
}

/// <summary>What the position stage did at one event: everything another thread needs, nothing to be asked back for. Lamports and token atoms.</summary>
public struct TradingOutcome
{
    /// <summary>The models answered, so an entry decision was taken: <see cref="FailedChecks"/> says how it went.</summary>
    public bool Candidate;

    /// <summary>A buy was ordered.</summary>
    public bool EntryOrdered;

    /// <summary>A position was closed; the Closed* fields describe it.</summary>
    public bool Closed;

    /// <summary>A position is open in this pool after the event.</summary>
    public bool Held;

    /// <summary>The entry checks that failed.</summary>
    public EntryChecks FailedChecks;

    /// <summary>The reason for which a sale was ordered at this observation.</summary>
    public ExitReason ExitOrdered;

    /// <summary>The reason of the position that was closed.</summary>
    public ExitReason ClosedReason;

    /// <summary>What became of the order that was due.</summary>
    public FillKind Fill;

    /// <summary>The pool's regime.</summary>
    public Regime Regime;

    /// <summary>State of the risk engine.</summary>
    public RiskState Risk;

    /// <summary>Positions open, orders to buy not counted.</summary>
    public int OpenPositions;

    /// <summary>Id of the order that was placed, filled or failed; 0 = none.</summary>
    public long OrderId;

    /// <summary>Id of the position in this pool, or of the one that was closed; 0 = none.</summary>
    public long PositionId;

    /// <summary>SOL of the buy that was ordered.</summary>
    public long OrderLamports;

    /// <summary>What the order would give at this observation's reserves.</summary>
    public ulong QuotedOut;

    /// <summary>What went in: lamports of a buy, token atoms of a sale.</summary>
    public ulong FillIn;

    /// <summary>What came out: token atoms of a buy, lamports of a sale.</summary>
    public ulong FillOut;

    /// <summary>Network fees paid for the order that was due.</summary>
    public long FillFeesLamports;

    /// <summary>Closed position: event time of the entry's fill.</summary>
    public long EntryMs;

    /// <summary>Closed position: lamports paid for the tokens.</summary>
    public long CostLamports;

    /// <summary>Closed position: lamports received for them.</summary>
    public long ProceedsLamports;

    /// <summary>Closed position: network fees of all its orders.</summary>
    public long FeesLamports;

    /// <summary>Closed position: proceeds - cost - fees, at recorded reserves that do not remember our buy. The headline.</summary>
    public long PnlLamports;

    /// <summary>Closed position: the same with our buy laid over the recorded reserves.</summary>
    public long OptimisticPnlLamports;

    /// <summary>Closed position: best price on the way, relative to the entry's.</summary>
    public double BestGain;

    /// <summary>Closed position: worst price on the way, relative to the entry's.</summary>
    public double WorstGain;

    /// <summary>Exit value less cost of the position in this pool.</summary>
    public long UnrealisedLamports;

    /// <summary>Free cash.</summary>
    public long CashLamports;

    /// <summary>Cash, what is in flight, rent, and positions at their exit value.</summary>
    public long EquityLamports;

    /// <summary>Realised PnL after network fees.</summary>
    public long RealisedLamports;

    /// <summary>1 - equity / highest equity.</summary>
    public double Drawdown;

    /// <summary>Whether an order was placed, filled or failed.</summary>
    public readonly bool HasTrade => EntryOrdered || ExitOrdered != ExitReason.None || Fill != FillKind.None;
}
