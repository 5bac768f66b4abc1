using System.Text.Json.Serialization;

namespace LowLatency.Bench;

/// <summary>A node's notification as the serialisers see it.</summary>
internal sealed record Notification<T>([property: JsonPropertyName("params")] Parameters<T> Params);

internal sealed record Parameters<T>(
    [property: JsonPropertyName("result")] InContext<T> Result,
    [property: JsonPropertyName("subscription")] ulong Subscription);

internal sealed record InContext<T>([property: JsonPropertyName("context")] Context Context, [property: JsonPropertyName("value")] T Value);

internal sealed record Context([property: JsonPropertyName("slot")] ulong Slot);

internal sealed record KeyedAccount([property: JsonPropertyName("pubkey")] string Pubkey, [property: JsonPropertyName("account")] Account Account);

internal sealed record Account(
    [property: JsonPropertyName("lamports")] ulong Lamports,
    [property: JsonPropertyName("data")] string[] Data,
    [property: JsonPropertyName("owner")] string Owner,
    [property: JsonPropertyName("executable")] bool Executable,
    [property: JsonPropertyName("rentEpoch")] ulong RentEpoch,
    [property: JsonPropertyName("space")] ulong Space);

/// <summary>Generated code of System.Text.Json, as its documentation recommends.</summary>
[JsonSerializable(typeof(Notification<KeyedAccount>))]
internal sealed partial class NotificationContext : JsonSerializerContext;
