using System.Text.Json.Serialization;
using MessagePack;

namespace LowLatency.Bench;

/// <summary>The snapshot as the serialisers see it.</summary>
[MessagePackObject]
public sealed class SnapshotRecord
{
    [Key(0), JsonPropertyName("pool_id")]
    public string? PoolId { get; set; }

    [Key(1), JsonPropertyName("timestamp")]
    public long Timestamp { get; set; }

    [Key(2), JsonPropertyName("price")]
    public double? Price { get; set; }

    [Key(3), JsonPropertyName("base_reserve")]
    public double? BaseReserve { get; set; }

    [Key(4), JsonPropertyName("quote_reserve")]
    public double? QuoteReserve { get; set; }

    [Key(5), JsonPropertyName("volume_24h")]
    public double? Volume24h { get; set; }

    [Key(6), JsonPropertyName("trade_fee")]
    public double? TradeFee { get; set; }

    [Key(7), JsonPropertyName("decimals_a")]
    public int? DecimalsA { get; set; }

    [Key(8), JsonPropertyName("decimals_b")]
    public int? DecimalsB { get; set; }

    [Key(9), JsonPropertyName("token_a_mint")]
    public string? TokenAMint { get; set; }

    [Key(10), JsonPropertyName("token_b_mint")]
    public string? TokenBMint { get; set; }

    [Key(11), JsonPropertyName("pool_open_time")]
    public long? PoolOpenTime { get; set; }

    [Key(12), JsonPropertyName("status")]
    public int? Status { get; set; }

    [Key(13), JsonPropertyName("slot")]
    public long? Slot { get; set; }
}

/// <summary>Generated code of System.Text.Json, as its documentation recommends.</summary>
[JsonSerializable(typeof(SnapshotRecord))]
internal sealed partial class SnapshotContext : JsonSerializerContext;
