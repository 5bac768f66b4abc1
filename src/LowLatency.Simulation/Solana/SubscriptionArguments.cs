using System.Text.Json;

namespace LowLatency.Simulation.Solana;

/// <summary>Reads the parameters of subscriptions; what is not understood is refused as a node refuses it.</summary>
internal static class SubscriptionArguments
{
    /// <summary>A key in base58.</summary>
    public static string Key(JsonElement text) =>
        text.ValueKind == JsonValueKind.String && Base58.TryDecode(text.GetString()!) is { Length: Base58.KeyBytes }
            ? text.GetString()!
            : throw new RpcException(RpcException.InvalidParams, "Invalid param: not a key");

    /// <summary>This node writes accounts in base64 only, and at <c>processed</c> only.</summary>
    public static void RequireBase64(JsonElement[] arguments)
    {
        if (Text(arguments, "encoding") != "base64")
        {
            throw new RpcException(RpcException.InvalidParams, "Invalid param: encoding must be base64");
        }
    }

    /// <summary>The one account whose transactions' logs are asked for, or everything.</summary>
    public static string Mention(JsonElement[] arguments)
    {
        JsonElement filter = arguments.Length > 0 ? arguments[0] : default;
        if (filter.ValueKind == JsonValueKind.String && filter.GetString() is "all" or "allWithVotes")
        {
            return Subscriptions.Everything;
        }

        if (filter.ValueKind != JsonValueKind.Object || !filter.TryGetProperty("mentions", out JsonElement keys)
            || keys.ValueKind != JsonValueKind.Array || keys.GetArrayLength() != 1)
        {
            throw new RpcException(RpcException.InvalidParams, "Invalid Request: Only 1 address supported");
        }

        return Key(keys[0]);
    }

    /// <summary>The filters of a program subscription: <c>dataSize</c>, and <c>memcmp</c> in base58.</summary>
    public static IReadOnlyList<Func<ReadOnlyMemory<byte>, bool>> Filters(JsonElement[] arguments)
    {
        List<Func<ReadOnlyMemory<byte>, bool>> filters = [];
        if (arguments.Length < 2 || arguments[1].ValueKind != JsonValueKind.Object || !arguments[1].TryGetProperty("filters", out JsonElement list))
        {
            return filters;
        }

        foreach (JsonElement filter in list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : throw Unknown())
        {
            if (filter.ValueKind != JsonValueKind.Object)
            {
                throw Unknown();
            }

            if (filter.TryGetProperty("dataSize", out JsonElement size) && size.ValueKind == JsonValueKind.Number && size.TryGetInt32(out int bytes))
            {
                filters.Add(account => account.Length == bytes);
            }
            else if (filter.TryGetProperty("memcmp", out JsonElement compare) && compare.ValueKind == JsonValueKind.Object
                && compare.TryGetProperty("offset", out JsonElement at) && at.ValueKind == JsonValueKind.Number && at.TryGetInt32(out int offset) && offset >= 0
                && compare.TryGetProperty("bytes", out JsonElement text) && text.ValueKind == JsonValueKind.String
                && Base58.TryDecode(text.GetString()!) is { } wanted)
            {
                filters.Add(account => offset <= account.Length && account.Span[offset..].StartsWith(wanted));
            }
            else
            {
                throw Unknown();
            }
        }

        return filters;
    }

    private static RpcException Unknown() => new(RpcException.InvalidParams, "Invalid param: filters");

    private static string? Text(JsonElement[] arguments, string name) =>
        arguments.Length > 1 && arguments[1].ValueKind == JsonValueKind.Object
        && arguments[1].TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
