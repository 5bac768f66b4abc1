using System.Text.Json;
using LowLatency.Simulation;
using LowLatency.Simulation.Faults;
using LowLatency.Simulation.Solana;
using LowLatency.Storage;

namespace LowLatency.Tests.Simulation;

/// <summary>A notification taken apart.</summary>
internal sealed record Notification(string Text, string Kind, ulong Slot, ulong Subscription, JsonElement Value)
{
    private const string Marker = "Program log: ray_log: ";

    /// <summary>The bytes of the ray_log line, or null where there is none.</summary>
    public byte[]? RayLog => Value.GetProperty("logs").EnumerateArray().Select(static l => l.GetString()!)
        .Where(static l => l.StartsWith(Marker, StringComparison.Ordinal)).Select(static l => Convert.FromBase64String(l[Marker.Length..])).SingleOrDefault();

    /// <summary>An account's bytes.</summary>
    public byte[] Data => Convert.FromBase64String((Kind == "programNotification" ? Value.GetProperty("account") : Value).GetProperty("data")[0].GetString()!);

    public static Notification Read(string text)
    {
        JsonElement root = JsonSerializer.Deserialize<JsonElement>(text);
        Assert.Equal(["jsonrpc", "method", "params"], root.EnumerateObject().Select(static p => p.Name));
        JsonElement parameters = root.GetProperty("params");
        Assert.Equal(["result", "subscription"], parameters.EnumerateObject().Select(static p => p.Name));
        string kind = root.GetProperty("method").GetString()!;
        JsonElement result = parameters.GetProperty("result");
        ulong subscription = parameters.GetProperty("subscription").GetUInt64();
        return kind == "slotNotification"
            ? new Notification(text, kind, result.GetProperty("slot").GetUInt64(), subscription, result)
            : new Notification(text, kind, result.GetProperty("context").GetProperty("slot").GetUInt64(), subscription, result.GetProperty("value"));
    }
}

/// <summary>A world of few pools, and a client that subscribes to all of it before it begins.</summary>
internal static class SolanaFixture
{
    public const string ProgramParams = """["675kPX9MHTjS2zt1qfr1NYHuzeLXfQM9H24wFSUt1Mp8",{"encoding":"base64","commitment":"processed","filters":[{"dataSize":752}]}]""";

    public static RecordedRow[] Rows { get; } = [.. World.Create("hostile", 3, density: 0.1).Rows().Take(1_500)];

    public static SolanaPool[] Pools { get; } = [.. Rows.Select(static r => r.Pool!).Distinct().Select(static p => new SolanaPool(p))];

    public static string AccountParams(string key) => $$"""["{{key}}",{"encoding":"base64","commitment":"processed"}]""";

    public static string LogsParams(string key) => $$"""[{"mentions":["{{key}}"]},{"commitment":"processed"}]""";

    /// <summary>Everything told about <see cref="Rows"/>, and what each subscription is to when asked for.</summary>
    public static async Task<(List<Notification> Told, Gateway Gateway)> ListenAsync(GatewayFaults faults, ulong seed = 1, Dictionary<ulong, string>? subscribed = null)
    {
        List<(string Method, string Params, string Key)> wanted = [("slotSubscribe", "[]", "slot"), ("programSubscribe", ProgramParams, "program")];
        foreach (SolanaPool pool in Pools)
        {
            wanted.Add(("accountSubscribe", AccountParams(pool.CoinVault), pool.CoinVault));
            wanted.Add(("accountSubscribe", AccountParams(pool.PcVault), pool.PcVault));
            wanted.Add(("logsSubscribe", LogsParams(pool.Address), pool.Address));
        }

        GatewayOptions options = new(Speed: 0) { Format = GatewayFormat.Solana, StartAfterSubscriptions = wanted.Count, Seed = seed, Faults = faults };
        await using Gateway gateway = Gateway.Start(static () => Rows, options);
        using RawClient client = await RawClient.ConnectAsync(gateway);
        foreach ((string method, string parameters, string key) in wanted)
        {
            JsonElement answer = await client.CallAsync($$"""{"jsonrpc":"2.0","id":1,"method":"{{method}}","params":{{parameters}}}""");
            subscribed?.Add(answer.GetProperty("result").GetUInt64(), key);
        }

        List<string> messages = await client.ReadToCloseAsync();
        Assert.Equal(messages.Count, gateway.Messages);
        return ([.. messages.Select(Notification.Read)], gateway);
    }
}
