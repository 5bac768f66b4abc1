using System.Diagnostics;
using Disruptor;
using Disruptor.Dsl;
using LowLatency.Feed;

namespace LowLatency.FeedBench;

/// <summary>What is published of a message.</summary>
internal struct Decoded
{
    public long Number;
    public long Sum;
}

/// <summary>One logical thread. Decodes what is delivered and adds it up; with a schedule it also publishes each message and notes how late that is.</summary>
internal sealed class Sink<T>(T format, int expected, Action begin, Schedule? schedule = null) : IFeedSink
    where T : IFormat
{
    private readonly int _warmUp = expected / 10;
    private readonly ValueRingBuffer<Decoded> _ring = NewRing();

    public long Sum { get; private set; }

    public int Count { get; private set; }

    /// <summary>When the last one was decoded.</summary>
    public long Ended { get; private set; }

    /// <summary>The process's CPU time then.</summary>
    public long EndedCpu { get; private set; }

    public Allocations Allocations { get; } = new();

    /// <summary>A ring that nobody reads: what publishing costs, and nothing of what comes after.</summary>
    public static ValueRingBuffer<Decoded> NewRing() =>
        new ValueDisruptor<Decoded>(static () => default, 4_096, TaskScheduler.Default, ProducerType.Single, new BusySpinWaitStrategy()).RingBuffer;

    public void OnMessage(ReadOnlySpan<byte> payload, bool isText, long receivedTimestamp)
    {
        long one = format.Ours(payload);
        Sum = unchecked(Sum + one);
        if (schedule is not null)
        {
            long decoded = Stopwatch.GetTimestamp();
            Publish(_ring, Count, one);
            schedule.Note(Count, decoded - receivedTimestamp);
        }

        if (++Count == expected)
        {
            Ended = Stopwatch.GetTimestamp();
            EndedCpu = CpuClock.Process;
        }
    }

    public static void Publish(ValueRingBuffer<Decoded> ring, long number, long sum)
    {
        long sequence = ring.Next();
        ref Decoded slot = ref ring[sequence];
        slot.Number = number;
        slot.Sum = sum;
        ring.Publish(sequence);
    }

    public void OnBatchEnd()
    {
        if (Count >= _warmUp)
        {
            Allocations.Look();
        }
    }

    public void OnConnected(IFeedSender sender) => begin();

    public void OnInterrupted() => throw new InvalidOperationException("the benchmark's connection was lost");
}
