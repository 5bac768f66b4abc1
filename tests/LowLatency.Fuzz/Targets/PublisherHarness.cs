using Disruptor;
using LowLatency.Feed;
using LowLatency.Pipeline;
using LowLatency.Pools;
using LowLatency.Telemetry;

namespace LowLatency.Fuzz.Targets;

/// <summary>
/// A publisher that is handed an input and then a message that is known to be good: each message is counted once, as published,
/// refused or the protocol's own, and the good one is published whatever came before.
/// </summary>
internal static class PublisherHarness
{
    private const int RingSlots = 64;
    private const int PoolCapacity = 4;

    private static readonly byte[] Good =
        [.. "{\"pool_id\":\"FuzzGoodPoo1111111111111111111111111111111\",\"timestamp\":1750000000000,\"base_reserve\":123.5,\"quote_reserve\":7,\"token_a_mint\":\"FuzzGoodMint111111111111111111111111111111\",\"token_b_mint\":\"So11111111111111111111111111111111111111112\"}"u8];

    private static readonly byte[] GoodEvent = [.. "42[\"pool_update\","u8, .. Good, .. "]"u8];

    [ThreadStatic]
    private static ValueRingBuffer<PipelineEvent>? _ring;

    /// <summary>A ring of this thread that nobody reads: it never fills.</summary>
    public static ValueRingBuffer<PipelineEvent> Ring =>
        _ring ??= ValueRingBuffer<PipelineEvent>.CreateSingleProducer(static () => default, RingSlots, new BlockingWaitStrategy());

    public static void HoldSurvives(ReadOnlySpan<byte> input, bool isText, FeedFormat format)
    {
        ValueRingBuffer<PipelineEvent> ring = Ring;
        FeedCounters counters = new();
        PoolTable pools = new(PoolCapacity);
        FeedPublisher publisher = new(new RingProducer(ring, counters, FullRingPolicy.Wait, pools.Capacity), pools, counters, format: format);
        long before = ring.Cursor;
        publisher.OnMessage(input, isText, 0);
        HoldCounts(counters, 1, ring.Cursor - before);
        publisher.OnMessage(format == FeedFormat.SocketIo ? GoodEvent : Good, isText: true, 0);
        Invariant.Hold(ring.Cursor - before == counters.Published && counters.Received == 2, "a message is published and not counted");
        ref PipelineEvent last = ref ring[ring.Cursor];
        Invariant.Hold(last.Kind == EventKind.Update && last.Update.BaseReserve == 123.5 && last.Update.QuoteReserve == 7 && last.Update.SourceId == 2,
            "a good message is not published after this one");
    }

    /// <summary>Every message is counted in one place, and has a sample where it was refused.</summary>
    public static void HoldCounts(FeedCounters counters, long received, long published)
    {
        long refused = 0;
        for (int reason = 0; reason < RejectReasons.Count; reason++)
        {
            long count = counters.Rejected((RejectReason)reason);
            refused += count;
            Invariant.Hold(count == 0 || counters.Sample((RejectReason)reason) is not null, "a reason has a count and no sample");
        }

        Invariant.Hold(counters.Received == received && counters.Published == published, "what was received or published was not counted");
        Invariant.Hold(refused + published + counters.Control == received && counters.Rejected(RejectReason.None) == 0, "a message is counted twice or not at all");
    }
}
