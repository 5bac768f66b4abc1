using BenchmarkDotNet.Attributes;
using Disruptor;
using Disruptor.Dsl;

namespace LowLatency.RingBench;

/// <summary>
/// What the producer's calls cost on one thread, with nobody behind the ring: a lap of single events, in each way there is to
/// publish one. Models the time a feed spends on the ring for a message, without the traffic between cores.
/// </summary>
[MemoryDiagnoser]
[ShortRunJob]
public class RingCosts
{
    private const int Lap = 1_024;

    private readonly ValueRingBuffer<Event56> _single = ValueRingBuffer<Event56>.CreateSingleProducer(static () => default, Lap, new BusySpinWaitStrategy());
    private readonly ValueRingBuffer<Event56> _blocking = ValueRingBuffer<Event56>.CreateSingleProducer(static () => default, Lap, new BlockingWaitStrategy());
    private readonly ValueRingBuffer<Event56> _multi = ValueRingBuffer<Event56>.CreateMultiProducer(static () => default, Lap, new BusySpinWaitStrategy());
    private readonly RingBuffer<Box> _objects = RingBuffer<Box>.CreateSingleProducer(static () => new Box(), Lap, new BusySpinWaitStrategy());

    [Benchmark(Baseline = true, OperationsPerInvoke = Lap)]
    public long ClaimAndPublish() => Publish(_single);

    [Benchmark(OperationsPerInvoke = Lap)]
    public long ToBlockingHandlers() => Publish(_blocking);

    [Benchmark(OperationsPerInvoke = Lap)]
    public long ManyProducers() => Publish(_multi);

    [Benchmark(OperationsPerInvoke = Lap)]
    public long Scope()
    {
        for (int i = 0; i < Lap; i++)
        {
            using ValueRingBuffer<Event56>.UnpublishedEventScope scope = _single.PublishEvent();
            Event56.Number(ref scope.Event()) = i;
        }

        return _single.Cursor;
    }

    [Benchmark(OperationsPerInvoke = Lap)]
    public long TryClaim()
    {
        for (int i = 0; i < Lap; i++)
        {
            if (_single.TryNext(out long sequence))
            {
                Event56.Number(ref _single[sequence]) = i;
                _single.Publish(sequence);
            }
        }

        return _single.Cursor;
    }

    [Benchmark(OperationsPerInvoke = Lap)]
    public long InRangesOf16()
    {
        const int Range = 16;
        for (int i = 0; i < Lap; i += Range)
        {
            long hi = _single.Next(Range);
            for (long s = hi - Range + 1; s <= hi; s++)
            {
                Event56.Number(ref _single[s]) = s;
            }

            _single.Publish(hi - Range + 1, hi);
        }

        return _single.Cursor;
    }

    [Benchmark(OperationsPerInvoke = Lap)]
    public long Objects()
    {
        for (int i = 0; i < Lap; i++)
        {
            long sequence = _objects.Next();
            _objects[sequence].Number = i;
            _objects.Publish(sequence);
        }

        return _objects.Cursor;
    }

    private static long Publish(ValueRingBuffer<Event56> ring)
    {
        for (int i = 0; i < Lap; i++)
        {
            long sequence = ring.Next();
            Event56.Number(ref ring[sequence]) = i;
            ring.Publish(sequence);
        }

        return ring.Cursor;
    }

    private sealed class Box
    {
        public long Number { get; set; }
    }
}
