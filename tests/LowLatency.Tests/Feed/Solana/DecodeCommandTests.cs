using System.Text.Json;
using LowLatency.Tests.Train;

namespace LowLatency.Tests.Feed.Solana;

/// <summary>The command as a person meets it: a process with arguments, files and an exit code.</summary>
public sealed class DecodeCommandTests
{
    private static readonly HashSet<string> Moving = ["baseNeedTakePnl", "quoteNeedTakePnl", "lpReserve"];

    [Fact]
    public async Task Recorded_account_notifications_become_what_the_sdk_says()
    {
        JsonElement[] lines = await Decode(Recorded.Require("solana/account-notifications.jsonl"));
        Dictionary<string, JsonElement> expected = Recorded.Json("solana/accounts.decoded.json").EnumerateArray()
            .ToDictionary(static a => a.GetProperty("account").GetString()!, static a => a.GetProperty("decoded"));
        JsonElement[] messages = [.. Recorded.Lines("solana/account-notifications.jsonl").Select(static m => JsonDocument.Parse(m).RootElement)];
        Assert.Equal(messages.Length, lines.Length);
        int equal = 0;
        for (int i = 0; i < lines.Length; i++)
        {
            Assert.Equal(i + 1, lines[i].GetProperty("line").GetInt32());
            JsonElement decoded = lines[i].GetProperty("decoded");
            JsonElement account = lines[i].GetProperty("pubkey") is { ValueKind: JsonValueKind.String } key
                ? expected[key.GetString()!]
                : expected.Values.Single(e => e.TryGetProperty("mint", out JsonElement mint) && mint.GetString() == decoded.GetProperty("mint").GetString());
            string[] differing = [.. decoded.EnumerateObject().Where(p => !JsonElement.DeepEquals(p.Value, account.GetProperty(p.Name))).Select(static p => p.Name)];
            Assert.True(Moving.IsSupersetOf(differing), string.Join(", ", differing));
            equal += differing.Length == 0 ? 1 : 0;
        }

        // Two of the messages are earlier observations of a pool: only what moves with time differs.
        Assert.Equal(lines.Length - 2, equal);
    }

    [Fact]
    public async Task Recorded_transactions_become_their_ray_logs_under_the_recorders_names()
    {
        JsonElement[] lines = await Decode(Recorded.Require("solana/transaction-notifications.jsonl"));
        (int Line, JsonElement Log)[] expected = [.. Recorded.Json("solana/transaction-notifications.decoded.json").EnumerateArray()
            .SelectMany(static t => t.GetProperty("ray_logs").EnumerateArray().Select(l => (t.GetProperty("line").GetInt32(), l.GetProperty("decoded"))))];
        Assert.Equal(expected.Length, lines.Length);
        foreach ((JsonElement line, (int Number, JsonElement Log) log) in lines.Zip(expected))
        {
            Assert.Equal(log.Number, line.GetProperty("line").GetInt32());
            Assert.Equal("ray-log", line.GetProperty("kind").GetString());
            Assert.True(JsonElement.DeepEquals(log.Log, line.GetProperty("decoded")));
        }
    }

    [Fact]
    public async Task Every_line_gets_an_answer_whatever_it_is()
    {
        using TemporaryFolder folder = new();
        string input = Path.Combine(folder.Path, "in.jsonl");
        await File.WriteAllLinesAsync(input, [.. Recorded.Made.Concat(Recorded.Strict).Select(static m => PubSubView.Text(m)), "", "{", "{\"jsonrpc\":\"2.0\"}"], TestContext.Current.CancellationToken);
        JsonElement[] lines = await Decode(input);
        string[] expected =
        [
            "amm-v4", "cpmm", "token-account", "closed", "token-account", "ray-log", "ray-log", "slot", "slot", "ack",
            "FailedTransaction", "ack", "error", "error", "ray-log", "MalformedJson", "MalformedJson", "NotJsonRpc",
        ];
        Assert.Equal(expected, lines.Select(static l => (l.TryGetProperty("kind", out JsonElement kind) ? kind : l.GetProperty("rejected")).GetString()));
        Assert.Equal(Enumerable.Range(1, expected.Length), lines.Select(static l => l.GetProperty("line").GetInt32()));
        Assert.Equal("Invalid \"params\"", lines[12].GetProperty("decoded").GetProperty("message").GetString());
    }

    [Fact]
    public async Task Wrong_usage_has_code_two()
    {
        Assert.Equal(2, await Run("decode", "--in", "not-there.jsonl", "--out", "x.jsonl"));
        Assert.Equal(2, await Run("decode", "--in", "not-there.jsonl"));
        Assert.Equal(0, await Run("decode", "--help"));
    }

    private static async Task<JsonElement[]> Decode(string input)
    {
        using TemporaryFolder folder = new();
        string output = Path.Combine(folder.Path, "out.jsonl");
        Assert.Equal(0, await Run("decode", "--in", input, "--out", output));
        return [.. (await File.ReadAllLinesAsync(output, TestContext.Current.CancellationToken)).Select(static l => JsonDocument.Parse(l).RootElement)];
    }

    private static async Task<int> Run(params string[] arguments) => (await CommandProcess.RunAsync("LowLatency.Host.dll", arguments)).Code;
}
