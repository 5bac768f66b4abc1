namespace LowLatency.Pools;

/// <summary>
/// One row of one pool, normalised at the boundary: quote is SOL, base is the token, whatever the feed said.
/// Unmanaged and self-contained, so that it can live in a slot of the ring.
/// </summary>
public struct PoolUpdate
{
    /// <summary>Index of the pool in the <c>PoolTable</c> that numbered it, in order of first appearance.</summary>
    public int Pool;

    /// <summary>The boundary's verdict; refined by <c>ObservationGate</c>.</summary>
    public Quality Quality;

    /// <summary>Decimals of the token.</summary>
    public byte BaseDecimals;

    /// <summary>Raydium's pool status (6 = trading); 255 where the feed does not say.</summary>
    public byte Status;

    /// <summary>Unix milliseconds of the observation.</summary>
    public long TimestampMs;

    /// <summary>Unix seconds at which the pool opened; 0 where the feed does not say.</summary>
    public long PoolOpenTimeS;

    /// <summary>Id of the row in its recording, or the message's ordinal on a live feed. Never decides anything.</summary>
    public long SourceId;

    /// <summary>Token reserve in UI units.</summary>
    public double BaseReserve;

    /// <summary>SOL reserve in UI units.</summary>
    public double QuoteReserve;

    /// <summary>The feed's <c>volume_24h</c> as given, NaN where absent. In the seed's recordings it is a reserve, not a volume.</summary>
    public double Volume24h;

    /// <summary>The feed's own price column, NaN where absent. Recorded only; the price is always recomputed.</summary>
    public double FeedPrice;

    /// <summary>Token reserve in atoms; 0 where it does not fit 64 bits, which makes the pool untradable.</summary>
    public ulong BaseAtoms;

    /// <summary>SOL reserve in lamports; 0 where it does not fit 64 bits, which makes the pool untradable.</summary>
    public ulong QuoteLamports;

    /// <summary>SOL per token, in UI units.</summary>
    public readonly double Price => QuoteReserve / BaseReserve;

    /// <summary>The constant of the constant product, in UI units.</summary>
    public readonly double K => BaseReserve * QuoteReserve;
}
