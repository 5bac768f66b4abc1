using System.Diagnostics;
using Disruptor;
using LowLatency.Feed;
using LowLatency.Pools;
using LowLatency.Storage;
using LowLatency.Telemetry;

namespace LowLatency.Pipeline;

/// <summary>
/// The ring's one producer: parses a message, normalises it, publishes it. Called by one logical thread at a time.
/// A full ring makes the feed wait (the socket's window is the back-pressure); nothing is dropped.
/// </summary>
public sealed class FeedPublisher(ValueRingBuffer<PipelineEvent> ring, PoolTable pools, FeedCounters counters, TimeProvider? clock = null)
    : IFeedSink
{
    /// <summary>A live row further ahead of the wall clock than this is refused: it would stall its pool and fake a gap of the feed.</summary>
    public const long MaxAheadMs = 300_000;

    private readonly RecordedRowAdapter _adapter = new();

    /// <inheritdoc/>
    public void OnMessage(ReadOnlySpan<byte> payload, bool isText, long receivedTimestamp)
    {
        counters.CountReceived();
        PoolSnapshot snapshot = PoolSnapshot.Empty;
        RejectReason reason = isText ? SnapshotParser.Parse(payload, ref snapshot) : RejectReason.UnexpectedBinary;
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
    public void OnBatchEnd()
    {
    }

    /// <inheritdoc/>
    public void OnConnected(IFeedSender sender)
    {
    }

    /// <inheritdoc/>
    public void OnInterrupted()
    {
        long sequence = ring.Next();
        ref PipelineEvent slot = ref ring[sequence];
        slot.Kind = EventKind.FeedGap;
        slot.Times = default;
        ring.Publish(sequence);
    }

    /// <summary>Publishes what another sink on the same thread has made of a message.</summary>
    internal RejectReason Publish(in PoolSnapshot snapshot, long sourceId, long received)
    {
        if (clock is not null && snapshot.TimestampMs > clock.GetUtcNow().ToUnixTimeMilliseconds() + MaxAheadMs)
        {
            return RejectReason.InvalidTimestamp;
        }

        PoolUpdate update = default;
        RejectReason reason = pools.TryNormalize(snapshot, sourceId, ref update);
        if (reason != RejectReason.None)
        {
            return reason;
        }

        long sequence = ring.Next();
        ref PipelineEvent slot = ref ring[sequence];
        slot.Kind = EventKind.Update;
        slot.Update = update;
        slot.Times.Received = received;
        slot.Times.Decoded = Stopwatch.GetTimestamp();
        ring.Publish(sequence);
        counters.CountPublished();
        return RejectReason.None;
    }
}
