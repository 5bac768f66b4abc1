namespace LowLatency.Positions;

/// <summary>What bound a size.</summary>
public enum SizeLimit : byte
{
    /// <summary>Nothing: it is what equity, regime and drawdown ask for.</summary>
    None,

    /// <summary>The largest share of equity in one trade.</summary>
    TradeShare,

    /// <summary>The largest share of the pool's SOL.</summary>
    PoolShare,

    /// <summary>What the exposure limit leaves.</summary>
    Exposure,

    /// <summary>What the cash leaves above its reserve.</summary>
    FreeCash,
}

/// <summary>Why a candidate's size is what it is. Lamports.</summary>
public struct SizeReason
{
    /// <summary>Equity that it is a share of.</summary>
    public long Equity;

    /// <summary>What the rules ask for before any cap.</summary>
    public long Wanted;

    /// <summary>The cap that left the least.</summary>
    public SizeLimit Limit;
}
