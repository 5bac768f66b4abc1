using System.Diagnostics;
using System.Text;
using LowLatency.Feed;
using LowLatency.Simulation;
using LowLatency.Storage;

namespace LowLatency.AllocationTests;

/// <summary>Bytes that the feed's thread allocates for messages of each format, after warm-up. 0 means 0.</summary>
public sealed class FeedFormatAllocationTests
{
    private const int Messages = 20_000;
    private const string ReleaseOnly = "allocation is measured in Release: Debug code boxes where optimised code does not";

#if DEBUG
    private static bool IsRelease => false;
#else
    private static bool IsRelease => true;
#endif

    private delegate RejectReason Reader(byte[] message);

    [Fact]
    public void The_measure_sees_one_allocation_among_the_messages()
    {
        byte[][] messages = Encode(GatewayFormat.Json);
        object? kept = null;
        int i = 0;
        long bytes = Measure(messages, message =>
        {
            kept = ++i % Messages == 0 ? new object() : kept;
            return RejectReason.None;
        });
        Assert.True(bytes >= 24, $"{bytes} bytes");
        Assert.NotNull(kept);
    }

    [Fact]
    public void Json_in_the_gateways_order_and_in_any_other() => AssertNothing(GatewayFormat.Json, static message =>
    {
        PoolSnapshot fast = PoolSnapshot.Empty;
        PoolSnapshot slow = PoolSnapshot.Empty;
        RejectReason reason = SnapshotParser.Parse(message, ref fast);
        return reason != RejectReason.None ? reason : SnapshotParser.ParseSlow(message, ref slow);
    });

    [Fact]
    public void Json_in_camel_case()
    {
        Assert.SkipUnless(IsRelease, ReleaseOnly);
        byte[] message = Encoding.ASCII.GetBytes(
            "{\"poolId\":\"3qRa9a5zcYvsWyTVJWHMKZnNPzLVYV82rUsTStAfUoCN\",\"currentPrice\":0.25,\"baselinePrice\":0.2,\"currentTVL\":3000.5,\"timestamp\":1749590073059}");
        Assert.Equal(0, Measure([.. Enumerable.Repeat(message, Messages)], static m =>
        {
            PoolSnapshot s = PoolSnapshot.Empty;
            return SnapshotParser.Parse(m, ref s);
        }));
    }

    [Fact]
    public void Rejected_messages()
    {
        Assert.SkipUnless(IsRelease, ReleaseOnly);
        byte[][] messages = Encode(GatewayFormat.Json);
        Assert.Equal(0, Measure(messages, static message =>
        {
            PoolSnapshot s = PoolSnapshot.Empty;
            RejectReason cut = SnapshotParser.Parse(message.AsSpan(0, message.Length / 2), ref s);
            s = PoolSnapshot.Empty;
            RejectReason binary = SnapshotPack.Read(message, ref s);
            return cut == RejectReason.MalformedJson && binary == RejectReason.WrongType ? RejectReason.None : cut;
        }));
    }

    [Fact]
    public void Socket_io() => AssertNothing(GatewayFormat.SocketIo, static message =>
    {
        SocketIoPacket packet = SocketIoParser.Parse(message);
        PoolSnapshot s = PoolSnapshot.Empty;
        return packet.Kind == SocketIoKind.Snapshot ? SnapshotParser.Parse(packet.Payload, ref s) : packet.Reason;
    });

    [Fact]
    public void Message_pack_read_and_written()
    {
        byte[] buffer = new byte[SnapshotPack.MaxBytes];
        AssertNothing(GatewayFormat.MessagePack, message =>
        {
            PoolSnapshot s = PoolSnapshot.Empty;
            RejectReason reason = SnapshotPack.Read(message, ref s);
            return SnapshotPack.Write(s, buffer) == message.Length ? reason : RejectReason.MalformedPack;
        });
    }

    [Fact]
    public void Recording_on_the_feeds_side()
    {
        Assert.SkipUnless(IsRelease, ReleaseOnly);
        byte[][] messages = Encode(GatewayFormat.Json);
        Nothing sink = new();
        TapeClock clock = new();
        MemoryStream file = new(new byte[messages.Sum(static m => m.Length + 32) * 3]);
        using TapeWriter tape = new(file, FeedFormat.Json, sink, clock, TapeFullPolicy.Wait);
        Assert.Equal(0, Measure(messages, message =>
        {
            tape.OnMessage(message, isText: true, Stopwatch.GetTimestamp());
            return RejectReason.None;
        }));
    }

    private static void AssertNothing(GatewayFormat wire, Reader read)
    {
        Assert.SkipUnless(IsRelease, ReleaseOnly);
        Assert.Equal(0, Measure(Encode(wire), read));
    }

    // The first pass warms up; the second is measured.
    private static long Measure(byte[][] messages, Reader read)
    {
        long bytes = 0;
        for (int pass = 0; pass < 2; pass++)
        {
            int rejected = 0;
            long before = GC.GetAllocatedBytesForCurrentThread();
            foreach (byte[] message in messages)
            {
                rejected += read(message) == RejectReason.None ? 0 : 1;
            }

            bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.Equal(0, rejected);
        }

        return bytes;
    }

    private static byte[][] Encode(GatewayFormat wire)
    {
        using ISnapshotWriter rows = ISnapshotWriter.Of(wire);
        return [.. World.Create("realistic", 3).Rows().Take(Messages).Select(row => rows.Write(row).ToArray())];
    }

    private sealed class Nothing : IFeedSink
    {
        public void OnMessage(ReadOnlySpan<byte> payload, bool isText, long receivedTimestamp)
        {
        }

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
