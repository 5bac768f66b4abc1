using LowLatency.Feed;
using LowLatency.WebSocketConformance;

namespace LowLatency.Tests.Feed;

/// <summary>The conformance client against a small server that speaks as a fuzzing server does.</summary>
public sealed class ConformanceRunTests
{
    private static readonly string[] Ids = ["1.1.1", "1.2.1", "3.1"];

    [Theory]
    [MemberData(nameof(WebSocketConnectionTests.Readers), MemberType = typeof(WebSocketConnectionTests))]
    public async Task Every_case_is_echoed_and_gets_a_line(FeedReader reader)
    {
        using ScriptedServer server = Fuzzing();
        (int exit, string output) = await RunAsync(server.Port, reader, "*");
        Assert.Equal(0, exit);
        Assert.Contains("1.1.1      OK             Closed 1000, 1 echoed", output, StringComparison.Ordinal);
        Assert.Contains("3.1        OK             Violation 1002, 1 echoed", output, StringComparison.Ordinal);
        Assert.Contains("3 of 3 cases run: 3 OK", output, StringComparison.Ordinal);
        Assert.EndsWith("GET /updateReports?agent=Low%20Latency HTTP/1.1", server.Requests.Last().Split("\r\n")[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_filter_runs_what_it_names()
    {
        using ScriptedServer server = Fuzzing();
        (int exit, string output) = await RunAsync(server.Port, FeedReader.Pipe, "1.2.*,9.*");
        Assert.Equal(0, exit);
        Assert.Contains("1 of 3 cases run: 1 OK", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_cannot_be_talked_to_is_a_failure()
    {
        using ScriptedServer server = new(static _ => Task.CompletedTask, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
        Assert.Equal(1, (await RunAsync(server.Port, FeedReader.Pipe, "*")).Exit);
    }

    private static async Task<(int Exit, string Output)> RunAsync(int port, FeedReader reader, string cases)
    {
        using StringWriter output = new();
        FuzzingServer fuzzing = new($"ws://127.0.0.1:{port}/", "Low Latency", reader, deflate: null);
        int exit = await ConformanceRun.RunAsync(fuzzing, new CaseFilter(cases), output, TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        return (exit, output.ToString());
    }

    private static ScriptedServer Fuzzing()
    {
        HashSet<int> passed = [];
        ScriptedServer? server = null;
        server = new ScriptedServer(async peer =>
        {
            string path = server!.Requests.Last().Split(' ')[1];
            int number = path.Contains("case=", StringComparison.Ordinal) ? path.Split("case=")[1][0] - '0' : 0;
            string? answer = path.Split('?')[0] switch
            {
                "/getCaseCount" => $"{Ids.Length}",
                "/getCaseInfo" => $$"""{"id":"{{Ids[number - 1]}}","description":"x"}""",
                "/getCaseStatus" => $$"""{"behavior":"{{(passed.Contains(number) ? "OK" : "FAILED")}}"}""",
                _ => null,
            };
            if (answer is not null)
            {
                await peer.SendAsync(Frames.Frame(Frames.Text, System.Text.Encoding.UTF8.GetBytes(answer)));
            }
            else if (number > 0)
            {
                await peer.SendAsync(Frames.Frame(Frames.Text, "Hello"u8), number == 3 ? Frames.Hex("91-00") : []);
                if (await peer.ReadAsync() is { First: 0x81, Text: "Hello" })
                {
                    passed.Add(number);
                }
            }

            await peer.SendAsync(Frames.Close(1000));
            await peer.ReadAsync();
        });
        return server;
    }
}
