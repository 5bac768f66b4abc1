namespace LowLatency.Positions;

/// <summary>What became of a pending order.</summary>
public enum FillKind : byte
{
    /// <summary>No order came to its end at this event.</summary>
    None,

    /// <summary>The entry was filled: a position is open.</summary>
    EntryFilled,

    /// <summary>The entry would have bought less than its minimum; the transaction failed and cost its fees.</summary>
    EntrySlipped,

    /// <summary>The entry's transaction did not land; it cost its fees.</summary>
    EntryNotLanded,

    /// <summary>The entry was given up unsent: too long without a fill, a segment began, or the pool stopped trading. It cost nothing.</summary>
    EntryExpired,

    /// <summary>The exit was filled: the position is closed.</summary>
    ExitFilled,

    /// <summary>The exit would have brought less than its minimum; the transaction failed and cost its fees. It is retried.</summary>
    ExitSlipped,

    /// <summary>The exit's transaction did not land; it cost its fees. It is retried.</summary>
    ExitNotLanded,

    /// <summary>
    /// Nobody buys any more: the position is closed for nothing, and its token account with it, whose rent comes back. That
    /// costs the fees of a transaction without a tip.
    /// </summary>
    WrittenOff,

    /// <summary>The cash does not cover an exit's fees; the order waits. Only possible where the cash reserve is used up by failed exits.</summary>
    ExitUnfunded,
}
