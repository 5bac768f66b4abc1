namespace LowLatency.Feed;

/// <summary>
/// One snapshot as the feed wrote it, before sides and quality are known. It borrows the message's bytes: it is valid
/// only until the message's buffer is released. Absent numbers are NaN (double) or -1 (integers); absent text is empty.
/// </summary>
public ref struct PoolSnapshot
{
    /// <summary>Pool id, base58 text.</summary>
    public ReadOnlySpan<byte> PoolId;

    /// <summary>Mint of the feed's base side, base58 text; may be absent.</summary>
    public ReadOnlySpan<byte> TokenAMint;

    /// <summary>Mint of the feed's quote side, base58 text; may be absent.</summary>
    public ReadOnlySpan<byte> TokenBMint;

    /// <summary>Unix milliseconds.</summary>
    public long TimestampMs;

    /// <summary>Unix seconds; -1 where absent.</summary>
    public long PoolOpenTimeS;

    /// <summary>Reserve of the feed's base side in UI units; NaN where the feed wrote null.</summary>
    public double BaseReserve;

    /// <summary>Reserve of the feed's quote side in UI units; NaN where the feed wrote null.</summary>
    public double QuoteReserve;

    /// <summary>The base reserve in atoms, exactly, where the feed counts them; 0 where it does not.</summary>
    public ulong BaseAtoms;

    /// <summary>The quote reserve in atoms; see <see cref="BaseAtoms"/>.</summary>
    public ulong QuoteAtoms;

    /// <summary>The feed's price; NaN where absent.</summary>
    public double Price;

    /// <summary>The feed's volume; NaN where absent.</summary>
    public double Volume24h;

    /// <summary>Trade fee in percent; NaN where absent.</summary>
    public double TradeFeePercent;

    /// <summary>Decimals of the feed's base side; -1 where absent.</summary>
    public int DecimalsA;

    /// <summary>Decimals of the feed's quote side; -1 where absent.</summary>
    public int DecimalsB;

    /// <summary>Raydium pool status; -1 where absent.</summary>
    public int Status;

    /// <summary>Slot; -1 where absent.</summary>
    public long Slot;

    /// <summary>A snapshot of which nothing is known yet.</summary>
    public static PoolSnapshot Empty => new()
    {
        PoolOpenTimeS = -1,
        BaseReserve = double.NaN,
        QuoteReserve = double.NaN,
        Price = double.NaN,
        Volume24h = double.NaN,
        TradeFeePercent = double.NaN,
        DecimalsA = -1,
        DecimalsB = -1,
        Status = -1,
        Slot = -1,
    };
}
