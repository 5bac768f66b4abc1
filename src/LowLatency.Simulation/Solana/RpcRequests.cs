using System.Globalization;
using System.Text;
using System.Text.Json;
using LowLatency.Simulation.Wire;

namespace LowLatency.Simulation.Solana;

/// <summary>Reads JSON-RPC requests, makes and ends subscriptions, and answers each request with one message.</summary>
internal sealed class RpcRequests(Subscriptions subscriptions)
{
    /// <summary>Longest request a node reads.</summary>
    public const int MaxRequestBytes = 4_096;

    public void Answer(ReadOnlySpan<byte> request, Outbox answers)
    {
        string id = "null";
        string answer;
        try
        {
            using JsonDocument document = JsonDocument.Parse(request.ToArray());
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                throw new RpcException(RpcException.InvalidRequest, "Invalid request");
            }

            id = root.TryGetProperty("id", out JsonElement given) && given.ValueKind is JsonValueKind.Number or JsonValueKind.String ? given.GetRawText() : id;
            if (request.Length > MaxRequestBytes)
            {
                throw new RpcException(RpcException.InvalidParams, string.Create(CultureInfo.InvariantCulture, $"Request of {request.Length} bytes; at most {MaxRequestBytes}"));
            }

            string result = Perform(root);
            answer = $$"""{"jsonrpc":"2.0","result":{{result}},"id":{{id}}}""";
        }
        catch (JsonException)
        {
            answer = Error(RpcException.ParseError, "Parse error", id);
        }
        catch (RpcException e)
        {
            answer = Error(e.Code, e.Message, id);
        }

        answers.Add(Encoding.UTF8.GetBytes(answer), isText: true);
    }

    private static string Error(int code, string message, string id) => string.Create(
        CultureInfo.InvariantCulture, $$$"""{"jsonrpc":"2.0","error":{"code":{{{code}}},"message":"{{{message}}}"},"id":{{{id}}}}""");

    private string Perform(JsonElement request)
    {
        string? method = request.TryGetProperty("method", out JsonElement named) && named.ValueKind == JsonValueKind.String ? named.GetString() : null;
        JsonElement[] arguments = request.TryGetProperty("params", out JsonElement list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray()] : [];
        ulong made = method switch
        {
            "programSubscribe" => Encoded(arguments, Topic.Program, SubscriptionArguments.Filters(arguments)),
            "accountSubscribe" => Encoded(arguments, Topic.Account, []),
            "logsSubscribe" => subscriptions.Add(Topic.Logs, SubscriptionArguments.Mention(arguments), []),
            "slotSubscribe" when arguments.Length == 0 => subscriptions.Add(Topic.Slot, Subscriptions.Everything, []),
            "slotSubscribe" => throw Invalid("Invalid parameters: No parameters were expected"),
            "programUnsubscribe" => Remove(Topic.Program, arguments),
            "accountUnsubscribe" => Remove(Topic.Account, arguments),
            "logsUnsubscribe" => Remove(Topic.Logs, arguments),
            "slotUnsubscribe" => Remove(Topic.Slot, arguments),
            null => throw new RpcException(RpcException.InvalidRequest, "Invalid request"),
            _ => throw new RpcException(RpcException.MethodNotFound, "Method not found"),
        };
        return made == 0 ? "true" : made.ToString(CultureInfo.InvariantCulture);
    }

    private static RpcException Invalid(string message) => new(RpcException.InvalidParams, message);

    private ulong Encoded(JsonElement[] arguments, Topic topic, IReadOnlyList<Func<ReadOnlyMemory<byte>, bool>> filters)
    {
        string key = SubscriptionArguments.Key(arguments.Length > 0 ? arguments[0] : default);
        SubscriptionArguments.RequireBase64(arguments);
        return subscriptions.Add(topic, key, filters);
    }

    private ulong Remove(Topic topic, JsonElement[] arguments)
    {
        bool removed = arguments.Length == 1 && arguments[0].ValueKind == JsonValueKind.Number
            && arguments[0].TryGetUInt64(out ulong id) && subscriptions.Remove(topic, id);
        return removed ? 0UL : throw Invalid("Invalid subscription id.");
    }
}
