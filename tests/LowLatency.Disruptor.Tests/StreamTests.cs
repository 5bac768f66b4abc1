using Disruptor;
using Disruptor.Dsl;

namespace LowLatency.Disruptor.Tests;

/// <summary>Producers and consumers on threads of their own that stall at random: the ring is now full, now empty.</summary>
[Collection(nameof(Spinning))]
public sealed class StreamTests
{
    [Theory]
    [MemberData(nameof(Cases.Strategies), MemberType = typeof(Cases))]
    public async Task Every_event_arrives_whole_once_and_in_order(string strategy)
    {
        foreach (var kind in new[] { HandlerKind.Value, HandlerKind.Class })
        {
            await Stream(kind, ProducerType.Single, 64, 5_000, Strategy.Make(strategy));
            await Stream(kind, ProducerType.Multi, 64, 5_000, Strategy.Make(strategy));
        }
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task A_slow_consumer_on_a_small_ring_finds_no_slot_overwritten(HandlerKind kind, ProducerType producer)
    {
        for (var size = 1; size <= 16; size *= 2)
        {
            await Stream(kind, producer, size, 2_000, new YieldingWaitStrategy());
        }
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task The_end_of_a_diamond_sees_what_both_sides_have_written(HandlerKind kind, ProducerType producer)
    {
        using var disruptor = TestDisruptor.Make(kind, producer, 8, new YieldingWaitStrategy());
        var wrong = 0;
        var a = new Probe { Event = (ref Tape t, long s, bool _) => t.SeenByA = t.IsWhole(s) ? Tape.Mix(s) : 0 };
        var b = new Probe { Event = (ref Tape t, long s, bool _) => t.SeenByB = t.IsWhole(s) ? ~Tape.Mix(s) : 0 };
        var end = new Probe { Event = (ref Tape t, long s, bool _) => wrong += t.SeenByA == Tape.Mix(s) && t.SeenByB == ~Tape.Mix(s) ? 0 : 1 };
        disruptor.HandleEventsWith(a, b).Then(end);
        await disruptor.Start().Within();
        await Patience.OnThread(() => disruptor.Ring.Publish(5_000)).Within();
        await disruptor.Shutdown(Patience.Limit).Within();
        Assert.Equal(0, wrong);
        Assert.Equal(5_000, end.Count);
    }

    [Theory]
    [InlineData(HandlerKind.Value, 1)]
    [InlineData(HandlerKind.Value, 4)]
    [InlineData(HandlerKind.Value, 64)]
    [InlineData(HandlerKind.Class, 2)]
    [InlineData(HandlerKind.Class, 64)]
    [InlineData(HandlerKind.Batch, 8)]
    public async Task Events_of_many_producers_arrive_in_the_order_of_each(HandlerKind kind, int size)
    {
        const int producers = 3;
        const int each = 3_000;
        using var disruptor = TestDisruptor.Make(kind, ProducerType.Multi, size, new YieldingWaitStrategy());
        var last = new long[producers];
        var wrong = 0;
        var probe = new Probe
        {
            Event = (ref Tape t, long s, bool _) => wrong += t.IsWhole(s) && t.SeenByB == ++last[t.SeenByA] ? 0 : 1,
        };
        disruptor.HandleEventsWith(probe);
        await disruptor.Start().Within();
        await Task.WhenAll(Enumerable.Range(0, producers).Select(p => Patience.OnThread(() => Produce(disruptor.Ring, p, each)))).Within();
        await disruptor.Shutdown(Patience.Limit).Within();
        Assert.Equal(0, wrong);
        Assert.All(last, n => Assert.Equal(each, n));
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task Whoever_sees_an_event_sees_a_cursor_that_has_reached_it(HandlerKind kind, ProducerType producer)
    {
        using var disruptor = TestDisruptor.Make(kind, producer, 64, new YieldingWaitStrategy());
        var behind = 0;
        var probe = new Probe { Event = (ref Tape _, long s, bool _) => behind += disruptor.Ring.Ring.Cursor < s ? 1 : 0 };
        disruptor.HandleEventsWith(probe);
        await disruptor.Start().Within();
        await Patience.OnThread(() =>
        {
            var spin = default(SpinWait);
            for (var i = 0; i < 2_000; i++)
            {
                disruptor.Ring.Publish(1);

                // The consumer shall be there before the event is.
                while (probe.Position.Value < i)
                {
                    spin.SpinOnce(sleep1Threshold: -1);
                }
            }
        }).Within();
        await disruptor.Shutdown(Patience.Limit).Within();
        Assert.Equal(0, behind);
    }

    [Theory]
    [InlineData("Blocking")]
    [InlineData("BlockingSpinWait")]
    [InlineData("TimeoutBlocking")]
    public async Task Two_rings_play_ping_pong(string strategy)
    {
        const int rounds = 1_000;
        using var ping = TestDisruptor.Make(HandlerKind.Value, ProducerType.Multi, 2, Strategy.Make(strategy));
        using var pong = TestDisruptor.Make(HandlerKind.Class, ProducerType.Single, 2, Strategy.Make(strategy));
        using var done = new ManualResetEventSlim();
        ping.HandleEventsWith(new Probe { Event = (ref Tape _, long _, bool _) => pong.Ring.Publish(1) });
        pong.HandleEventsWith(new Probe
        {
            Event = (ref Tape _, long s, bool _) =>
            {
                if (s + 1 < rounds)
                {
                    ping.Ring.Publish(1);
                }
                else
                {
                    done.Set();
                }
            },
        });
        await Task.WhenAll(ping.Start(), pong.Start()).Within();
        ping.Ring.Publish(1);
        done.Await();
        await Task.WhenAll(ping.Shutdown(Patience.Limit), pong.Shutdown(Patience.Limit)).Within();
    }

    private static async Task Stream(HandlerKind kind, ProducerType producer, int size, int events, IWaitStrategy waitStrategy)
    {
        using var disruptor = TestDisruptor.Make(kind, producer, size, waitStrategy);
        var random = new Random(11);
        var expected = 0L;
        string? fault = null;
        disruptor.HandleEventsWith(new Probe
        {
            Event = (ref Tape t, long s, bool _) =>
            {
                Stall(random);
                fault ??= s == expected && t.IsWhole(s) ? null : $"expected {expected}, got {s} with {t.Sequence}";
                expected++;
            },
        });
        await disruptor.Start().Within();
        await Patience.OnThread(() => Produce(disruptor.Ring, 0, events)).Within();
        await disruptor.Shutdown(Patience.Limit).Within();
        Assert.Null(fault);
        Assert.Equal(events, expected);
    }

    /// <summary>Publishes one by one and in ranges; each event names its producer and its number there.</summary>
    private static void Produce(TestRing ring, int producer, int events)
    {
        var random = new Random(producer);
        var published = 0;
        while (published < events)
        {
            var n = Math.Min(events - published, random.Next(8) == 0 ? random.Next(1, ring.Ring.BufferSize + 1) : 1);
            var hi = ring.Ring.Next(n);
            for (var s = hi - n + 1; s <= hi; s++)
            {
                ring[s].Write(s);
                ring[s].SeenByA = producer;
                ring[s].SeenByB = ++published;
            }

            if (n == 1)
            {
                ring.Ring.Publish(hi);
            }
            else
            {
                ring.Ring.Publish(hi - n + 1, hi);
            }

            Stall(random);
        }
    }

    private static void Stall(Random random)
    {
        if (random.Next(1_000) == 0)
        {
            Thread.SpinWait(random.Next(3_000));
        }
    }
}
