using System.Net.WebSockets;
using System.Text;
using LowLatency.Feed;

namespace LowLatency.Tests.Feed;

/// <summary>Each rule of the protocol on a real socket, with every reader.</summary>
public sealed class WebSocketConnectionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static TheoryData<FeedReader> Readers => [FeedReader.Pipe, FeedReader.BlockingSocket, FeedReader.SpinningSocket];

    public static TheoryData<FeedReader, string, int> Violations
    {
        get
        {
            TheoryData<FeedReader, string, int> data = [];
            foreach (FeedReader reader in Enum.GetValues<FeedReader>())
            {
                foreach ((string hex, int code) in new[] { ("83-00", 1002), ("81-ff", 1002), ("c1-00", 1002), ("81-05-41ff", 1007), ("80-00", 1002), ("82-7f-0000000000100001", 1009), ("88-02-03ed", 1002), ("88-01-03", 1002), ("09-00", 1002) })
                {
                    data.Add(reader, hex, code);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public async Task Messages_come_through_pings_are_answered_in_order_and_a_close_is_echoed(FeedReader reader)
    {
        List<ClientFrame?> got = [];
        using ScriptedServer server = new(async peer =>
        {
            await peer.SendHexAsync("810548656c6c6f" + "010348656c" + "89026869" + "80026c6f" + "890131" + "8a00" + "890132");
            got.AddRange([await peer.ReadAsync(), await peer.ReadAsync(), await peer.ReadAsync()]);
            await peer.SendAsync(Frames.Close(1001, "bye"));
            got.Add(await peer.ReadAsync());
        });
        RecordedFeed sink = new();
        ConnectionEnd end = await RunAsync(server, reader, sink);
        Assert.Equal(new ConnectionEnd(ConnectionEndKind.Closed, 1001, 2), end);
        Assert.Equal(["Hello", "Hello"], sink.Messages);
        Assert.Equal(1, sink.Connected);
        Assert.True(sink.Batches > 0);
        Assert.Equal([(0x8A, "hi"), (0x8A, "1"), (0x8A, "2"), (0x88, "\u0003\ufffd")], got.Select(static f => (f!.First, f.Text)));
        Assert.Equal(4, got.Select(static f => f!.Key).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Violations))]
    public async Task A_violation_is_told_with_its_code_and_ends_the_connection(FeedReader reader, string hex, int code)
    {
        ClientFrame? verdict = null;
        using ScriptedServer server = new(async peer =>
        {
            await peer.SendAsync(Frames.Frame(Frames.Text, "before"u8), Frames.Hex(hex), Frames.Frame(Frames.Ping, "after"u8));
            verdict = await peer.ReadAsync();
            await peer.SendAsync(Frames.Close(code));
        });
        RecordedFeed sink = new();
        ConnectionEnd end = await RunAsync(server, reader, sink);
        Assert.Equal(new ConnectionEnd(ConnectionEndKind.Violation, (ushort)code, 1), end);
        Assert.Equal(Frames.CloseFrame, verdict!.Opcode);
        Assert.Equal([(byte)(code >> 8), (byte)code], verdict.Payload);
        Assert.Equal(["before"], sink.Messages);
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public async Task Every_split_of_the_stream_gives_the_same(FeedReader reader)
    {
        byte[] tape = [.. Frames.Frame(Frames.Text, "äb"u8), .. Frames.Frame(Frames.Text, "c"u8, final: false), .. Frames.Frame(Frames.Ping, "p"u8), .. Frames.Frame(Frames.Continuation, "d"u8), .. Frames.Close(1000)];
        List<byte[][]> splits = [.. Enumerable.Range(1, tape.Length - 1).Select(cut => new[] { tape[..cut], tape[cut..] }), [.. tape.Chunk(1)]];
        int next = -1;
        using ScriptedServer server = new(async peer =>
        {
            byte[][] pieces = splits[Interlocked.Increment(ref next)];
            foreach (byte[] piece in pieces)
            {
                await peer.SendAsync(piece);
                await Task.Yield();
            }

            while (await peer.ReadAsync() is { Opcode: not Frames.CloseFrame })
            {
            }
        });
        for (int i = 0; i < splits.Count; i++)
        {
            RecordedFeed sink = new();
            Assert.Equal(new ConnectionEnd(ConnectionEndKind.Closed, 1000, 2), await RunAsync(server, reader, sink));
            Assert.Equal(["äb", "cd"], sink.Messages);
        }
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public async Task What_follows_the_upgrade_in_one_packet_is_not_lost(FeedReader reader)
    {
        // A latin-1 answer keeps bytes as they are: the frame is part of it.
        using ScriptedServer server = new(
            static async peer =>
            {
                await peer.SendAsync(Frames.Close(1000));
                await peer.ReadAsync();
            },
            ScriptedServer.Upgrade + "\r\n" + Encoding.Latin1.GetString(Frames.Frame(Frames.Text, "at once"u8)));
        RecordedFeed sink = new();
        Assert.Equal(new ConnectionEnd(ConnectionEndKind.Closed, 1000, 1), await RunAsync(server, reader, sink));
        Assert.Equal(["at once"], sink.Messages);
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public async Task Messages_of_every_size_go_there_and_back(FeedReader reader)
    {
        int[] sizes = [0, 1, 125, 126, 65_535, 65_536, 1_000_000];
        List<int> echoed = [];
        using ScriptedServer server = new(async peer =>
        {
            foreach (int size in sizes)
            {
                byte[] payload = new byte[size];
                new Random(size).NextBytes(payload);
                Task sending = peer.SendAsync(Frames.Frame(Frames.Binary, payload));
                ClientFrame? back = await peer.ReadAsync();
                await sending;
                Assert.Equal(0x82, back!.First);
                Assert.True(back.Payload.AsSpan().SequenceEqual(payload));
                echoed.Add(size);
            }

            await peer.SendAsync(Frames.Close(1000));
            await peer.ReadAsync();
        });
        OpenResult opened = await OpenAsync(server, reader);
        using WebSocketConnection connection = opened.Connection!;
        ConnectionEnd end = await connection.RunAsync(new Echo(connection), TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal(new ConnectionEnd(ConnectionEndKind.Closed, 1000, sizes.Length), end);
        Assert.Equal(sizes, echoed);
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public async Task Compression_is_offered_only_when_asked_for_and_works_both_ways(FeedReader reader)
    {
        List<ClientFrame?> got = [];
        using ScriptedServer server = new(
            async peer =>
            {
                await peer.SendHexAsync("c107f248cdc9c90700" + "c105f200110000");
                got.AddRange([await peer.ReadAsync(), await peer.ReadAsync()]);
                await peer.SendAsync(Frames.Close(1000));
                await peer.ReadAsync();
            },
            ScriptedServer.Upgrade + "Sec-WebSocket-Extensions: permessage-deflate; client_no_context_takeover\r\n\r\n");
        OpenResult opened = await OpenAsync(server, reader, static o => o with { Deflate = new DeflateOffer() });
        using (WebSocketConnection connection = opened.Connection!)
        {
            Assert.Equal(new DeflateAgreement(ClientNoContextTakeover: true), connection.Deflate);
            await connection.RunAsync(new Echo(connection), TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        }

        Assert.Equal([0xC1, 0xC1], got.Select(static f => f!.First));
        Assert.Equal(got[0]!.Payload, got[1]!.Payload);
        Assert.Contains("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits", server.Requests.First(), StringComparison.Ordinal);
        Assert.Equal(OpenFailure.ExtensionRefused, (await OpenAsync(server, reader)).Failure);
        Assert.DoesNotContain("Sec-WebSocket-Extensions", server.Requests.Last(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public async Task The_frameworks_own_server_understands_what_we_compress_and_we_understand_it(FeedReader reader)
    {
        string[] texts = ["", "a", new string('a', 70_000), "{\"pool_id\":\"äö\"}", "{\"pool_id\":\"äö\"}"];
        List<string> back = [];
        using ScriptedServer server = new(
            async peer =>
            {
                using WebSocket socket = WebSocket.CreateFromStream(
                    peer.Stream, new WebSocketCreationOptions { IsServer = true, DangerousDeflateOptions = new WebSocketDeflateOptions() });
                byte[] buffer = new byte[100_000];
                foreach (string text in texts)
                {
                    await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, peer.Stop);
                    int length = 0;
                    ValueWebSocketReceiveResult received;
                    do
                    {
                        received = await socket.ReceiveAsync(buffer.AsMemory(length), peer.Stop);
                        length += received.Count;
                    }
                    while (!received.EndOfMessage);
                    back.Add(Encoding.UTF8.GetString(buffer, 0, length));
                }

                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", peer.Stop);
            },
            ScriptedServer.Upgrade + "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n");
        OpenResult opened = await OpenAsync(server, reader, static o => o with { Deflate = new DeflateOffer() });
        using WebSocketConnection connection = opened.Connection!;
        ConnectionEnd end = await connection.RunAsync(new Echo(connection), TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal(new ConnectionEnd(ConnectionEndKind.Closed, 1000, texts.Length), end);
        Assert.Equal(texts, back);
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public async Task Cancelling_says_goodbye_waits_for_the_answer_and_delivers_nothing_more(FeedReader reader)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        ClientFrame? goodbye = null;
        using ScriptedServer server = new(async peer =>
        {
            await peer.SendAsync(Frames.Frame(Frames.Text, "last"u8));
            goodbye = await peer.ReadAsync();
            await peer.SendAsync(Frames.Frame(Frames.Text, "too late"u8), Frames.Close(1000));
        });
        RecordedFeed sink = new() { OnMessageDo = _ => stop.Cancel() };
        ConnectionEnd end = await RunAsync(server, reader, sink, stop: stop);
        Assert.Equal(ConnectionEndKind.Cancelled, end.Kind);
        Assert.Equal(["last"], sink.Messages);
        Assert.Equal("03E8", Convert.ToHexString(goodbye!.Payload));
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public async Task A_server_that_does_not_answer_a_goodbye_or_hang_up_is_left_in_bounded_time(FeedReader reader)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using ScriptedServer server = new(static async peer =>
        {
            await peer.SendAsync(Frames.Frame(Frames.Text, "x"u8));
            await Task.Delay(Timeout.Infinite, peer.Stop);
        });
        RecordedFeed sink = new() { OnMessageDo = _ => stop.Cancel() };
        Assert.Equal(ConnectionEndKind.Cancelled, (await RunAsync(server, reader, sink, static o => o with { CloseTimeoutMs = 50 }, stop)).Kind);

        using ScriptedServer closing = new(static async peer =>
        {
            await peer.SendAsync(Frames.Close(1000));
            await Task.Delay(Timeout.Infinite, peer.Stop);
        });
        Assert.Equal(ConnectionEndKind.Closed, (await RunAsync(closing, reader, new RecordedFeed(), static o => o with { CloseTimeoutMs = 50 })).Kind);
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public async Task A_mute_server_is_asked_once_and_given_up(FeedReader reader)
    {
        List<ClientFrame?> got = [];
        using ScriptedServer server = new(async peer =>
        {
            while (await peer.ReadAsync() is { } frame)
            {
                got.Add(frame);
            }
        });
        ConnectionEnd end = await RunAsync(server, reader, new RecordedFeed(), static o => o with { StallTimeoutMs = 300 });
        Assert.Equal(ConnectionEndKind.Mute, end.Kind);
        await server.ServedAsync().WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal(Frames.Ping, Assert.Single(got)!.Opcode);
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public async Task A_stream_that_ends_inside_a_message_is_lost_and_delivers_nothing(FeedReader reader)
    {
        using ScriptedServer server = new(static peer => peer.SendHexAsync("8105486565"));
        RecordedFeed sink = new();
        ConnectionEnd end = await RunAsync(server, reader, sink);
        Assert.Equal((ConnectionEndKind.Lost, 0L), (end.Kind, end.Messages));
        Assert.Empty(sink.Messages);
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public async Task What_a_sink_asks_for_when_it_is_connected_leaves_before_anything_is_read(FeedReader reader)
    {
        ClientFrame? asked = null;
        using ScriptedServer server = new(async peer =>
        {
            asked = await peer.ReadAsync();
            await peer.SendAsync(Frames.Close(1000));
            await peer.ReadAsync();
        });
        OpenResult opened = await OpenAsync(server, reader);
        using WebSocketConnection connection = opened.Connection!;
        RecordedFeed sink = new() { OnConnectedDo = () => connection.TrySend("subscribe"u8, isText: true) };
        await connection.RunAsync(sink, TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal("subscribe", asked!.Text);
        Assert.False(connection.TrySend("late"u8, isText: true));
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public async Task A_sink_that_throws_ends_the_run_with_its_exception(FeedReader reader)
    {
        using ScriptedServer server = new(static async peer =>
        {
            await peer.SendAsync(Frames.Frame(Frames.Text, "x"u8));
            await peer.ReadAsync();
        });
        RecordedFeed sink = new() { OnMessageDo = static _ => throw new InvalidOperationException("a bug") };
        await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(server, reader, sink));
    }

    private static Task<OpenResult> OpenAsync(ScriptedServer server, FeedReader reader, Func<FeedOptions, FeedOptions>? change = null)
    {
        FeedOptions options = new() { Endpoint = new Uri($"ws://127.0.0.1:{server.Port}/path?x=1"), Reader = reader };
        return WebSocketConnection.OpenAsync(change is null ? options : change(options), cancellationToken: TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    private static async Task<ConnectionEnd> RunAsync(
        ScriptedServer server, FeedReader reader, IFeedSink sink, Func<FeedOptions, FeedOptions>? change = null, CancellationTokenSource? stop = null)
    {
        OpenResult opened = await OpenAsync(server, reader, change);
        Assert.Equal(OpenFailure.None, opened.Failure);
        using WebSocketConnection connection = opened.Connection!;
        return await connection.RunAsync(sink, stop?.Token ?? TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    private sealed class Echo(WebSocketConnection connection) : IFeedSink
    {
        public void OnMessage(ReadOnlySpan<byte> payload, bool isText, long receivedTimestamp) => connection.TrySend(payload, isText);

        public void OnBatchEnd()
        {
        }

        public void OnConnected(IFeedSender sender)
        {
        }

        public void OnInterrupted()
        {
        }
    }
}
