using System.Text.Json;
using LowLatency.Simulation;
using LowLatency.Simulation.Faults;
using LowLatency.Simulation.Solana;

namespace LowLatency.Tests.Simulation;

public sealed class SolanaNodeTests
{
    [Fact]
    public async Task Subscriptions_are_acknowledged_with_great_ids_and_end_once()
    {
        await using Gateway gateway = Gateway.Start(() => [], new GatewayOptions { Format = GatewayFormat.Solana, StartAfterSubscriptions = 99 });
        using RawClient client = await RawClient.ConnectAsync(gateway);
        string vault = SolanaFixture.Pools[0].CoinVault;
        (string Topic, string Params)[] all =
        [
            ("program", SolanaFixture.ProgramParams), ("account", SolanaFixture.AccountParams(vault)),
            ("logs", SolanaFixture.LogsParams(vault)), ("slot", ""),
        ];
        foreach ((string topic, string parameters) in all)
        {
            JsonElement made = await client.CallAsync(Request(topic + "Subscribe", parameters, "7"));
            ulong id = made.GetProperty("result").GetUInt64();
            Assert.InRange(id, 1UL << 51, (1UL << 53) - 1);
            Assert.Equal($$"""{"jsonrpc":"2.0","result":{{id}},"id":7}""", made.GetRawText());
            Assert.Equal("""{"jsonrpc":"2.0","result":true,"id":"x"}""", (await client.CallAsync(Request(topic + "Unsubscribe", $"[{id}]", "\"x\""))).GetRawText());
            Assert.Equal(-32602, Code(await client.CallAsync(Request(topic + "Unsubscribe", $"[{id}]", "8"))));
        }
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":3,"method":"blockSubscribe","params":["all"]}""", -32601, "3")]
    [InlineData("""{"jsonrpc":"2.0","id":3,"method":"accountSubscribe","params":["no key",{"encoding":"base64"}]}""", -32602, "3")]
    [InlineData("""{"jsonrpc":"2.0","id":3,"method":"accountSubscribe","params":[]}""", -32602, "3")]
    [InlineData("""{"jsonrpc":"2.0","id":3,"method":"accountSubscribe","params":["So11111111111111111111111111111111111111112",{"encoding":"jsonParsed"}]}""", -32602, "3")]
    [InlineData("""{"jsonrpc":"2.0","id":3,"method":"programSubscribe","params":["So11111111111111111111111111111111111111112",{"encoding":"base64","filters":[{"size":1}]}]}""", -32602, "3")]
    [InlineData("""{"jsonrpc":"2.0","id":3,"method":"logsSubscribe","params":[{"mentions":[]}]}""", -32602, "3")]
    [InlineData("""{"jsonrpc":"2.0","id":3,"method":"slotUnsubscribe","params":["x"]}""", -32602, "3")]
    [InlineData("""{"jsonrpc":"2.0","id":3}""", -32600, "3")]
    [InlineData("""[]""", -32600, "null")]
    [InlineData("""{"jsonrpc":""", -32700, "null")]
    public async Task Bad_requests_get_errors_and_the_connection_lives(string request, int code, string id)
    {
        await using Gateway gateway = Gateway.Start(() => [], new GatewayOptions { Format = GatewayFormat.Solana, StartAfterSubscriptions = 99 });
        using RawClient client = await RawClient.ConnectAsync(gateway);
        JsonElement answer = await client.CallAsync(request);
        Assert.Equal(["jsonrpc", "error", "id"], answer.EnumerateObject().Select(static p => p.Name));
        Assert.Equal((code, id), (Code(answer), answer.GetProperty("id").GetRawText()));
        Assert.True((await client.CallAsync(Request("slotSubscribe", "", "4"))).TryGetProperty("result", out _));
    }

    [Fact]
    public async Task A_request_over_4096_bytes_is_refused()
    {
        await using Gateway gateway = Gateway.Start(() => [], new GatewayOptions { Format = GatewayFormat.Solana, StartAfterSubscriptions = 99 });
        using RawClient client = await RawClient.ConnectAsync(gateway);
        string request = Request("slotSubscribe", "", "5");
        Assert.True((await client.CallAsync(request.PadRight(4_096))).TryGetProperty("result", out _));
        JsonElement answer = await client.CallAsync(request.PadRight(4_097));
        Assert.Equal((-32602, 5), (Code(answer), answer.GetProperty("id").GetInt32()));
    }

    [Fact]
    public async Task Nothing_comes_for_what_was_not_subscribed_to_or_is_no_longer()
    {
        await using Gateway gateway = Gateway.Start(() => SolanaFixture.Rows, new GatewayOptions(Speed: 0) { Format = GatewayFormat.Solana, StartAfterSubscriptions = 3 });
        using RawClient client = await RawClient.ConnectAsync(gateway);
        string absent = """["675kPX9MHTjS2zt1qfr1NYHuzeLXfQM9H24wFSUt1Mp8",{"encoding":"base64","filters":[{"dataSize":637}]}]""";
        await client.CallAsync(Request("programSubscribe", absent, "1"));
        JsonElement logs = await client.CallAsync(Request("logsSubscribe", """["all"]""", "2"));
        await client.CallAsync(Request("logsUnsubscribe", $"[{logs.GetProperty("result").GetRawText()}]", "3"));
        await client.CallAsync(Request("accountSubscribe", SolanaFixture.AccountParams(SolanaPool.AmmAuthority), "4"));
        Assert.Empty(await client.ReadToCloseAsync());
    }

    [Fact]
    public async Task A_fork_tells_an_older_slot_again()
    {
        (List<Notification> told, Gateway gateway) = await SolanaFixture.ListenAsync(new GatewayFaults { ForkEverySlots = 5 });
        ulong newest = 0;
        List<Notification> older = [];
        foreach (Notification one in told.Where(static n => n.Kind != "slotNotification"))
        {
            (one.Slot < newest ? older : []).Add(one);
            newest = Math.Max(newest, one.Slot);
        }

        Assert.NotEmpty(older);
        Assert.All(older, again => Assert.Equal(2, told.Count(n => n.Text == again.Text)));
        Assert.Equal(older.Select(static n => n.Slot).Distinct().Count(), gateway.Count(GatewayFault.Fork));
    }

    [Fact]
    public async Task Duplicates_are_the_same_bytes_twice()
    {
        (List<Notification> told, Gateway gateway) = await SolanaFixture.ListenAsync(new GatewayFaults { DuplicateEvery = 10 });
        int twice = told.Zip(told.Skip(1)).Count(static p => p.First.Text == p.Second.Text);
        Assert.True(twice > 100);
        Assert.Equal(gateway.Count(GatewayFault.Duplicate), twice);
    }

    [Fact]
    public async Task A_closed_vault_is_empty_belongs_to_the_system_and_is_the_last_of_its_pool()
    {
        (List<Notification> told, Gateway gateway) = await SolanaFixture.ListenAsync(new GatewayFaults { CloseVaultEverySlots = 20 });
        List<Notification> closed = [.. told.Where(static n => n.Kind == "accountNotification" && n.Value.GetProperty("lamports").GetUInt64() == 0)];
        Assert.Equal(2 * gateway.Count(GatewayFault.ClosedVault), closed.Count);
        Assert.NotEmpty(closed);
        foreach (Notification one in closed)
        {
            Assert.Equal("""["","base64"]""", one.Value.GetProperty("data").GetRawText());
            Assert.Equal("11111111111111111111111111111111", one.Value.GetProperty("owner").GetString());
            Assert.Equal(one.Text, told.Last(n => n.Subscription == one.Subscription).Text);
        }
    }

    [Fact]
    public async Task A_failed_transaction_logs_an_error_and_a_ray_log_before_the_one_that_goes_through()
    {
        (List<Notification> told, Gateway gateway) = await SolanaFixture.ListenAsync(new GatewayFaults { FailEverySwaps = 3 });
        List<Notification> failed = [.. told.Where(static n => n.Kind == "logsNotification" && n.Value.GetProperty("err").ValueKind == JsonValueKind.Object)];
        Assert.NotEmpty(failed);
        Assert.Equal(gateway.Count(GatewayFault.FailedTransaction), failed.Count);
        Assert.All(failed, static n => Assert.NotNull(n.RayLog));
        Assert.All(failed, one =>
        {
            Notification next = told.SkipWhile(n => n.Text != one.Text).Skip(1).First(n => n.Subscription == one.Subscription);
            Assert.Equal(JsonValueKind.Null, next.Value.GetProperty("err").ValueKind);
            Assert.Equal((one.Slot, Convert.ToHexString(one.RayLog.AsSpan(33, 16))), (next.Slot, Convert.ToHexString(next.RayLog.AsSpan(33, 16))));
        });
    }

    private static string Request(string method, string parameters, string id) =>
        $$"""{"jsonrpc":"2.0","id":{{id}},"method":"{{method}}"{{(parameters.Length > 0 ? ",\"params\":" + parameters : "")}}}""";

    private static int Code(JsonElement answer) => answer.GetProperty("error").GetProperty("code").GetInt32();
}
