using System.Diagnostics;
using System.Text;
using System.Text.Json;
using LowLatency.Simulation;
using LowLatency.Simulation.Faults;
using LowLatency.Storage;

namespace LowLatency.Tests.Simulation;

public sealed class GatewayFormatTests
{
    private static readonly RecordedRow[] Rows = [.. World.Create("realistic", 5).Rows().Take(2_000)];

    [Fact]
    public async Task Snapshots_are_the_rows_one_a_message_then_a_normal_close()
    {
        await using Gateway gateway = Gateway.Start(() => Rows, new GatewayOptions(Speed: 0));
        using RawClient client = await RawClient.ConnectAsync(gateway);
        List<string> messages = await client.ReadToCloseAsync();

        using SnapshotJson json = new();
        Assert.Equal(Rows.Select(row => Encoding.UTF8.GetString(json.Write(row).Span)), messages);
        Assert.Equal((Rows.Length, 1), (gateway.Messages, gateway.Clients));
        Assert.All(Enum.GetValues<GatewayFault>(), fault => Assert.Equal(0, gateway.Count(fault)));
    }

    [Fact]
    public async Task Socket_io_opens_waits_for_40_and_tells_events()
    {
        List<string>[] passes = new List<string>[2];
        for (int pass = 0; pass < passes.Length; pass++)
        {
            await using Gateway gateway = Gateway.Start(() => Rows, new GatewayOptions(Speed: 0) { Format = GatewayFormat.SocketIo });
            using RawClient client = await RawClient.ConnectAsync(gateway);
            string open = await client.ReadTextAsync();
            Assert.Matches("""^0\{"sid":"[-_A-Za-z0-9]{20}","upgrades":\[\],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000\}$""", open);
            Assert.Equal(0, gateway.Messages);
            await client.SendTextAsync("40");
            string connected = await client.ReadTextAsync();
            Assert.Matches("""^40\{"sid":"[-_A-Za-z0-9]{20}"\}$""", connected);
            passes[pass] = [open, connected, .. await client.ReadToCloseAsync()];
        }

        Assert.Equal(passes[0], passes[1]);
        HashSet<string> seen = [];
        Assert.Equal(Rows.Length, passes[0].Count - 2);
        foreach ((RecordedRow row, string message) in Rows.Zip(passes[0].Skip(2)))
        {
            Assert.StartsWith("42[", message, StringComparison.Ordinal);
            JsonElement packet = JsonSerializer.Deserialize<JsonElement>(message[2..]);
            Assert.Equal(seen.Add(row.PoolId) ? "pool_status_6" : "pool_update", packet[0].GetString());
            Assert.Equal(row.PoolId, packet[1].GetProperty("data").GetProperty("pool_id").GetString());
            Assert.Equal(row.QuoteReserve, packet[1].GetProperty("data").GetProperty("quote_reserve").GetDouble());
        }
    }

    [Fact]
    public async Task Socket_io_pings_and_drops_a_client_that_does_not_answer()
    {
        GatewayOptions options = new(Speed: 1) { Format = GatewayFormat.SocketIo, PingIntervalMs = 40, PingTimeoutMs = 2_500 };
        await using Gateway gateway = Gateway.Start(() => [], options);
        using RawClient client = await RawClient.ConnectAsync(gateway);
        Assert.StartsWith("0{", await client.ReadTextAsync(), StringComparison.Ordinal);
        Stopwatch sinceAnswer = new();
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal("2", await client.ReadTextAsync());
            sinceAnswer.Restart();
            await client.SendTextAsync("3");
        }

        Assert.Equal("2", await client.ReadTextAsync());
        (byte first, _, _) = await client.ReadFrameAsync();
        Assert.Equal(0x88, first);
        Assert.True(sinceAnswer.ElapsedMilliseconds > 2_400);
    }

    [Fact]
    public async Task A_rate_is_kept_in_bursts_whatever_the_event_time()
    {
        GatewayOptions options = new(Speed: 1) { Rate = 1_000, BurstSize = 50 };
        await using Gateway gateway = Gateway.Start(() => Rows.Take(500), options);
        Stopwatch watch = Stopwatch.StartNew();
        using RawClient client = await RawClient.ConnectAsync(gateway);
        Assert.Equal(500, (await client.ReadToCloseAsync()).Count);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0.4, 20);
        Assert.Equal(10, gateway.Count(GatewayFault.Burst));
    }

    [Fact]
    public void Options_out_of_range_are_refused_by_name()
    {
        Assert.Contains("Rate", Refusal(new GatewayOptions { Rate = -1 }), StringComparison.Ordinal);
        Assert.Contains("Speed", Refusal(new GatewayOptions(Speed: double.NaN)), StringComparison.Ordinal);
        Assert.Contains("BurstSize", Refusal(new GatewayOptions { BurstSize = 5 }), StringComparison.Ordinal);
        Assert.Contains("StallMs", Refusal(new GatewayOptions { Faults = new GatewayFaults { StallMs = -1 } }), StringComparison.Ordinal);
        Assert.Contains("RefuseStatus", Refusal(new GatewayOptions { Faults = new GatewayFaults { RefuseStatus = 99 } }), StringComparison.Ordinal);
        Assert.Contains("Solana", Refusal(new GatewayOptions { Faults = new GatewayFaults { ForkEverySlots = 1 } }), StringComparison.Ordinal);
    }

    private static string Refusal(GatewayOptions options) =>
        Assert.Throws<ArgumentException>(() => { _ = Gateway.Start(() => [], options); }).Message;
}
