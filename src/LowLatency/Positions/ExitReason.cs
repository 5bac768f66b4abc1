namespace LowLatency.Positions;

/// <summary>
/// Why a position is closed: one reason each, the first that applies in this order. Danger comes before price, because it
/// says more about the pool; a position that fell through its stop in one drained row was a rug, not bad luck.
/// A reason stays with the position through all retries.
/// </summary>
public enum ExitReason : byte
{
    /// <summary>No exit.</summary>
    None,

    /// <summary>The pool's account or a vault of it was closed: nobody will buy. Written off.</summary>
    AccountClosed,

    /// <summary>The row drained the reserve or dumped the price.</summary>
    RugSeen,

    /// <summary>The rug probability reached its exit threshold.</summary>
    RugPredicted,

    /// <summary>The pool's regime turned Rug.</summary>
    RegimeRug,

    /// <summary>The price fell below the stop.</summary>
    StopLoss,

    /// <summary>The price reached the target.</summary>
    TakeProfit,

    /// <summary>The trailing stop was armed and the price fell from its best.</summary>
    TrailingStop,

    /// <summary>The position was held for as long as allowed.</summary>
    TimeLimit,

    /// <summary>An operator wants it closed.</summary>
    Operator,

    /// <summary>The process is about to end.</summary>
    Shutdown,

    /// <summary>For so long the pool has not traded, or has had no reserves to sell to, that the position counts as worthless. Written off.</summary>
    Unsellable,

    /// <summary>The pool had no row for so long that it counts as dead; sold at its last reserves, which silence leaves unchanged.</summary>
    SilentPool,
}
