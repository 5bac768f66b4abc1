using Disruptor;
using Disruptor.Dsl;
using Xunit;

namespace LowLatency.Tests.Disruptor;

/// <summary>Bytes per thread between a warm event and the last one, on both sides of the ring.</summary>
public sealed class AllocationTests
{
    private const int WarmUp = 2_000;
    private const int Events = 20_000;

    [Theory]
    [InlineData("BusySpin")]
    [InlineData("Yielding")]
    [InlineData("Sleeping")]
    [InlineData("Blocking")]
    public async Task Publishing_and_consuming_allocate_nothing(string strategy)
    {
        var (produced, consumed) = await Measure(strategy, _ => { });
        Assert.Equal(0, produced);
        Assert.Equal(0, consumed);
    }

    [Fact]
    public async Task The_measurement_sees_a_handler_that_allocates()
    {
        var (_, consumed) = await Measure("Yielding", s => GC.KeepAlive(s % 100 == 0 ? new byte[8] : null));
        Assert.InRange(consumed, 1, long.MaxValue);
    }

    private static async Task<(long Produced, long Consumed)> Measure(string strategy, Action<long> onEvent)
    {
        using var disruptor = new ValueDisruptor<Tape>(() => default, 64, WaitStrategyTests.Make(strategy));
        var meter = new Meter(onEvent);
        disruptor.HandleEventsWith(meter).Then(new Meter(_ => { }));
        await disruptor.Start().Within();
        long produced = 0;
        await Patience.OnThread(() =>
        {
            var ring = disruptor.RingBuffer;
            Publish(ring, WarmUp);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Publish(ring, Events);
            produced = GC.GetAllocatedBytesForCurrentThread() - before;
        }).Within();
        await disruptor.Shutdown(Patience.Limit).Within();
        return (produced, meter.Bytes);
    }

    /// <summary>Each way to claim, with pauses in which the consumer falls asleep.</summary>
    private static void Publish(ValueRingBuffer<Tape> ring, int count)
    {
        for (var i = 0; i < count; i += 4)
        {
            ring.PublishTape(1);
            using (var scope = ring.PublishEvent())
            {
                scope.Event().Write(scope.Sequence);
            }

            long hi;
            while (!ring.TryNext(2, out hi))
            {
                Thread.Yield();
            }

            ring[hi - 1].Write(hi - 1);
            ring[hi].Write(hi);
            ring.Publish(hi - 1, hi);
            if (i % 1_000 == 0)
            {
                Thread.SpinWait(5_000);
            }
        }
    }

    private sealed class Meter(Action<long> onEvent) : IValueEventHandler<Tape>
    {
        private long _before;

        public long Bytes { get; private set; }

        public void OnEvent(ref Tape data, long sequence, bool endOfBatch)
        {
            onEvent(sequence);
            if (sequence == WarmUp)
            {
                _before = GC.GetAllocatedBytesForCurrentThread();
            }
            else if (sequence > WarmUp)
            {
                Bytes = GC.GetAllocatedBytesForCurrentThread() - _before;
            }
        }
    }
}
