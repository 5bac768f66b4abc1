namespace LowLatency.Feed.Solana;

/// <summary>
/// The amounts of a pool's two vaults and the slots they are of. A node tells at most one change of an account in a slot,
/// those of one slot in any order: only amounts of the same slot, or one of a slot that is over, belong together.
/// </summary>
internal struct VaultPair
{
    private ulong _baseSlot;
    private ulong _quoteSlot;

    /// <summary>Atoms in the vault of the account's coin side.</summary>
    public ulong BaseAmount { get; private set; }

    /// <summary>Atoms in the vault of the account's pc side.</summary>
    public ulong QuoteAmount { get; private set; }

    /// <summary>Whether both vaults were heard of since the connection opened. (No change is told of before slot 1.)</summary>
    public readonly bool IsKnown => _baseSlot != 0 && _quoteSlot != 0;

    /// <summary>Whether both amounts are of one slot.</summary>
    public readonly bool IsJoined => _baseSlot == _quoteSlot && IsKnown;

    /// <summary>The later slot of the two.</summary>
    public readonly ulong Slot => Math.Max(_baseSlot, _quoteSlot);

    /// <summary>Takes what the node tells of one vault.</summary>
    /// <returns>What it is beside what was told of the same vault before.</returns>
    public VaultNews Take(bool isBase, ulong slot, ulong amount)
    {
        ulong before = isBase ? _baseSlot : _quoteSlot;
        if (before == slot && amount == (isBase ? BaseAmount : QuoteAmount))
        {
            return VaultNews.Repeated;
        }

        if (isBase)
        {
            (_baseSlot, BaseAmount) = (slot, amount);
        }
        else
        {
            (_quoteSlot, QuoteAmount) = (slot, amount);
        }

        return slot < before ? VaultNews.Regressed : VaultNews.New;
    }
}

/// <summary>What a notification of a vault is beside the one before.</summary>
internal enum VaultNews : byte
{
    /// <summary>A later slot, or another amount in the same one.</summary>
    New,

    /// <summary>Word for word the last one.</summary>
    Repeated,

    /// <summary>An earlier slot: the node has left a fork. What it tells now holds.</summary>
    Regressed,
}
