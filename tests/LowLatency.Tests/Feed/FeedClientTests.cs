using System.Collections.Concurrent;
using LowLatency.Feed;
using Microsoft.Extensions.Time.Testing;

namespace LowLatency.Tests.Feed;

public sealed class FeedClientTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static TheoryData<FeedReader> Readers => WebSocketConnectionTests.Readers;

    [Theory]
    [MemberData(nameof(Readers))]
    public async Task A_normal_close_ends_the_run_where_the_options_say_so(FeedReader reader)
    {
        using ScriptedServer server = new(static peer => peer.SendAsync(Frames.Frame(Frames.Text, "Hello"u8), Frames.Close(1000)));
        RecordedFeed sink = new();
        List<string> reports = [];
        FeedClient client = new(Options(server, reader) with { StopOnNormalClose = true }, sink, reports.Add);
        Assert.Equal(FeedEnd.ClosedNormally, await client.RunAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken));
        Assert.Equal(["Hello"], sink.Messages);
        Assert.Equal((1, 1, 0), (client.Connections, sink.Connected, sink.Interrupted));
        Assert.Empty(reports);
        Assert.Null(client.Connection);
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public async Task A_lost_connection_is_told_once_and_made_again(FeedReader reader)
    {
        int connection = 0;
        using ScriptedServer server = new(peer =>
            peer.SendHexAsync("810141" + (Interlocked.Increment(ref connection) == 3 ? "880203e8" : "")));
        RecordedFeed sink = new();
        List<string> reports = [];
        FeedClient client = new(Options(server, reader) with { StopOnNormalClose = true }, sink, reports.Add);
        Assert.Equal(FeedEnd.ClosedNormally, await client.RunAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken));
        Assert.Equal(["A", "A", "A"], sink.Messages);
        Assert.Equal((3, 2), (sink.Connected, sink.Interrupted));
        Assert.Equal(2, reports.Count);
        Assert.All(reports, static line => Assert.Contains("broke; trying again", line, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public async Task A_mute_connection_is_given_up_and_made_again(FeedReader reader)
    {
        int connection = 0;
        using ScriptedServer server = new(async peer =>
        {
            if (Interlocked.Increment(ref connection) == 1)
            {
                await Task.Delay(Timeout.Infinite, peer.Stop);
            }

            await peer.SendHexAsync("810141880203e8");
        });
        RecordedFeed sink = new();
        List<string> reports = [];
        FeedClient client = new(Options(server, reader) with { StopOnNormalClose = true, StallTimeoutMs = 200 }, sink, reports.Add);
        Assert.Equal(FeedEnd.ClosedNormally, await client.RunAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken));
        Assert.Equal((2, 1), (sink.Connected, sink.Interrupted));
        Assert.Contains("silent for too long", Assert.Single(reports), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silence_and_pauses_are_measured_by_the_clock_that_is_given()
    {
        FakeTimeProvider time = new();
        TaskCompletionSource<ClientFrame?> asked = new();
        int connection = 0;
        using ScriptedServer server = new(async peer =>
        {
            if (Interlocked.Increment(ref connection) == 1)
            {
                asked.TrySetResult(await peer.ReadAsync());
                await Task.Delay(Timeout.Infinite, peer.Stop);
            }

            await peer.SendAsync(Frames.Close(1000));
        });
        ConcurrentQueue<string> reports = new();
        FeedOptions options = Options(server, FeedReader.Pipe) with { StopOnNormalClose = true, BackoffFloorMs = 60_000, BackoffCeilingMs = 60_000 };
        RecordedFeed sink = new();
        TaskCompletionSource connected = new();
        sink.OnConnectedDo = () => connected.TrySetResult();
        Task<FeedEnd> run = new FeedClient(options, sink, reports.Enqueue, time).RunAsync(TestContext.Current.CancellationToken);
        await connected.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        await AdvanceUntilAsync(time, () => asked.Task.IsCompleted);
        Assert.Equal(Frames.Ping, (await asked.Task)!.Opcode);
        await AdvanceUntilAsync(time, () => !reports.IsEmpty);
        DateTimeOffset lost = time.GetUtcNow();
        await AdvanceUntilAsync(time, () => run.IsCompleted);
        Assert.True(time.GetUtcNow() - lost >= TimeSpan.FromSeconds(30));
        Assert.Equal(FeedEnd.ClosedNormally, await run);
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public async Task A_server_that_says_when_to_come_back_is_obeyed(FeedReader reader)
    {
        FakeTimeProvider time = new();
        string at = (time.GetUtcNow() + TimeSpan.FromSeconds(200)).ToString("r");
        using ScriptedServer server = new(static peer => peer.SendAsync(Frames.Close(1000)), before => before switch
        {
            0 => "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 100\r\nContent-Length: 0\r\n\r\n",
            1 => $"HTTP/1.1 503 Service Unavailable\r\nRetry-After: {at}\r\nContent-Length: 0\r\n\r\n",
            _ => ScriptedServer.Upgrade + "\r\n",
        });
        ConcurrentQueue<(DateTimeOffset At, string Line)> reports = new();
        FeedClient client = new(
            Options(server, reader) with { StopOnNormalClose = true }, new RecordedFeed(), line => reports.Enqueue((time.GetUtcNow(), line)), time);
        DateTimeOffset started = time.GetUtcNow();
        Task<FeedEnd> run = client.RunAsync(TestContext.Current.CancellationToken);
        await AdvanceUntilAsync(time, () => run.IsCompleted, () => !reports.IsEmpty);
        Assert.Equal(FeedEnd.ClosedNormally, await run);
        (DateTimeOffset At, string Line)[] told = [.. reports];
        Assert.Equal(2, told.Length);
        Assert.Contains("429", told[0].Line, StringComparison.Ordinal);
        Assert.Contains("503", told[1].Line, StringComparison.Ordinal);
        Assert.True(told[1].At - started >= TimeSpan.FromSeconds(100));
        Assert.True(time.GetUtcNow() - started >= TimeSpan.FromSeconds(200));
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public async Task Cancelling_during_a_pause_or_a_connection_attempt_returns_at_once(FeedReader reader)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using ScriptedServer refusing = new(static _ => Task.CompletedTask, "HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n");
        FeedOptions patient = Options(refusing, reader) with { BackoffFloorMs = 600_000, BackoffCeilingMs = 600_000 };
        Assert.Equal(FeedEnd.Cancelled, await new FeedClient(patient, new RecordedFeed(), _ => stop.Cancel()).RunAsync(stop.Token).WaitAsync(Patience, TestContext.Current.CancellationToken));

        using CancellationTokenSource early = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        TaskCompletionSource asked = new();
        using ScriptedServer silent = new(
            static peer => Task.Delay(Timeout.Infinite, peer.Stop),
            _ =>
            {
                asked.TrySetResult();
                return "";
            });
        Task<FeedEnd> run = new FeedClient(Options(silent, reader), new RecordedFeed()).RunAsync(early.Token);
        await asked.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        await early.CancelAsync();
        Assert.Equal(FeedEnd.Cancelled, await run.WaitAsync(Patience, TestContext.Current.CancellationToken));
    }

    private static FeedOptions Options(ScriptedServer server, FeedReader reader) => new()
    {
        Endpoint = new Uri($"ws://127.0.0.1:{server.Port}/"),
        Reader = reader,
        BackoffFloorMs = 1,
        BackoffCeilingMs = 5,
        CloseTimeoutMs = 200,
    };

    // The network is real, the clock is not: small steps, with real time between them for what the step set off.
    private static async Task AdvanceUntilAsync(FakeTimeProvider time, Func<bool> done, Func<bool>? begun = null)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        while (!done())
        {
            if (begun?.Invoke() ?? true)
            {
                time.Advance(TimeSpan.FromSeconds(1));
            }

            await Task.Delay(5, patience.Token);
        }
    }
}
