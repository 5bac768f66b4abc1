namespace LowLatency.Positions;

/// <summary>
/// What the position stage did at one event, complete: a consumer on another thread needs nothing else of the stage.
/// Amounts are lamports and token atoms, prices lamports per token atom, times Unix milliseconds. All zero = nothing happened.
/// </summary>
public struct TradingOutcome
{
    /// <summary>The models answered for an observation, so an entry decision was taken: <see cref="FailedChecks"/> says how it went.</summary>
    public bool Candidate;

    /// <summary>An entry order was placed; see <see cref="Order"/>.</summary>
    public bool EntryOrdered;

    /// <summary>An exit order was placed for this reason; see <see cref="Order"/>.</summary>
    public ExitReason ExitOrdered;

    /// <summary>The pool's regime after this observation; <see cref="Regime.SidewaysChop"/> where the row is no observation.</summary>
    public Regime Regime;

    /// <summary>ALL checks that a candidate failed; <see cref="EntryCheckNames.Primary"/> gives the first.</summary>
    public EntryChecks FailedChecks;

    /// <summary>What the rules would have spent, or spend: lamports after every cap, 0 where a cap leaves less than the smallest trade.</summary>
    public long CandidateLamports;

    /// <summary>Why it is that much; meaningful for a candidate.</summary>
    public SizeReason Size;

    /// <summary>The order placed at this event; meaningful with <see cref="EntryOrdered"/> or <see cref="ExitOrdered"/>.</summary>
    public OrderReport Order;

    /// <summary>The order that came to an end at this event; meaningful where <see cref="FillReport.Kind"/> is not None.</summary>
    public FillReport Fill;

    /// <summary>A position was closed; see <see cref="Trade"/>.</summary>
    public bool Closed;

    /// <summary>The closed trade; meaningful with <see cref="Closed"/>.</summary>
    public ClosedTrade Trade;

    /// <summary>Pessimistic exit value less cost of the position in the event's own pool, lamports; 0 where there is none.</summary>
    public long PoolUnrealised;

    /// <summary>The account after the event.</summary>
    public AccountView Account;
}

/// <summary>An order as it was placed.</summary>
public struct OrderReport
{
    /// <summary>The pool; another than the event's own where a silent pool is being left.</summary>
    public int Pool;

    /// <summary>Number of the order, from 1; each retry is an order of its own.</summary>
    public long OrderId;

    /// <summary>Lamports (entry) or token atoms (exit) to be given.</summary>
    public ulong AmountIn;

    /// <summary>Token atoms (entry) or lamports (exit) that the deciding observation's reserves would give.</summary>
    public ulong QuotedOut;

    /// <summary>The least that is accepted.</summary>
    public ulong MinimumOut;

    /// <summary>0 for the first order of its kind, then the number of the retry.</summary>
    public int Retry;
}

/// <summary>An order that came to its end.</summary>
public struct FillReport
{
    /// <summary>What became of it.</summary>
    public FillKind Kind;

    /// <summary>The pool; another than the event's own where a silent pool's order expires or is filled at its last reserves.</summary>
    public int Pool;

    /// <summary>Number of the order.</summary>
    public long OrderId;

    /// <summary>Lamports (entry) or token atoms (exit) given, or that would have been.</summary>
    public ulong AmountIn;

    /// <summary>Token atoms or lamports received; after slipping, what would have been received; 0 where it did not land or expired.</summary>
    public ulong AmountOut;

    /// <summary>The least that was accepted.</summary>
    public ulong MinimumOut;

    /// <summary>Network base fee paid.</summary>
    public long NetworkFee;

    /// <summary>Priority fee paid.</summary>
    public long PriorityFee;

    /// <summary>Tip paid.</summary>
    public long Tip;
}

/// <summary>A closed trade.</summary>
public struct ClosedTrade
{
    /// <summary>Number of the position, from 1.</summary>
    public long PositionId;

    /// <summary>The pool.</summary>
    public int Pool;

    /// <summary>Why it was closed.</summary>
    public ExitReason Reason;

    /// <summary>Failed exits before the one that was filled.</summary>
    public int FailedExits;

    /// <summary>When the entry was decided.</summary>
    public long DecisionTimeMs;

    /// <summary>When the entry was filled.</summary>
    public long EntryTimeMs;

    /// <summary>When the exit was filled.</summary>
    public long ExitTimeMs;

    /// <summary>Lamports paid into the pool.</summary>
    public long Cost;

    /// <summary>Lamports received from the pool: the recorded reserves, which do not remember our buy.</summary>
    public long Proceeds;

    /// <summary>Lamports that would be received if our net effect still lay on the reserves.</summary>
    public long OptimisticProceeds;

    /// <summary>Transaction fees of the entry, of every failed exit and of the exit. The swap fee is inside the prices.</summary>
    public long Fees;

    /// <summary>Average buy price, swap fee and impact included.</summary>
    public double EntryPrice;

    /// <summary>Average sell price, swap fee and impact included.</summary>
    public double ExitPrice;

    /// <summary>Best pool price while it was held.</summary>
    public double BestPrice;

    /// <summary>Worst pool price while it was held.</summary>
    public double WorstPrice;

    /// <summary>The headline: proceeds less cost and fees, lamports.</summary>
    public readonly long PessimisticPnl => Proceeds - Cost - Fees;

    /// <summary>The other bound: optimistic proceeds less cost and fees, lamports.</summary>
    public readonly long OptimisticPnl => OptimisticProceeds - Cost - Fees;
}

/// <summary>The account after an event. Equity = cash + in-flight + rent + market value; equity - opening capital = realised + unrealised.</summary>
public struct AccountView
{
    /// <summary>Free money, lamports.</summary>
    public long Cash;

    /// <summary>Reserved for pending entries, lamports.</summary>
    public long InFlight;

    /// <summary>Rent locked by open positions, lamports.</summary>
    public long Rent;

    /// <summary>Cost of open positions, lamports.</summary>
    public long PositionCost;

    /// <summary>Pessimistic exit value of open positions before transaction fees, lamports.</summary>
    public long MarketValue;

    /// <summary>All of it, lamports.</summary>
    public long Equity;

    /// <summary>Profit of closed positions less all fees paid, lamports.</summary>
    public long Realised;

    /// <summary>Market value less cost of open positions, lamports.</summary>
    public long Unrealised;

    /// <summary>Network base fees paid so far, lamports.</summary>
    public long NetworkFees;

    /// <summary>Priority fees paid so far, lamports.</summary>
    public long PriorityFees;

    /// <summary>Tips paid so far, lamports.</summary>
    public long Tips;

    /// <summary>Highest equity so far, lamports.</summary>
    public long PeakEquity;

    /// <summary>Profit since the UTC day began, lamports.</summary>
    public long DayPnl;

    /// <summary>Fall of equity from its peak, 0 .. 1.</summary>
    public double Drawdown;

    /// <summary>Open positions.</summary>
    public int OpenPositions;

    /// <summary>Pending entries.</summary>
    public int PendingEntries;

    /// <summary>What the risk engine allows.</summary>
    public RiskState Risk;

    /// <summary>Lamports in positions and in pending entries: what the exposure limit counts.</summary>
    public readonly long Exposure => PositionCost + InFlight;
}
