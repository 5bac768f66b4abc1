using System.Diagnostics;
using Disruptor;
using LowLatency.Feed;
using LowLatency.Pipeline;
using LowLatency.Pipeline.Race;
using LowLatency.Pools;
using LowLatency.Simulation;
using LowLatency.Storage;
using LowLatency.Telemetry;

namespace LowLatency.AllocationTests;

/// <summary>Bytes allocated per message of two endpoints that race: firsts, copies and rows that come too late. 0 means 0.</summary>
public sealed class RaceAllocationTests
{
    private const int WarmUp = 20_000;
    private const int Measured = 40_000;
    private const int Lag = 300;
    private const int RingSize = 1 << 10;

#if DEBUG
    private static bool IsRelease => false;
#else
    private static bool IsRelease => true;
#endif

    [Theory]
    [InlineData(FirstSeen.DefaultWindow)]
    [InlineData(64)]
    public void Publishing_from_two_endpoints_allocates_nothing(int window)
    {
        Assert.SkipUnless(IsRelease, "allocation is measured in Release: Debug code boxes where optimised code does not");
        byte[][] messages = Messages();
        PoolTable pools = new();
        FeedCounters counters = new();

        // Nobody reads this ring: it is written round and round.
        ValueRingBuffer<PipelineEvent> ring = ValueRingBuffer<PipelineEvent>.CreateSingleProducer(static () => default, RingSize, new BlockingWaitStrategy());
        RingProducer producer = new(ring, counters, FullRingPolicy.Wait, pools.Capacity);
        FeedRace race = new(2, pools.Capacity, FeedFormat.Json, lane => new FeedPublisher(producer, pools, counters, lane: lane), window);
        race.Lanes[0].Sink.OnConnected(IFeedSender.Nobody);
        race.Lanes[1].Sink.OnConnected(IFeedSender.Nobody);
        void Publish(int from, int to)
        {
            for (int i = from; i < to; i++)
            {
                race.Lanes[0].Sink.OnMessage(messages[i], isText: true, Stopwatch.GetTimestamp());
                race.Lanes[0].Sink.OnBatchEnd();
                race.Lanes[1].Sink.OnMessage(messages[Math.Max(0, i - Lag)], isText: true, Stopwatch.GetTimestamp());
            }
        }

        Publish(0, WarmUp);
        long newPools = -pools.Count;
        long before = GC.GetAllocatedBytesForCurrentThread();
        Publish(WarmUp, messages.Length);
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        newPools += pools.Count;

        // A pool seen for the first time costs its description, as with one endpoint.
        const int BytesPerNewPool = 600;
        Assert.True(bytes <= newPools * BytesPerNewPool, $"{bytes} bytes for {newPools} new pools");
        Assert.True(newPools < Measured / 100, $"{newPools} new pools");
        Assert.True(race.Lanes[0].Counters.Won > Measured);
        RaceCounters second = race.Lanes[1].Counters;
        Assert.True((window > Lag ? second.Copies : second.Late) > Measured / 2, $"{second.Copies} copies, {second.Late} late");
    }

    private static byte[][] Messages()
    {
        using SnapshotJson json = new();
        return [.. World.Create("realistic", 3).Rows().Take(WarmUp + Measured).Select(row => json.Write(row).ToArray())];
    }
}
