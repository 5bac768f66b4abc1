namespace LowLatency.Storage;

/// <summary>What a recording knows of a pool (a row of <c>status_6_pools</c>). token_a is the feed's base side, token_b its quote side.</summary>
/// <param name="PoolId">Pool id, base58.</param>
/// <param name="TokenAMint">Mint of the base side.</param>
/// <param name="TokenBMint">Mint of the quote side.</param>
/// <param name="DecimalsA">Decimals of token_a.</param>
/// <param name="DecimalsB">Decimals of token_b.</param>
/// <param name="TradeFeePercent">Swap fee in percent (0.25).</param>
/// <param name="PoolOpenTimeS">Unix seconds; 0 = unknown.</param>
/// <param name="DetectedAtMs">Unix milliseconds.</param>
public sealed record PoolInfo(
    string PoolId, string TokenAMint, string TokenBMint, int DecimalsA, int DecimalsB,
    double TradeFeePercent, long PoolOpenTimeS, long DetectedAtMs);

/// <summary>A row of <c>pool_snapshots</c>, as recorded: sides not swapped, nothing recomputed. NULL numbers are NaN.</summary>
/// <param name="Id">Row id in the recording; ordinal in a generated world.</param>
/// <param name="Pool">The pool, or null where the recording does not describe it.</param>
/// <param name="PoolId">Pool id as the row has it.</param>
/// <param name="TimestampMs">Unix milliseconds.</param>
/// <param name="Price">The row's own price column.</param>
/// <param name="BaseReserve">token_a reserve in UI units.</param>
/// <param name="QuoteReserve">token_b reserve in UI units.</param>
/// <param name="Volume24h">The row's own volume column.</param>
public readonly record struct RecordedRow(
    long Id, PoolInfo? Pool, string PoolId, long TimestampMs,
    double Price, double BaseReserve, double QuoteReserve, double Volume24h);
