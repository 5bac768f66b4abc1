using Disruptor;
using Disruptor.Dsl;
using Xunit;

namespace LowLatency.Tests.Disruptor;

/// <summary>One producer and one consumer, both of which stall at random: the ring is now full, now empty.</summary>
public sealed class WaitStrategyTests
{
    private const int Events = 200_000;

    public static IWaitStrategy Make(string name) => name switch
    {
        "BusySpin" => new BusySpinWaitStrategy(),
        "Yielding" => new YieldingWaitStrategy(),
        "Sleeping" => new SleepingWaitStrategy(),
        "Blocking" => new BlockingWaitStrategy(),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
    };

    [Theory]
    [InlineData("BusySpin", 64)]
    [InlineData("Yielding", 64)]
    [InlineData("Sleeping", 64)]
    [InlineData("Blocking", 64)]
    public Task Every_event_arrives_whole_once_and_in_order(string strategy, int size) => Run(strategy, size, Events);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(16)]
    public Task A_slow_consumer_on_a_small_ring_finds_no_slot_overwritten(int size) => Run("Yielding", size, 10_000);

    [Fact]
    public async Task No_wake_up_is_lost_when_two_blocking_rings_play_ping_pong()
    {
        const int rounds = 2_000;
        using var ping = new ValueDisruptor<Tape>(() => default, 2, new BlockingWaitStrategy());
        using var pong = new ValueDisruptor<Tape>(() => default, 2, new BlockingWaitStrategy());
        using var done = new ManualResetEventSlim();
        ping.HandleEventsWith(new Probe { Event = (ref Tape _, long _, bool _) => pong.RingBuffer.PublishTape(1) });
        pong.HandleEventsWith(new Probe
        {
            Event = (ref Tape _, long s, bool _) =>
            {
                if (s + 1 < rounds)
                {
                    ping.RingBuffer.PublishTape(1);
                }
                else
                {
                    done.Set();
                }
            },
        });
        await Task.WhenAll(ping.Start(), pong.Start()).Within();
        ping.RingBuffer.PublishTape(1);
        Assert.True(done.Wait(Patience.Limit, TestContext.Current.CancellationToken));
        await Task.WhenAll(ping.Shutdown(), pong.Shutdown()).Within();
    }

    [Theory]
    [InlineData("BusySpin")]
    [InlineData("Yielding")]
    [InlineData("Sleeping")]
    [InlineData("Blocking")]
    public async Task An_idle_handler_halts(string strategy)
    {
        using var disruptor = new ValueDisruptor<Tape>(() => default, 4, Make(strategy));
        disruptor.HandleEventsWith(new Probe()).Then(new Probe());
        await disruptor.Start().Within();
        await disruptor.Halt().Within();
    }

    private static async Task Run(string strategy, int size, int events)
    {
        using var disruptor = new ValueDisruptor<Tape>(() => default, size, Make(strategy));
        var checker = new Checker();
        disruptor.HandleEventsWith(checker);
        await disruptor.Start().Within();
        await Patience.OnThread(() =>
        {
            var random = new Random(7);
            var ring = disruptor.RingBuffer;
            for (var left = events; left > 0;)
            {
                var n = Math.Min(left, random.Next(8) == 0 ? random.Next(1, size + 1) : 1);
                var hi = ring.Next(n);
                for (var s = hi - n + 1; s <= hi; s++)
                {
                    ring[s].Write(s);
                }

                ring.Publish(hi - n + 1, hi);
                left -= n;
                Stall(random);
            }
        }).Within();
        await disruptor.Shutdown(Patience.Limit).Within();
        Assert.Null(checker.FirstFault);
        Assert.Equal(events, checker.Expected);
    }

    private static void Stall(Random random)
    {
        if (random.Next(1_000) == 0)
        {
            Thread.SpinWait(random.Next(3_000));
        }
    }

    private sealed class Checker : IValueEventHandler<Tape>
    {
        private readonly Random _random = new(11);

        public long Expected { get; private set; }

        public string? FirstFault { get; private set; }

        public void OnEvent(ref Tape data, long sequence, bool endOfBatch)
        {
            Stall(_random);
            if (sequence != Expected || !data.IsWhole(sequence))
            {
                FirstFault ??= $"expected {Expected}, got {sequence} with {data.Sequence}";
            }

            Expected++;
        }
    }
}
