using Disruptor;
using LowLatency.Feed;
using LowLatency.Pipeline;
using LowLatency.Pools;
using LowLatency.Simulation;
using LowLatency.Storage;
using LowLatency.Telemetry;

namespace LowLatency.Tests.Pipeline;

/// <summary>A ring of four slots, a burst that is longer, and then a server that has nothing more to say.</summary>
public sealed class BackPressureTests
{
    private const int BurstRows = 600;

    [Theory]
    [InlineData(FeedReader.Pipe)]
    [InlineData(FeedReader.BlockingSocket)]
    [InlineData(FeedReader.SpinningSocket)]
    public async Task What_waits_for_room_is_published_although_nothing_more_comes(FeedReader reader)
    {
        RecordedRow[] world = [.. World.Create("realistic", 4, density: 0.05).Rows().Take(BurstRows)];
        RecordedRow[] burst = [.. world.Select((row, i) => row with { TimestampMs = world[0].TimestampMs + (i / 20) })];
        RecordedRow muchLater = world[0] with { TimestampMs = world[0].TimestampMs + 3_600_000 };
        ValueRingBuffer<PipelineEvent> ring = ValueRingBuffer<PipelineEvent>.CreateSingleProducer(static () => default, 4, new YieldingWaitStrategy());
        ValueEventPoller<PipelineEvent> poller = ring.NewPoller();
        ring.AddGatingSequences(poller.Sequence);
        PoolTable pools = new();
        FeedCounters counters = new();
        FeedPublisher publisher = new(new RingProducer(ring, counters, FullRingPolicy.DropSuperseded, pools.Capacity), pools, counters);
        await using Gateway gateway = Gateway.Start(() => [.. burst, muchLater], new GatewayOptions(Speed: 1));
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Task<FeedEnd> feeding = new FeedClient(new FeedOptions { Endpoint = gateway.Endpoint, Reader = reader }, publisher).RunAsync(stop.Token);

        // The burst is over before anything is taken: most of it has been superseded or waits.
        Assert.True(SpinWait.SpinUntil(() => counters.Received == BurstRows, TimeSpan.FromSeconds(20)), $"{counters.Received} received");
        Dictionary<int, double> last = [];
        Dictionary<string, double> expected = burst.GroupBy(static r => r.PoolId).ToDictionary(static g => g.Key, static g => g.Last().BaseReserve);
        bool all = SpinWait.SpinUntil(
            () =>
            {
                poller.Poll((ref PipelineEvent e, long _, bool _) =>
                {
                    last[e.Update.Pool] = e.Update.BaseReserve;
                    return true;
                });
                return last.Count == expected.Count && counters.Published + counters.Superseded == BurstRows && poller.Sequence.Value == ring.Cursor;
            },
            TimeSpan.FromSeconds(20));
        await stop.CancelAsync();
        await feeding;
        Assert.True(all, $"{last.Count} of {expected.Count} pools, {counters.Published} published, {counters.Superseded} superseded");
        Assert.True(counters.Superseded > 0);
        foreach ((int pool, double reserve) in last)
        {
            RecordedRow row = burst.Last(r => r.PoolId == pools.Describe(pool).PoolId);
            Assert.True(reserve == row.BaseReserve || reserve == row.QuoteReserve);
        }
    }
}
