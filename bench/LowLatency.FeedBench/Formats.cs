using System.Buffers.Binary;
using System.Text.Json;
using LowLatency.Bench;
using LowLatency.Feed;
using LowLatency.Feed.Solana;
using MessagePack;

namespace LowLatency.FeedBench;

/// <summary>A kind of message, read our way and as one reads it with the usual libraries. Both give a checksum of what they have read.</summary>
internal interface IFormat
{
    /// <summary>Our parser; throws for what it rejects.</summary>
    long Ours(ReadOnlySpan<byte> message);

    /// <summary>The peer's serializer.</summary>
    long Peer(ReadOnlyMemory<byte> message);
}

/// <summary>JSON snapshots: <see cref="SnapshotParser"/> beside System.Text.Json with generated code.</summary>
internal readonly struct JsonSnapshots : IFormat
{
    public long Ours(ReadOnlySpan<byte> message)
    {
        PoolSnapshot snapshot = PoolSnapshot.Empty;
        RejectReason reason = SnapshotParser.Parse(message, ref snapshot);
        return Sum(reason, snapshot);
    }

    public long Peer(ReadOnlyMemory<byte> message) => Sum(JsonSerializer.Deserialize(message.Span, SnapshotContext.Default.SnapshotRecord)!);

    public static long Sum(RejectReason reason, in PoolSnapshot s) => reason == RejectReason.None
        ? s.TimestampMs + BitConverter.DoubleToInt64Bits(s.BaseReserve) + BitConverter.DoubleToInt64Bits(s.QuoteReserve) + s.PoolId.Length
        : throw new InvalidOperationException($"our parser rejects a message: {reason}");

    public static long Sum(SnapshotRecord r) =>
        r.Timestamp + BitConverter.DoubleToInt64Bits(r.BaseReserve!.Value) + BitConverter.DoubleToInt64Bits(r.QuoteReserve!.Value) + r.PoolId!.Length;
}

/// <summary>MessagePack snapshots: <see cref="SnapshotPack"/> beside the package MessagePack.</summary>
internal readonly struct PackedSnapshots : IFormat
{
    public long Ours(ReadOnlySpan<byte> message)
    {
        PoolSnapshot snapshot = PoolSnapshot.Empty;
        RejectReason reason = SnapshotPack.Read(message, ref snapshot);
        return JsonSnapshots.Sum(reason, snapshot);
    }

    public long Peer(ReadOnlyMemory<byte> message) => JsonSnapshots.Sum(MessagePackSerializer.Deserialize<SnapshotRecord>(message));
}

/// <summary>programNotifications down to the pool's status and fees: our parser beside generated System.Text.Json with Convert.FromBase64String.</summary>
internal readonly struct ProgramNotifications() : IFormat
{
    private const int StatusAt = 0;
    private const int SwapFeeAt = 176;

    private readonly byte[] _buffer = new byte[PubSubParser.BufferBytes];

    public long Ours(ReadOnlySpan<byte> message) =>
        PubSubParser.Parse(message, _buffer, out PubSubMessage parsed) == RejectReason.None
            && parsed.Classify(out AccountKind kind) == RejectReason.None && kind == AccountKind.AmmV4
            && AmmV4Account.TryRead(parsed.Data, out AmmV4Account pool) == RejectReason.None
            ? (long)(parsed.Subscription + parsed.Slot + pool.Status + pool.SwapFeeNumerator)
            : throw new InvalidOperationException("our parser rejects a message");

    public long Peer(ReadOnlyMemory<byte> message)
    {
        Notification<KeyedAccount> n = JsonSerializer.Deserialize(message.Span, NotificationContext.Default.NotificationKeyedAccount)!;
        byte[] data = Convert.FromBase64String(n.Params.Result.Value.Account.Data[0]);
        return (long)(n.Params.Subscription + n.Params.Result.Context.Slot
            + BinaryPrimitives.ReadUInt64LittleEndian(data.AsSpan(StatusAt)) + BinaryPrimitives.ReadUInt64LittleEndian(data.AsSpan(SwapFeeAt)));
    }
}
