using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using LowLatency.Feed;

namespace LowLatency.Tests.Feed;

public sealed class FeedClientTests
{
    private const string Secret = "s3cr3t-t0ken";

    [Fact]
    public async Task Messages_fragments_and_pings_come_through_and_a_normal_close_ends_the_run()
    {
        byte[] pong = [];
        using ScriptedServer server = new(async (stream, stop) =>
        {
            await stream.WriteAsync(Convert.FromHexString("810548656c6c6f" + "010348656c" + "89026869" + "80026c6f"), stop);
            pong = await ReadFrameAsync(stream, stop);
            await stream.WriteAsync(Convert.FromHexString("880203e8"), stop);
            await ReadFrameAsync(stream, stop);
        });
        Recorded sink = new();
        FeedEnd end = await RunAsync(server, sink, stopOnNormalClose: true);

        Assert.Equal(FeedEnd.ClosedNormally, end);
        Assert.Equal(["Hello", "Hello"], sink.Messages);
        Assert.Equal("hi"u8.ToArray(), pong);
        Assert.Equal((1, 0), (sink.Connected, sink.Interrupted));
    }

    [Fact]
    public async Task A_lost_connection_is_told_once_and_made_again()
    {
        int connection = 0;
        using ScriptedServer server = new(async (stream, stop) =>
        {
            bool last = Interlocked.Increment(ref connection) == 3;
            await stream.WriteAsync(Convert.FromHexString("810141" + (last ? "880203e8" : "")), stop);
        });
        Recorded sink = new();
        List<string> reports = [];
        FeedEnd end = await RunAsync(server, sink, stopOnNormalClose: true, reports);

        Assert.Equal(FeedEnd.ClosedNormally, end);
        Assert.Equal(["A", "A", "A"], sink.Messages);
        Assert.Equal((3, 2), (sink.Connected, sink.Interrupted));
        Assert.Equal(2, reports.Count);
    }

    [Fact]
    public async Task A_mute_connection_is_given_up_and_made_again()
    {
        int connection = 0;
        using ScriptedServer server = new(async (stream, stop) =>
        {
            if (Interlocked.Increment(ref connection) == 1)
            {
                await Task.Delay(Timeout.Infinite, stop);
            }

            await stream.WriteAsync(Convert.FromHexString("810141880203e8"), stop);
        });
        Recorded sink = new();
        Assert.Equal(FeedEnd.ClosedNormally, await RunAsync(server, sink, stopOnNormalClose: true, stallTimeoutMs: 200));
        Assert.Equal((2, 1), (sink.Connected, sink.Interrupted));
    }

    [Theory]
    [InlineData("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n", "401")]
    [InlineData("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", "403")]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "404")]
    public async Task A_refusal_ends_the_run_with_one_line_that_keeps_the_secret(string answer, string code)
    {
        using ScriptedServer server = new(static (_, _) => Task.CompletedTask, answer);
        List<string> reports = [];
        Assert.Equal(FeedEnd.Refused, await RunAsync(server, new Recorded(), stopOnNormalClose: false, reports));
        string line = Assert.Single(reports);
        Assert.Contains(code, line, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: bm90IGl0\r\n\r\n")]
    [InlineData("this is no HTTP at all\r\n\r\n")]
    [InlineData("")]
    public async Task Anything_else_is_tried_again_and_never_shows_the_secret(string answer)
    {
        using ScriptedServer server = new(static (_, _) => Task.CompletedTask, answer);
        ConcurrentQueue<string> reports = new();
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        stop.CancelAfter(TimeSpan.FromSeconds(30));
        Task<FeedEnd> run = new FeedClient(Options(server, false, 30_000), new Recorded(), line =>
        {
            reports.Enqueue(line);
            if (reports.Count == 3)
            {
                stop.Cancel();
            }
        }).RunAsync(stop.Token);

        Assert.Equal(FeedEnd.Cancelled, await run);
        Assert.Equal(3, reports.Count);
        Assert.All(reports, static line => Assert.DoesNotContain(Secret, line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Cancelling_says_goodbye_and_returns()
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        TaskCompletionSource<byte[]> goodbye = new();
        using ScriptedServer server = new(async (stream, token) =>
        {
            await stream.WriteAsync(Convert.FromHexString("810141"), token);
            goodbye.TrySetResult(await ReadFrameAsync(stream, token));
        });
        Recorded sink = new() { OnMessageDo = stop.Cancel };
        Assert.Equal(FeedEnd.Cancelled, await new FeedClient(Options(server, false, 30_000), sink).RunAsync(stop.Token));
        Assert.Equal("03E8", Convert.ToHexString(await goodbye.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken)));
        Assert.Equal(0, sink.Interrupted);
    }

    [Fact]
    public async Task A_wrong_scheme_is_refused()
    {
        FeedOptions options = new() { Endpoint = new Uri($"http://localhost/?api-key={Secret}") };
        List<string> reports = [];
        Assert.Equal(FeedEnd.Refused, await new FeedClient(options, new Recorded(), reports.Add).RunAsync(TestContext.Current.CancellationToken));
        Assert.DoesNotContain(Secret, Assert.Single(reports), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, options.ToString(), StringComparison.Ordinal);
    }

    private static FeedOptions Options(ScriptedServer server, bool stopOnNormalClose, int stallTimeoutMs) => new()
    {
        Endpoint = new Uri($"ws://user@127.0.0.1:{server.Port}/{Secret}?api-key={Secret}"),
        StopOnNormalClose = stopOnNormalClose,
        StallTimeoutMs = stallTimeoutMs,
        BackoffFloorMs = 1,
        BackoffCeilingMs = 5,
    };

    private static async Task<FeedEnd> RunAsync(
        ScriptedServer server, Recorded sink, bool stopOnNormalClose, List<string>? reports = null, int stallTimeoutMs = 30_000)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        return await new FeedClient(Options(server, stopOnNormalClose, stallTimeoutMs), sink, line => reports?.Add(line)).RunAsync(patience.Token);
    }

    private static async Task<byte[]> ReadFrameAsync(NetworkStream stream, CancellationToken stop)
    {
        byte[] head = new byte[6];
        await stream.ReadExactlyAsync(head, stop);
        Assert.True((head[1] & 0x80) != 0, "a client masks what it sends");
        byte[] payload = new byte[head[1] & 0x7F];
        await stream.ReadExactlyAsync(payload, stop);
        for (int i = 0; i < payload.Length; i++)
        {
            payload[i] ^= head[2 + (i % 4)];
        }

        return payload;
    }

    private sealed class Recorded : IFeedSink
    {
        public List<string> Messages { get; } = [];

        public int Connected { get; private set; }

        public int Interrupted { get; private set; }

        public Action? OnMessageDo { get; init; }

        public void OnMessage(ReadOnlySpan<byte> payload, bool isText, long receivedTimestamp)
        {
            Messages.Add(Encoding.UTF8.GetString(payload));
            OnMessageDo?.Invoke();
        }

        public void OnBatchEnd()
        {
        }

        public void OnConnected(IFeedSender sender) => Connected++;

        public void OnInterrupted() => Interrupted++;
    }

    /// <summary>A server on loopback that upgrades by hand, runs a script on each connection, then drops it.</summary>
    private sealed class ScriptedServer : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _stop = new();

        public ScriptedServer(Func<NetworkStream, CancellationToken, Task> script, string? answer = null)
        {
            _listener.Start();
            _ = AcceptAsync(script, answer);
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public void Dispose()
        {
            _stop.Cancel();
            _listener.Stop();
            _stop.Dispose();
        }

        private async Task AcceptAsync(Func<NetworkStream, CancellationToken, Task> script, string? answer)
        {
            CancellationToken stop = _stop.Token;
            while (!stop.IsCancellationRequested)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(stop);
                _ = ServeAsync(client, script, answer, stop);
            }
        }

        private static async Task ServeAsync(TcpClient client, Func<NetworkStream, CancellationToken, Task> script, string? answer, CancellationToken stop)
        {
            using (client)
            {
                NetworkStream stream = client.GetStream();
                StringBuilder request = new();
                byte[] one = new byte[1];
                while (!request.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one, stop) == 1)
                {
                    request.Append((char)one[0]);
                }

                string key = request.ToString().Split("\r\n").First(static l => l.StartsWith("Sec-WebSocket-Key: ", StringComparison.Ordinal))[19..];
                string accept = Convert.ToBase64String(CryptographicOperations.HashData(
                    HashAlgorithmName.SHA1, Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
                await stream.WriteAsync(Encoding.ASCII.GetBytes(answer
                    ?? $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"), stop);
                if (answer is null)
                {
                    await script(stream, stop);
                }
            }
        }
    }
}
