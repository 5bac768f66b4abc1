using System.Diagnostics;
using Disruptor;
using Disruptor.Dsl;
using LowLatency.Bench;

namespace LowLatency.RingBench;

/// <summary>
/// The ring: one producer, handlers that spin. Uses what our ring, Disruptor-net 6 and 7 have alike, so that the build can make
/// the same contestant of the package (see the project file).
/// </summary>
internal sealed class RingContestant<T>() : Contestant<T>(typeof(ValueDisruptor<T>).Assembly.GetName().Name!)
    where T : struct, IEvent<T>
{
    /// <summary>Bytes that the two threads allocated over the events of the last stream, after the first tenth of it.</summary>
    public long AllocatedBytes { get; private set; }

    public override double Stream(int events)
    {
        ValueDisruptor<T> disruptor = Make(Capacity);
        Summing handler = new(events);
        disruptor.HandleEventsWith(handler);
        _ = disruptor.Start();
        handler.Started.Wait();
        long producerBytes = 0;
        TimeSpan time = Cores.Race(
            () => producerBytes = Publish(disruptor.RingBuffer, events),
            handler.Done.Wait);
        disruptor.Halt();
        handler.Ended.Wait();
        Check(handler.Sum, events);
        AllocatedBytes = producerBytes + handler.Bytes;
        return time.TotalNanoseconds / events;
    }

    public override double PingPong(int trips)
    {
        ValueDisruptor<T> there = Make(PingPongCapacity);
        ValueDisruptor<T> back = Make(PingPongCapacity);
        Ponging pong = new(back.RingBuffer);
        Pinging ping = new(there.RingBuffer, trips);
        there.HandleEventsWith(pong);
        back.HandleEventsWith(ping);
        _ = there.Start();
        pong.Started.Wait();
        _ = back.Start();
        ping.Done.Wait();
        there.Halt();
        back.Halt();
        pong.Ended.Wait();
        ping.Ended.Wait();
        return Median(ping.Times);
    }

    private static ValueDisruptor<T> Make(int size) =>
        new(static () => default, size, TaskScheduler.Default, ProducerType.Single, new BusySpinWaitStrategy());

    private static long Publish(ValueRingBuffer<T> ring, int events)
    {
        // In portions: a loop that is entered once is compiled in the middle of its run.
        const int Portion = 1_000;
        long warm = 0;
        for (int i = 0; i < events; i += Portion)
        {
            warm = i <= events / 10 ? GC.GetAllocatedBytesForCurrentThread() : warm;
            PublishPortion(ring, i, Math.Min(events, i + Portion));
        }

        return GC.GetAllocatedBytesForCurrentThread() - warm;
    }

    private static void PublishPortion(ValueRingBuffer<T> ring, long from, long to)
    {
        for (long i = from; i < to; i++)
        {
            long sequence = ring.Next();
            T.Number(ref ring[sequence]) = i;
            ring.Publish(sequence);
        }
    }

    private abstract class Pinned(int which)
    {
        public ManualResetEventSlim Started { get; } = new();

        public ManualResetEventSlim Done { get; } = new();

        public ManualResetEventSlim Ended { get; } = new();

        public virtual void OnStart()
        {
            Cores.Pin(which);
            Started.Set();
        }

        public void OnShutdown() => Ended.Set();
    }

    private sealed class Summing(int events) : Pinned(1), IValueEventHandler<T>
    {
        private long _warm;

        public long Sum { get; private set; }

        public long Bytes { get; private set; }

        public void OnEvent(ref T data, long sequence, bool endOfBatch)
        {
            Sum += T.Number(ref data);
            if (sequence == events / 10)
            {
                _warm = GC.GetAllocatedBytesForCurrentThread();
            }
            else if (sequence == events - 1)
            {
                Bytes = GC.GetAllocatedBytesForCurrentThread() - _warm;
                Done.Set();
            }
        }
    }

    private sealed class Ponging(ValueRingBuffer<T> ring) : Pinned(1), IValueEventHandler<T>
    {
        public void OnEvent(ref T data, long sequence, bool endOfBatch)
        {
            long answer = ring.Next();
            T.Number(ref ring[answer]) = T.Number(ref data);
            ring.Publish(answer);
        }
    }

    private sealed class Pinging(ValueRingBuffer<T> ring, int trips) : Pinned(0), IValueEventHandler<T>
    {
        private long _sent;

        public long[] Times { get; } = new long[trips];

        public override void OnStart()
        {
            base.OnStart();
            Send(0);
        }

        public void OnEvent(ref T data, long sequence, bool endOfBatch)
        {
            long trip = T.Number(ref data);
            Times[trip] = Stopwatch.GetTimestamp() - _sent;
            if (trip + 1 < trips)
            {
                Send(trip + 1);
            }
            else
            {
                Done.Set();
            }
        }

        private void Send(long trip)
        {
            _sent = Stopwatch.GetTimestamp();
            long sequence = ring.Next();
            T.Number(ref ring[sequence]) = trip;
            ring.Publish(sequence);
        }
    }
}
