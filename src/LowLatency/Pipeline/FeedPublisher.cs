using System.Diagnostics;
using LowLatency.Feed;
using LowLatency.Pipeline.Race;
using LowLatency.Pools;
using LowLatency.Storage;
using LowLatency.Telemetry;

namespace LowLatency.Pipeline;

/// <summary>
/// The ring's one producer: parses a message, normalises it, publishes it. A text message is read by the feed's format, a
/// binary one is a MessagePack snapshot. Called by one logical thread at a time.
/// What a full ring does to the feed is <see cref="FullRingPolicy"/>'s. Where endpoints race, each has a publisher of its own
/// with its <paramref name="lane"/>; they share the producer, and the race's lock makes them one logical thread.
/// </summary>
public sealed class FeedPublisher(
    RingProducer producer, PoolTable pools, FeedCounters counters, TimeProvider? clock = null, FeedFormat format = FeedFormat.Json, RaceLane? lane = null)
    : IFeedSink
{
    /// <summary>A live row further ahead of the wall clock than this is refused: it would stall its pool and fake a gap of the feed.</summary>
    public const long MaxAheadMs = 300_000;

    private readonly RecordedRowAdapter _adapter = new();
    private IFeedSender? _sender;

    /// <inheritdoc/>
    public void OnMessage(ReadOnlySpan<byte> payload, bool isText, long receivedTimestamp)
    {
        counters.CountReceived();
        ReadOnlySpan<byte> text = payload;
        RejectReason reason = RejectReason.None;
        if (isText && format == FeedFormat.SocketIo && !TryUnwrap(ref text, ref reason))
        {
            counters.CountControl();
            return;
        }

        PoolSnapshot snapshot = PoolSnapshot.Empty;
        reason = reason != RejectReason.None ? reason
            : isText ? SnapshotParser.Parse(text, ref snapshot)
            : SnapshotPack.Read(payload, ref snapshot);
        if (reason == RejectReason.None)
        {
            reason = Publish(snapshot, counters.Received, receivedTimestamp);
        }

        if (reason != RejectReason.None)
        {
            counters.CountRejected(reason, payload);
        }
    }

    /// <summary>Publishes a recorded row, as if the feed had sent it.</summary>
    public void OnRow(in RecordedRow row)
    {
        counters.CountReceived();
        PoolSnapshot snapshot = _adapter.ToSnapshot(row);
        RejectReason reason = Publish(snapshot, row.Id, Stopwatch.GetTimestamp());
        if (reason != RejectReason.None)
        {
            counters.CountRejected(reason, snapshot.PoolId);
        }
    }

    /// <inheritdoc/>
    public bool HasBacklog => producer.IsWaiting;

    /// <inheritdoc/>
    public void OnBatchEnd()
    {
        if (lane is not null)
        {
            producer.HandOver();
        }

        producer.Drain();
    }

    /// <inheritdoc/>
    public void OnConnected(IFeedSender sender)
    {
        _sender = sender;
        producer.HandOver();
    }

    /// <inheritdoc/>
    public void OnInterrupted()
    {
        if (lane is null || lane.Interrupts())
        {
            producer.PublishGap();
        }
    }

    // False: the packet is Socket.IO's own business, and the reply, if any, is all that is due.
    private bool TryUnwrap(ref ReadOnlySpan<byte> text, ref RejectReason reason)
    {
        SocketIoPacket packet = SocketIoParser.Parse(text);
        if (!packet.Reply.IsEmpty)
        {
            _sender?.SendText(packet.Reply.Span);
        }

        text = packet.Payload;
        reason = packet.Reason;
        return packet.Kind is SocketIoKind.Snapshot or SocketIoKind.Rejected;
    }

    /// <summary>Publishes what another sink on the same thread has made of a message.</summary>
    internal RejectReason Publish(in PoolSnapshot snapshot, long sourceId, long received)
    {
        if (clock is not null && snapshot.TimestampMs > clock.GetUtcNow().ToUnixTimeMilliseconds() + MaxAheadMs)
        {
            return RejectReason.InvalidTimestamp;
        }

        return lane is null ? Normalize(snapshot, sourceId, received) : PublishRaced(lane, snapshot, sourceId, received);
    }

    private RejectReason PublishRaced(RaceLane raced, in PoolSnapshot snapshot, long sourceId, long received)
    {
        producer.HandOver();
        bool isKnown = pools.TryFind(snapshot.PoolId, out int pool);
        if (isKnown && raced.Judge(snapshot, pool) is not RaceVerdict.First and var verdict)
        {
            return verdict == RaceVerdict.Late ? RejectReason.LateInRace : RejectReason.None;
        }

        RejectReason reason = Normalize(snapshot, sourceId, received);
        if (reason == RejectReason.None)
        {
            raced.Counters.CountWon();
        }

        if (!isKnown && pools.TryFind(snapshot.PoolId, out pool))
        {
            raced.Found(snapshot, pool);
        }

        return reason;
    }

    private RejectReason Normalize(in PoolSnapshot snapshot, long sourceId, long received)
    {
        PoolUpdate update = default;
        RejectReason reason = pools.TryNormalize(snapshot, sourceId, ref update);
        if (reason != RejectReason.None)
        {
            return reason;
        }

        producer.Publish(update, received, Stopwatch.GetTimestamp());
        return RejectReason.None;
    }
}
