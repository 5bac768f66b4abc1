using Disruptor;
using Disruptor.Dsl;
using LowLatency.Bench;

namespace LowLatency.RingBench;

/// <summary>Three handlers in a chain on two cores: a thread for each, or fused on one.</summary>
internal static class ThreeStages
{
    /// <summary>Nanoseconds for each event.</summary>
    public static double Stream(int events, bool fused)
    {
        using ValueDisruptor<Event56> disruptor = new(
            static () => default, Contestant<Event56>.Capacity, TaskScheduler.Default, ProducerType.Single, new YieldingWaitStrategy());
        Adding last = new(events);
        disruptor.HandleEventsWith(new Adding(events)).Then(new Adding(events)).Then(last);
        (fused ? disruptor.StartFused() : disruptor.Start()).Wait();
        TimeSpan time = Cores.Race(() => Publish(disruptor.RingBuffer, events), last.Done.Wait);
        disruptor.Halt().Wait();
        return last.Sum == (events * (long)(events - 1) / 2) + (2L * events)
            ? time.TotalNanoseconds / events
            : throw new InvalidOperationException("a stage was skipped");
    }

    private static void Publish(ValueRingBuffer<Event56> ring, int events)
    {
        for (int i = 0; i < events; i++)
        {
            long sequence = ring.Next();
            Event56.Number(ref ring[sequence]) = i;
            ring.Publish(sequence);
        }
    }

    /// <summary>Sums the numbers as it finds them, and adds one for the next stage.</summary>
    private sealed class Adding(int events) : IValueEventHandler<Event56>
    {
        public ManualResetEventSlim Done { get; } = new();

        public long Sum { get; private set; }

        public void OnEvent(ref Event56 data, long sequence, bool endOfBatch)
        {
            Sum += Event56.Number(ref data)++;
            if (sequence == events - 1)
            {
                Done.Set();
            }
        }
    }
}
