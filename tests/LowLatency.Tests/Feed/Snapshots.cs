using System.Text;
using LowLatency.Feed;

namespace LowLatency.Tests.Feed;

/// <summary>Snapshots that the tests of all formats share, and their comparison to the bit.</summary>
internal static class Snapshots
{
    public const string PoolId = "3qRa9a5zcYvsWyTVJWHMKZnNPzLVYV82rUsTStAfUoCN";
    public const string Mint = "4h6sDhNCqBnagtmFRWeRrASPDCwLn9xoDW1TizBfVhbW";
    public const string Sol = "So11111111111111111111111111111111111111112";

    /// <summary>All members, in the gateway's order.</summary>
    public static readonly string[] Members =
    [
        $"\"pool_id\":\"{PoolId}\"", "\"timestamp\":1749590073059", "\"price\":3.61231521255339", "\"base_reserve\":6021.967972878",
        "\"quote_reserve\":1667.06602789", "\"volume_24h\":3334.13205578", "\"trade_fee\":0.25", "\"decimals_a\":6", "\"decimals_b\":9",
        $"\"token_a_mint\":\"{Mint}\"", $"\"token_b_mint\":\"{Sol}\"", "\"pool_open_time\":1749589880", "\"status\":6", "\"slot\":345678901",
    ];

    public static readonly string Whole = "{" + string.Join(',', Members) + "}";

    public static byte[] WholeBytes => Encoding.UTF8.GetBytes(Whole);

    public static byte[] With(string baseReserve) =>
        Encoding.UTF8.GetBytes($"{{\"pool_id\":\"{PoolId}\",\"timestamp\":1749590073059,\"base_reserve\":{baseReserve},\"quote_reserve\":1}}");

    public static bool Same(in PoolSnapshot a, in PoolSnapshot b) =>
        a.PoolId.SequenceEqual(b.PoolId) && a.TokenAMint.SequenceEqual(b.TokenAMint) && a.TokenBMint.SequenceEqual(b.TokenBMint)
        && a.TimestampMs == b.TimestampMs && a.PoolOpenTimeS == b.PoolOpenTimeS && a.Slot == b.Slot
        && a.DecimalsA == b.DecimalsA && a.DecimalsB == b.DecimalsB && a.Status == b.Status
        && Same(a.Price, b.Price) && Same(a.BaseReserve, b.BaseReserve) && Same(a.QuoteReserve, b.QuoteReserve)
        && Same(a.Volume24h, b.Volume24h) && Same(a.TradeFeePercent, b.TradeFeePercent);

    public static bool Same(double a, double b) =>
        BitConverter.DoubleToInt64Bits(a) == BitConverter.DoubleToInt64Bits(b) || (double.IsNaN(a) && double.IsNaN(b));
}
