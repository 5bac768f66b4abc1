using System.Diagnostics;
using System.Net.Sockets;
using System.Net.WebSockets;
using LowLatency.Bench;
using LowLatency.Feed;

namespace LowLatency.FeedBench;

/// <summary>One kind of traffic, received in memory or over loopback, by us or by the peer. Each call is a run of its own, checks its sum and throws if it is wrong.</summary>
internal sealed class Contest<T>(Traffic traffic, T format, int messages)
    where T : IFormat
{
    /// <summary>The peer is slow and gets fewer messages: the figure is one for each.</summary>
    private const int PeerShare = 8;

    private const int ReadBytes = 64 * 1024;

    /// <summary>Bytes that our side has allocated after its warm-ups, by what ran.</summary>
    public Dictionary<string, long> AllocatedBytes { get; } = [];

    private int Blocks => Math.Max(1, messages / traffic.Messages.Count);

    private int PeerBlocks => Math.Max(1, Blocks / PeerShare);

    /// <summary>Nanoseconds of the thread per message from a stream in memory: reads of 64 KiB, our frame decoder, our parser.</summary>
    public double DecodeOurs()
    {
        RepeatingStream stream = new(traffic.Block, Blocks);
        using WebSocketFrameDecoder decoder = new();
        byte[] buffer = new byte[ReadBytes];
        long sum = 0;
        long before = GC.GetAllocatedBytesForCurrentThread();
        long start = CpuClock.Thread;
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            sum = unchecked(sum + DecodeChunk(decoder, buffer.AsSpan(0, read)));
        }

        long time = CpuClock.Thread - start;
        Allocated("decode in memory", GC.GetAllocatedBytesForCurrentThread() - before);
        return Checked("ours in memory", sum, Blocks, time);
    }

    /// <summary>Nanoseconds per message of the framework's client WebSocket over the same stream.</summary>
    public double DecodePeer()
    {
        using WebSocket socket = WebSocket.CreateFromStream(new RepeatingStream(traffic.Block, PeerBlocks), new WebSocketCreationOptions { IsServer = false, KeepAliveInterval = TimeSpan.Zero });
        long start = CpuClock.Thread;
        long sum = Peer.ReceiveAsync(socket, format, PeerBlocks * traffic.Messages.Count).GetAwaiter().GetResult().Sum;
        return Checked("the peer in memory", sum, PeerBlocks, CpuClock.Thread - start);
    }

    /// <summary>Over loopback, as fast as one of our readers goes.</summary>
    public StreamTime StreamOurs(FeedReader reader)
    {
        using Blaster server = new(traffic, Blocks);
        Sink<T> sink = Receive(server, reader, Blocks * traffic.Messages.Count, null);
        return StreamResult(reader.ToString(), server, Blocks, (sink.Sum, sink.Ended, sink.EndedCpu));
    }

    /// <summary>The same of ClientWebSocket.</summary>
    public StreamTime StreamPeer()
    {
        using Blaster server = new(traffic, PeerBlocks);
        return StreamResult(nameof(ClientWebSocket), server, PeerBlocks, Peer.ReceiveAsync(server, format, PeerBlocks * traffic.Messages.Count).GetAwaiter().GetResult());
    }

    /// <summary>The machine's limit: the same bytes off the same socket by a blocking thread that looks at none of them.</summary>
    public double StreamUnread()
    {
        using Blaster server = new(traffic, Blocks);
        long ended = 0;
        Thread thread = new(() => ended = Drain(server, (long)Blocks * traffic.Block.Length));
        thread.Start();
        thread.Join();
        return Stopwatch.GetElapsedTime(server.Started, ended).TotalNanoseconds / (Blocks * traffic.Messages.Count);
    }

    /// <summary>How late messages are published by one of our readers.</summary>
    public Lateness PacedOurs(FeedReader reader, int perSecond)
    {
        int blocks = PacedBlocks(perSecond);
        Schedule schedule = new(blocks * traffic.Messages.Count, perSecond);
        using Blaster server = new(traffic, schedule);
        Sink<T> sink = Receive(server, reader, schedule.Messages, schedule);
        _ = Checked(reader.ToString(), sink.Sum, blocks, 0);
        return schedule.Read();
    }

    /// <summary>The same of ClientWebSocket.</summary>
    public Lateness PacedPeer(int perSecond)
    {
        int blocks = PacedBlocks(perSecond);
        Schedule schedule = new(blocks * traffic.Messages.Count, perSecond);
        using Blaster server = new(traffic, schedule);
        long sum = Peer.ReceiveAsync(server, format, schedule.Messages, schedule).GetAwaiter().GetResult().Sum;
        _ = Checked(nameof(ClientWebSocket), sum, blocks, 0);
        return schedule.Read();
    }

    // A third of a second, as far as that is whole blocks.
    private int PacedBlocks(int perSecond) => Math.Max(1, perSecond / 3 / traffic.Messages.Count);

    private Sink<T> Receive(Blaster server, FeedReader reader, int expected, Schedule? schedule)
    {
        Sink<T> sink = new(format, expected, server.Begin, schedule);
        FeedOptions options = new() { Endpoint = server.Endpoint, Reader = reader, ReaderThreadStart = static () => Cores.Pin(1) };
        OpenResult opened = WebSocketConnection.OpenAsync(options).GetAwaiter().GetResult();
        using WebSocketConnection connection = opened.Connection ?? throw new InvalidOperationException($"the connection failed: {opened.Failure}");
        ConnectionEnd end = connection.RunAsync(sink, CancellationToken.None).GetAwaiter().GetResult();
        if (end.Kind != ConnectionEndKind.Closed || end.Messages != expected)
        {
            throw new InvalidOperationException($"{reader} received {end.Messages} of {expected} messages and ended as {end.Kind}");
        }

        // On the pool's threads the framework now and then allocates for itself, also while nothing comes: there it is whole bytes per message that count.
        bool isPipe = reader == FeedReader.Pipe;
        Allocated($"{(schedule is null ? "stream" : "paced")}, {reader}{(isPipe ? " (whole B a message)" : "")}", isPipe ? sink.Allocations.Bytes / expected : sink.Allocations.Bytes);
        return sink;
    }

    private long DecodeChunk(WebSocketFrameDecoder decoder, ReadOnlySpan<byte> bytes)
    {
        long sum = 0;
        while (decoder.Decode(ref bytes, out ReadOnlySpan<byte> payload) == FrameStatus.Message)
        {
            sum = unchecked(sum + format.Ours(payload));
        }

        return sum;
    }

    private static long Drain(Blaster server, long bytes)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(server.Endpoint.Host, server.Endpoint.Port);
        socket.Send("GET / HTTP/1.1\r\nSec-WebSocket-Key: x\r\n\r\n"u8);
        byte[] buffer = GC.AllocateUninitializedArray<byte>(256 * 1024, pinned: true);
        for (int length = 0; !buffer.AsSpan(0, length).EndsWith("\r\n\r\n"u8);)
        {
            length += socket.Receive(buffer.AsSpan(length));
        }

        server.Begin();
        while (bytes > 0)
        {
            bytes -= socket.Receive(buffer);
        }

        return Stopwatch.GetTimestamp();
    }

    private StreamTime StreamResult(string who, Blaster server, int blocks, (long Sum, long Ended, long EndedCpu) result)
    {
        server.Dispose();
        double wall = Checked(who, result.Sum, blocks, (long)Stopwatch.GetElapsedTime(server.Started, result.Ended).TotalNanoseconds);
        return new StreamTime(wall, Checked(who, result.Sum, blocks, result.EndedCpu - server.StartedCpu - server.SenderCpu));
    }

    private double Checked(string who, long sum, int blocks, long nanoseconds) => sum == traffic.Sum(format, blocks)
        ? (double)nanoseconds / (blocks * traffic.Messages.Count)
        : throw new InvalidOperationException($"{who} read something else than was sent");

    // The last run counts: those before it warm the code up.
    private void Allocated(string what, long bytes) => AllocatedBytes[what] = bytes;
}
