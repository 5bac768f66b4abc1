using System.Text.Json;
using LowLatency.Storage;
using LowLatency.Tests.Storage;
using LowLatency.Tests.Train;

namespace LowLatency.Tests.Host;

/// <summary><c>explain</c> and <c>report</c> as a user has them: a process with arguments, files and an exit code.</summary>
[Collection(nameof(RunFile))]
public sealed class ExplainCommandTests(RunFile file)
{
    [Fact]
    public async Task A_refused_decision_is_told_whole()
    {
        (int exit, string said) = await RunAsync("explain", "--db", file.Path, "--decision", "40");
        Assert.Equal(0, exit);
        using RunReader reader = new(file.Path);
        RecordedDecision d = reader.Decision(40)!;
        Assert.Contains(d.PoolId, said, StringComparison.Ordinal);
        foreach (string name in LowLatency.Features.FeatureSchema.Names)
        {
            Assert.Contains($"  {name} ", said, StringComparison.Ordinal);
        }

        Assert.Equal(LowLatency.Positions.EntryCheckNames.Count, said.Split("passed  ").Length + said.Split("FAILED  ").Length - 2);
        Assert.Contains("the foundation alone", said, StringComparison.Ordinal);
        Assert.All(["size", "latency", "decode", "hop", "inference"], part => Assert.Contains(part, said, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_trade_is_told_from_its_decision_to_the_exits_not_taken()
    {
        (int exit, string said) = await RunAsync("explain", "--db", file.Path, "--trade", "1");
        Assert.Equal(0, exit);
        Assert.All(
            ["EntryOrdered", "EntryFilled", "ExitOrdered", "ExitFilled", "best price", "StopLoss", "TakeProfit", "TrailingStop", "TimeLimit", ": entered", "token atoms quoted"],
            part => Assert.Contains(part, said, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_report_is_a_page_and_the_same_figures_for_machines()
    {
        using TemporaryFolder folder = new();
        string page = Path.Combine(folder.Path, "r.html"), data = Path.Combine(folder.Path, "r.json");
        (int exit, string said) = await RunAsync("report", "--db", file.Path, "--out", page, "--json", data);
        Assert.Equal(0, exit);
        JsonElement report = JsonDocument.Parse(await File.ReadAllTextAsync(data, TestContext.Current.CancellationToken)).RootElement;
        JsonElement model = report.GetProperty("runs")[0];
        double trades = model.GetProperty("figures").EnumerateArray().Single(static f => f.GetProperty("name").GetString() == "trades").GetProperty("value").GetDouble();
        Assert.Equal(file.Events.Count(static e => e.Outcome.Closed), trades);
        Assert.Contains("<h2>Exits</h2>", await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("rug avoidance", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("explain", "--decision", "99999999")]
    [InlineData("explain", "--trade", "99999999")]
    [InlineData("explain")]
    [InlineData("report", "--run", "9")]
    public async Task What_is_not_there_is_said_in_a_line(string command, params string[] arguments)
    {
        (int exit, string said) = await RunAsync([command, "--db", file.Path, .. arguments]);
        Assert.Equal(2, exit);
        Assert.Single(said.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static async Task<(int ExitCode, string Said)> RunAsync(params string[] arguments)
    {
        (int code, string output, string errors) = await CommandProcess.RunAsync("LowLatency.Host.dll", arguments);
        return (code, output + errors);
    }
}
