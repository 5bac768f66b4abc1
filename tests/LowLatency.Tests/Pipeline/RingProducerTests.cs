using CsCheck;
using Disruptor;
using LowLatency.Pipeline;
using LowLatency.Pools;
using LowLatency.Telemetry;

namespace LowLatency.Tests.Pipeline;

/// <summary>What the feed does while the ring is full.</summary>
public sealed class RingProducerTests
{
    private const int Pools = 8;

    [Fact]
    public async Task A_feed_that_waits_loses_nothing_and_says_how_long_it_waited()
    {
        (RingProducer producer, Consumer consumer, FeedCounters counters) = Make(FullRingPolicy.Wait, 4);
        for (int i = 0; i < 4; i++)
        {
            producer.Publish(Row(i, i), 0, 0);
        }

        using ManualResetEventSlim begun = new();
        Task publishing = Task.Run(
            () =>
            {
                begun.Set();
                for (int i = 4; i < 100; i++)
                {
                    producer.Publish(Row(i % Pools, i), 0, 0);
                }
            },
            TestContext.Current.CancellationToken);
        begun.Wait(TestContext.Current.CancellationToken);
        Assert.False(SpinWait.SpinUntil(() => publishing.IsCompleted, 50));
        while (!publishing.IsCompleted || consumer.Seen.Count < 100)
        {
            consumer.Take(1);
        }

        await publishing;
        Assert.Equal(Enumerable.Range(0, 100).Select(static i => (i % Pools, (long)i)), consumer.Seen);
        Assert.Equal(0, producer.Backlog);
        Assert.True(counters.RingWaits > 0);
        Assert.InRange(counters.LongestRingWaitTicks, 1, counters.RingWaitTicks);
        Assert.Equal(100, counters.Published);
    }

    [Fact]
    public void A_row_that_waits_is_superseded_by_a_later_one_of_its_pool()
    {
        (RingProducer producer, Consumer consumer, FeedCounters counters) = Make(FullRingPolicy.DropSuperseded, 2);
        foreach ((int pool, long id) in new[] { (0, 1L), (1, 2L), (2, 3L), (3, 4L), (2, 5L), (0, 6L), (2, 7L) })
        {
            producer.Publish(Row(pool, id), 0, 0);
        }

        Assert.Equal(3, producer.Backlog);
        Assert.Equal(2, counters.Superseded);
        consumer.Take(2);
        producer.Drain();
        consumer.Take(2);
        producer.Drain();
        consumer.Take(2);
        Assert.Equal([(0, 1), (1, 2), (2, 7), (3, 4), (0, 6)], consumer.Seen);
        Assert.Equal(0, producer.Backlog);
        Assert.Equal(0, counters.RingWaits);
    }

    [Fact]
    public async Task A_gap_comes_behind_the_rows_that_waited()
    {
        (RingProducer producer, Consumer consumer, _) = Make(FullRingPolicy.DropSuperseded, 2);
        for (int i = 0; i < 5; i++)
        {
            producer.Publish(Row(i, i), 0, 0);
        }

        Task gap = Task.Run(producer.PublishGap, TestContext.Current.CancellationToken);
        while (!gap.IsCompleted)
        {
            consumer.Take(1);
        }

        await gap;
        consumer.Take(2);
        Assert.Equal([(0, 0), (1, 1), (2, 2), (3, 3), (4, 4), Consumer.Gap], consumer.Seen);
    }

    /// <summary>A twin that has a list and no circles: what is seen is the last of each pool, in the order in which pools came.</summary>
    [Fact]
    public void Whatever_comes_and_goes_no_pool_loses_its_last_row() =>
        Gen.Int[-4, Pools - 1].Array[0, 300].Sample(tape =>
        {
            (RingProducer producer, Consumer consumer, FeedCounters counters) = Make(FullRingPolicy.DropSuperseded, 4);
            List<(int Pool, long Id)> waiting = [];
            List<(int Pool, long Id)> expected = [];
            int inRing = 0;
            long superseded = 0;
            for (int i = 0; i < tape.Length; i++)
            {
                if (tape[i] < 0)
                {
                    int taken = consumer.Take(-tape[i]);
                    inRing -= taken;
                    producer.Drain();
                }
                else
                {
                    int at = waiting.FindIndex(w => w.Pool == tape[i]);
                    superseded += at >= 0 ? 1 : 0;
                    if (at >= 0)
                    {
                        waiting[at] = (tape[i], i);
                    }
                    else
                    {
                        waiting.Add((tape[i], i));
                    }

                    producer.Publish(Row(tape[i], i), 0, 0);
                }

                while (waiting.Count > 0 && inRing < 4)
                {
                    expected.Add(waiting[0]);
                    waiting.RemoveAt(0);
                    inRing++;
                }

                Assert.Equal(waiting.Count, producer.Backlog);
            }

            while (producer.Backlog > 0 || consumer.Take(4) > 0)
            {
                consumer.Take(4);
                producer.Drain();
            }

            Assert.Equal([.. expected, .. waiting], consumer.Seen);
            Assert.Equal(superseded, counters.Superseded);
        });

    private static PoolUpdate Row(int pool, long id) => new() { Pool = pool, SourceId = id };

    private static (RingProducer Producer, Consumer Consumer, FeedCounters Counters) Make(FullRingPolicy policy, int size)
    {
        ValueRingBuffer<PipelineEvent> ring = ValueRingBuffer<PipelineEvent>.CreateSingleProducer(static () => default, size, new YieldingWaitStrategy());
        FeedCounters counters = new();
        return (new RingProducer(ring, counters, policy, Pools), new Consumer(ring), counters);
    }

    private sealed class Consumer
    {
        public static readonly (int Pool, long Id) Gap = (-1, -1);

        private readonly ValueEventPoller<PipelineEvent> _poller;

        public Consumer(ValueRingBuffer<PipelineEvent> ring)
        {
            _poller = ring.NewPoller();
            ring.AddGatingSequences(_poller.Sequence);
        }

        public List<(int Pool, long Id)> Seen { get; } = [];

        /// <summary>Takes so many events, or as many as there are.</summary>
        public int Take(int count)
        {
            int before = Seen.Count;
            int left = count;
            while (left > 0 && _poller.Poll((ref PipelineEvent e, long _, bool _) =>
            {
                Seen.Add(e.Kind == EventKind.FeedGap ? Gap : (e.Update.Pool, e.Update.SourceId));
                return --left > 0;
            }) == EventPoller.PollState.Processing)
            {
            }

            return Seen.Count - before;
        }
    }
}
