using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LowLatency.Feed;

namespace LowLatency.Tests.Feed;

/// <summary>Every way a connection fails: one clear line, the right retry, and not a letter of the secret.</summary>
public sealed class FeedFailureTests
{
    private const string Secret = "s3cr3t-t0ken";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static TheoryData<FeedReader, string, string, bool> Answers
    {
        get
        {
            const string Empty = "\r\nContent-Length: 0\r\n\r\n";
            (string Answer, string Says, bool Final)[] answers =
            [
                ("HTTP/1.1 400 Bad Request" + Empty, "400", true),
                ("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic" + Empty, "401", true),
                ("HTTP/1.1 403 Forbidden" + Empty, "403", true),
                ("HTTP/1.1 404 Not Found" + Empty, "404", true),
                ($"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/{Secret}" + Empty, "302", true),
                ("HTTP/1.1 429 Too Many Requests" + Empty, "429", false),
                ("HTTP/1.1 500 Oh" + Empty, "500", false),
                ("HTTP/1.1 503 Busy" + Empty, "503", false),
                ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", "200", false),
                ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: bm90IGl0\r\n\r\n", "without proving", false),
                ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n", "without proving", false),
                ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n", "without proving", false),
                (ScriptedServer.Upgrade + "Sec-WebSocket-Protocol: chat\r\n\r\n", "not offered", false),
                (ScriptedServer.Upgrade + "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n", "not offered", false),
                ($"this is no HTTP at all, {Secret}\r\n\r\n", "no HTTP", false),
                ("", "lost", false),
            ];
            TheoryData<FeedReader, string, string, bool> data = [];
            foreach (FeedReader reader in Enum.GetValues<FeedReader>())
            {
                foreach ((string answer, string says, bool final) in answers)
                {
                    data.Add(reader, answer, says, final);
                }
            }

            return data;
        }
    }

    public static TheoryData<FeedReader, string, string> Ends
    {
        get
        {
            TheoryData<FeedReader, string, string> data = [];
            foreach (FeedReader reader in Enum.GetValues<FeedReader>())
            {
                foreach ((string hex, string says) in new[] { (Convert.ToHexString(Frames.Close(1008, Secret)), "1008"), (Convert.ToHexString(Frames.Close(4001, Secret)), "4001"), ("8800", "without a code"), ("8300", "broke the WebSocket protocol"), ("8105" + "41ff", "1007"), ("", "broke") })
                {
                    data.Add(reader, hex, says);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task An_answer_that_is_no_upgrade_gets_a_line_and_the_right_retry(FeedReader reader, string answer, string says, bool final)
    {
        using ScriptedServer server = new(static _ => Task.CompletedTask, answer);
        await FailsAsync(Options($"ws://{Secret}:{Secret}@127.0.0.1:{server.Port}/{Secret}?api-key={Secret}", reader), says, final);
        Assert.All(server.Requests, static request => Assert.Contains($"GET /{Secret}?api-key={Secret} HTTP/1.1", request, StringComparison.Ordinal));
        Assert.All(server.Requests, static request => Assert.Contains($"X-Token: {Secret}", request, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task An_end_of_an_open_connection_gets_a_line_and_a_retry(FeedReader reader, string hex, string says)
    {
        using ScriptedServer server = new(peer => peer.SendHexAsync(hex));
        await FailsAsync(Options($"ws://{Secret}@127.0.0.1:{server.Port}/{Secret}?api-key={Secret}", reader), says, final: false);
    }

    [Theory]
    [MemberData(nameof(WebSocketConnectionTests.Readers), MemberType = typeof(WebSocketConnectionTests))]
    public async Task A_port_where_nobody_listens_is_refused_and_tried_again(FeedReader reader)
    {
        TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        await FailsAsync(Options($"ws://{Secret}@127.0.0.1:{port}/{Secret}?api-key={Secret}", reader), "refused", final: false);
    }

    [Theory]
    [MemberData(nameof(WebSocketConnectionTests.Readers), MemberType = typeof(WebSocketConnectionTests))]
    public async Task A_name_without_an_address_is_said_and_tried_again(FeedReader reader) =>
        await FailsAsync(Options($"ws://{Secret}@no-such-host.invalid/{Secret}?api-key={Secret}", reader), "no address", final: false);

    [Theory]
    [MemberData(nameof(WebSocketConnectionTests.Readers), MemberType = typeof(WebSocketConnectionTests))]
    public async Task A_server_that_never_answers_is_left_in_time(FeedReader reader)
    {
        using ScriptedServer server = new(static peer => Task.Delay(Timeout.Infinite, peer.Stop), "");
        FeedOptions options = Options($"ws://127.0.0.1:{server.Port}/{Secret}?api-key={Secret}", reader) with { ConnectTimeoutMs = 100 };
        await FailsAsync(options, "no answer in 100 ms", final: false);
    }

    [Fact]
    public async Task TLS_that_fails_is_said_so_whether_it_is_missing_or_not_to_be_trusted()
    {
        using ScriptedServer plain = new(static _ => Task.CompletedTask, "HTTP/1.1 400 This is HTTP\r\n\r\n");
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using RSA rsa = RSA.Create(2_048);
        using X509Certificate2 certificate = new CertificateRequest("CN=localhost", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using CancellationTokenSource stop = new();
        Task serving = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                using TcpClient client = await listener.AcceptTcpClientAsync(stop.Token);
                using SslStream tls = new(client.GetStream());
                await Assert.ThrowsAnyAsync<Exception>(async () =>
                {
                    await tls.AuthenticateAsServerAsync(certificate);
                    await tls.ReadExactlyAsync(new byte[1], stop.Token);
                });
            }
        }, stop.Token);
        await FailsAsync(Options($"wss://{Secret}@127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/{Secret}?api-key={Secret}", FeedReader.Pipe), "TLS failed", final: false);
        await stop.CancelAsync();

        // Cancelled while it accepts, or between two clients.
        Assert.True(await Record.ExceptionAsync(() => serving) is null or OperationCanceledException);

        using TcpListener noTls = new(IPAddress.Loopback, 0);
        noTls.Start();
        using CancellationTokenSource enough = new();
        Task answering = Task.Run(async () =>
        {
            while (true)
            {
                using TcpClient client = await noTls.AcceptTcpClientAsync(enough.Token);
                await client.GetStream().WriteAsync("HTTP/1.1 400 no TLS here\r\n\r\n"u8.ToArray(), enough.Token);
            }
        }, enough.Token);
        await FailsAsync(Options($"wss://127.0.0.1:{((IPEndPoint)noTls.LocalEndpoint).Port}/{Secret}?api-key={Secret}", FeedReader.Pipe), "TLS failed", final: false);
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answering);
    }

    [Theory]
    [InlineData("http://localhost/" + Secret, FeedReader.Pipe, "ws://")]
    [InlineData("ftp://localhost/?api-key=" + Secret, FeedReader.BlockingSocket, "ws://")]
    [InlineData("/relative/" + Secret, FeedReader.Pipe, "ws://")]
    [InlineData("wss://localhost/" + Secret, FeedReader.BlockingSocket, "TLS")]
    [InlineData("wss://localhost/" + Secret, FeedReader.SpinningSocket, "TLS")]
    public async Task Options_that_cannot_work_are_refused_before_anything_is_sent(string url, FeedReader reader, string says) =>
        await FailsAsync(Options(url, reader), says, final: true);

    [Theory]
    [InlineData("X-Token", "a\r\nX-Other: " + Secret)]
    [InlineData("X Token", Secret)]
    [InlineData("", Secret)]
    [InlineData("Sec-WebSocket-Key", Secret)]
    [InlineData("host", Secret)]
    public async Task A_header_that_HTTP_does_not_allow_is_refused(string name, string value) =>
        await FailsAsync(Options("ws://127.0.0.1:1/", FeedReader.Pipe) with { Headers = new Dictionary<string, string> { [name] = value } }, "request header", final: true);

    private static FeedOptions Options(string url, FeedReader reader) => new()
    {
        Endpoint = new Uri(url, UriKind.RelativeOrAbsolute),
        Reader = reader,
        Headers = new Dictionary<string, string> { ["X-Token"] = Secret, ["Authorization"] = "Bearer " + Secret },
        BackoffFloorMs = 1,
        BackoffCeilingMs = 5,
        CloseTimeoutMs = 100,
    };

    private static async Task FailsAsync(FeedOptions options, string says, bool final)
    {
        ConcurrentQueue<string> reports = new();
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        stop.CancelAfter(Patience);
        FeedEnd end = await new FeedClient(options, new RecordedFeed(), line =>
        {
            reports.Enqueue(line);
            if (!final && reports.Count == 2)
            {
                stop.Cancel();
            }
        }).RunAsync(stop.Token);
        Assert.Equal(final ? FeedEnd.Refused : FeedEnd.Cancelled, end);
        Assert.Equal(final ? 1 : 2, reports.Count);
        OpenResult once = await WebSocketConnection.OpenAsync(options, cancellationToken: TestContext.Current.CancellationToken);
        once.Connection?.Dispose();
        Assert.All(reports, line =>
        {
            Assert.Contains(says, line, StringComparison.Ordinal);
            Assert.Contains(final ? "giving up" : "trying again", line, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', line);
        });
        Assert.All([.. reports, options.ToString(), options.Host, once.ToString()], static text => Assert.DoesNotContain(Secret, text, StringComparison.Ordinal));
    }
}
