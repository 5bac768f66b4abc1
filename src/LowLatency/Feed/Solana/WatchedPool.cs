using LowLatency.Pools;

namespace LowLatency.Feed.Solana;

/// <summary>What is known of one pool whose vaults are subscribed. Owned by the session.</summary>
internal sealed class WatchedPool
{
    /// <summary>No subscription is confirmed.</summary>
    public const ulong None = ulong.MaxValue;

    /// <summary>The pool's account.</summary>
    public PublicKey Account { get; set; }

    /// <summary>Its account and its two mints as a snapshot names them.</summary>
    public byte[] AccountText { get; set; } = [];

    /// <summary>Mint of the coin side, base58.</summary>
    public byte[] BaseMintText { get; set; } = [];

    /// <summary>Mint of the pc side, base58.</summary>
    public byte[] QuoteMintText { get; set; } = [];

    /// <summary>What the account says, as of its last notification.</summary>
    public PoolAccount State { get; set; }

    /// <summary>What the vaults hold.</summary>
    public VaultPair Vaults;

    /// <summary>Whether it is to be published when the current slot is over, unless both its vaults are told of before.</summary>
    public bool IsPending { get; set; }

    /// <summary>Whether its place is in the session's list of pending ones.</summary>
    public bool IsListed { get; set; }

    /// <summary>The last slot in which anything was heard of it.</summary>
    public ulong LastSlot { get; set; }

    /// <summary>Confirmed subscriptions, by <see cref="RequestKind"/>.</summary>
    public ulong[] Subscriptions { get; } = [None, None, None];

    /// <summary>Counts the pools that had this place: what is answered for an earlier one is told apart by it.</summary>
    public uint Generation { get; set; }

    /// <summary>The pool as its vaults have it. A vault that holds less than is owed from it has nothing left: the row is invalid, not huge.</summary>
    public PoolSnapshot ToSnapshot() => ToSnapshot(
        Less(Vaults.BaseAmount, State.BaseOwed), Less(Vaults.QuoteAmount, State.QuoteOwed), Vaults.Slot);

    /// <summary>The pool with these reserves.</summary>
    public PoolSnapshot ToSnapshot(ulong baseAtoms, ulong quoteAtoms, ulong slot)
    {
        PoolSnapshot snapshot = PoolSnapshot.Empty;
        snapshot.PoolId = AccountText;
        snapshot.TokenAMint = BaseMintText;
        snapshot.TokenBMint = QuoteMintText;
        snapshot.DecimalsA = State.BaseDecimals;
        snapshot.DecimalsB = State.QuoteDecimals;
        snapshot.BaseAtoms = baseAtoms;
        snapshot.QuoteAtoms = quoteAtoms;
        snapshot.BaseReserve = PoolTable.FromAtoms(baseAtoms, State.BaseDecimals);
        snapshot.QuoteReserve = PoolTable.FromAtoms(quoteAtoms, State.QuoteDecimals);
        snapshot.TradeFeePercent = State.FeePercent;
        snapshot.PoolOpenTimeS = State.OpenTimeS;
        snapshot.Status = State.Status;
        snapshot.Slot = (long)Math.Min(slot, long.MaxValue);
        return snapshot;
    }

    /// <summary>A new connection begins, or another pool takes the place: nothing is subscribed and nothing is known of the vaults.</summary>
    public void Forget()
    {
        Vaults = default;
        IsPending = false;
        Array.Fill(Subscriptions, None);
    }

    private static ulong Less(ulong amount, ulong owed) => amount > owed ? amount - owed : 0;
}

/// <summary>What a pool's account says that its observations need, whichever program it belongs to.</summary>
/// <param name="BaseVault">Vault of the coin side.</param>
/// <param name="QuoteVault">Vault of the pc side.</param>
/// <param name="BaseMint">Mint of the coin side.</param>
/// <param name="QuoteMint">Mint of the pc side.</param>
/// <param name="BaseDecimals">Decimals of the coin side.</param>
/// <param name="QuoteDecimals">Decimals of the pc side.</param>
/// <param name="BaseOwed">Atoms in the coin vault that are not the pool's: profit or fees to be taken.</param>
/// <param name="QuoteOwed">Atoms in the pc vault that are not the pool's.</param>
/// <param name="OpenTimeS">Unix seconds at which it opens; 0 where the account does not say.</param>
/// <param name="Status">As AMM v4 counts: 6 = trading.</param>
/// <param name="FeePercent">Fee of a swap.</param>
public readonly record struct PoolAccount(
    PublicKey BaseVault, PublicKey QuoteVault, PublicKey BaseMint, PublicKey QuoteMint, byte BaseDecimals, byte QuoteDecimals,
    ulong BaseOwed, ulong QuoteOwed, long OpenTimeS, int Status, double FeePercent);
