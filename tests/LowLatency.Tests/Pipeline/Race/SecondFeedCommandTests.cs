using System.Diagnostics;
using System.Text.Json;
using LowLatency.Simulation;
using LowLatency.Storage;

namespace LowLatency.Tests.Pipeline.Race;

/// <summary><c>run --second-feed</c> as a user has it: its own process, its own words, and no secret in them.</summary>
public sealed class SecondFeedCommandTests
{
    private const string Secret = "s3cr3t-t0ken";
    private const string OtherSecret = "0th3r-t0ken";

    private static readonly RecordedRow[] _rows = [.. World.Create("realistic", 4).Rows().Take(2_000)];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_races_shows_both_and_shows_no_secret(bool json)
    {
        await using Gateway first = Gateway.Start(() => _rows, new GatewayOptions(Speed: 0));
        await using Gateway second = Gateway.Start(() => _rows, new GatewayOptions(Speed: 0));
        string url = $"{first.Endpoint}?api-key={Secret}";
        string other = $"{second.Endpoint}{OtherSecret}/?api-key={OtherSecret}";
        Said said = await RunAsync(other, ["--feed", url, "--until-close", "--no-db", "--second-header", $"X-Key: {OtherSecret}", .. json ? ["--json"] : Array.Empty<string>()]);
        Assert.Equal((0, ""), (said.ExitCode, said.ExitCode == 0 ? "" : said.Errors));
        Assert.DoesNotContain(Secret, said.Output + said.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(OtherSecret, said.Output + said.Errors, StringComparison.Ordinal);
        string[] labels = [$"ws://127.0.0.1:{first.Endpoint.Port}", $"ws://127.0.0.1:{second.Endpoint.Port}"];
        Assert.All(labels, label => Assert.Contains(label, said.Output, StringComparison.Ordinal));
        if (json)
        {
            JsonElement report = JsonDocument.Parse(said.Output).RootElement;
            JsonElement[] endpoints = [.. report.GetProperty("endpoints").EnumerateArray()];
            Assert.Equal(labels, endpoints.Select(static e => e.GetProperty("endpoint").GetString()));
            Assert.Equal(_rows.Length, endpoints.Sum(static e => e.GetProperty("won").GetInt64()));
            Assert.Equal(_rows.Length, endpoints.Sum(static e => e.GetProperty("copies").GetInt64()));
            Assert.Equal(0, report.GetProperty("feed_gaps").GetInt64());
        }
    }

    [Fact]
    public async Task Both_refused_is_a_failure_and_the_lines_name_the_endpoint_by_its_number()
    {
        Said said = await RunAsync($"wss://127.0.0.1:9/{OtherSecret}", ["--feed", $"wss://127.0.0.1:9/{Secret}", "--reader", "socket", "--no-db", "--json"]);
        Assert.Equal(1, said.ExitCode);
        Assert.Contains("wss://127.0.0.1:9 #1 and wss://127.0.0.1:9 #2", said.Errors, StringComparison.Ordinal);
        Assert.Contains("#2: ", said.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, said.Output + said.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(OtherSecret, said.Output + said.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData($"ws://b.example/{OtherSecret}", "--tape", "--feed", "ws://a.example", "--tape", "x.tape")]
    [InlineData($"ws://b.example/{OtherSecret}", "--feed")]
    [InlineData($"http://b.example/{OtherSecret}", "second feed must be", "--feed", "ws://a.example")]
    [InlineData("", "--second-feed", "--feed", "ws://a.example", "--second-header", $"X: {OtherSecret}")]
    public async Task What_cannot_be_is_refused_in_a_line(string second, string says, params string[] arguments)
    {
        Said said = await RunAsync(second, arguments);
        Assert.Equal(2, said.ExitCode);
        Assert.Contains(says, said.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(OtherSecret, said.Output + said.Errors, StringComparison.Ordinal);
    }

    private static async Task<Said> RunAsync(string secondFeed, string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "LowLatency.Host.dll"), "run", .. arguments])
        {
            WorkingDirectory = Path.GetTempPath(),
        };
        start.Environment["LOWLATENCY_SECOND_FEED"] = secondFeed;
        start.Environment.Remove("LOWLATENCY_FEED");
        start.ArgumentList.Add("--models");
        start.ArgumentList.Add(LowLatency.Testing.Repository.Models);
        (int code, string output, string errors) = await CommandProcess.RunAsync(start);
        return new Said(code, output, errors);
    }

    private sealed record Said(int ExitCode, string Output, string Errors);
}
