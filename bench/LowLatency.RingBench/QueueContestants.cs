using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using LowLatency.Bench;

namespace LowLatency.RingBench;

/// <summary>A queue that two pinned threads poll.</summary>
internal abstract class PolledQueue<T>(string name) : Contestant<T>(name)
    where T : struct, IEvent<T>
{
    public override double Stream(int events)
    {
        (Func<T, bool> tryWrite, TryRead tryRead) = Make(Capacity);
        long sum = 0;
        TimeSpan time = Cores.Race(
            () =>
            {
                T e = default;
                for (long i = 0; i < events; i++)
                {
                    T.Number(ref e) = i;
                    while (!tryWrite(e))
                    {
                        Thread.SpinWait(1);
                    }
                }
            },
            () =>
            {
                for (int i = 0; i < events; i++)
                {
                    T e;
                    while (!tryRead(out e))
                    {
                        Thread.SpinWait(1);
                    }

                    sum += T.Number(ref e);
                }
            });
        Check(sum, events);
        return time.TotalNanoseconds / events;
    }

    public override double PingPong(int trips)
    {
        (Func<T, bool> tryWrite, TryRead tryRead) there = Make(PingPongCapacity);
        (Func<T, bool> tryWrite, TryRead tryRead) back = Make(PingPongCapacity);
        long[] times = new long[trips];
        Cores.Race(
            () =>
            {
                T e = default;
                for (int i = 0; i < trips; i++)
                {
                    long sent = Stopwatch.GetTimestamp();
                    T.Number(ref e) = i;
                    there.tryWrite(e);
                    while (!back.tryRead(out e))
                    {
                        Thread.SpinWait(1);
                    }

                    times[T.Number(ref e)] = Stopwatch.GetTimestamp() - sent;
                }
            },
            () =>
            {
                for (int i = 0; i < trips; i++)
                {
                    T e;
                    while (!there.tryRead(out e))
                    {
                        Thread.SpinWait(1);
                    }

                    back.tryWrite(e);
                }
            });
        return Median(times);
    }

    protected delegate bool TryRead(out T e);

    protected abstract (Func<T, bool> TryWrite, TryRead TryRead) Make(int capacity);
}

/// <summary>A bounded channel whose ends poll, told or not that there is one of each.</summary>
internal sealed class PolledChannel<T>(bool single) : PolledQueue<T>(single ? "Channel, polled, one reader and writer" : "Channel, polled")
    where T : struct, IEvent<T>
{
    protected override (Func<T, bool> TryWrite, TryRead TryRead) Make(int capacity)
    {
        Channel<T> channel = Channel.CreateBounded<T>(new BoundedChannelOptions(capacity) { SingleReader = single, SingleWriter = single });
        return (channel.Writer.TryWrite, channel.Reader.TryRead);
    }
}

/// <summary>A bounded channel used as its documentation shows: awaited at both ends.</summary>
internal sealed class AwaitedChannel<T>() : Contestant<T>("Channel, awaited")
    where T : struct, IEvent<T>
{
    public override double Stream(int events)
    {
        Channel<T> channel = Make(Capacity);
        long sum = 0;
        TimeSpan time = Cores.Race(
            () => Write().GetAwaiter().GetResult(),
            () => Read().GetAwaiter().GetResult());
        Check(sum, events);
        return time.TotalNanoseconds / events;

        async Task Write()
        {
            T e = default;
            for (long i = 0; i < events; i++)
            {
                T.Number(ref e) = i;
                await channel.Writer.WriteAsync(e).ConfigureAwait(false);
            }

            channel.Writer.Complete();
        }

        async Task Read()
        {
            await foreach (T e in channel.Reader.ReadAllAsync().ConfigureAwait(false))
            {
                T copy = e;
                sum += T.Number(ref copy);
            }
        }
    }

    public override double PingPong(int trips) => throw new NotSupportedException("its two ends run on one thread of the pool: no hop");

    private static Channel<T> Make(int capacity) =>
        Channel.CreateBounded<T>(new BoundedChannelOptions(capacity) { SingleReader = true, SingleWriter = true });
}

/// <summary>A bounded blocking collection, added to and taken from.</summary>
internal sealed class Collection<T>() : Contestant<T>("BlockingCollection")
    where T : struct, IEvent<T>
{
    public override double Stream(int events)
    {
        using BlockingCollection<T> queue = new(Capacity);
        long sum = 0;
        TimeSpan time = Cores.Race(
            () =>
            {
                T e = default;
                for (long i = 0; i < events; i++)
                {
                    T.Number(ref e) = i;
                    queue.Add(e);
                }
            },
            () =>
            {
                for (int i = 0; i < events; i++)
                {
                    T e = queue.Take();
                    sum += T.Number(ref e);
                }
            });
        Check(sum, events);
        return time.TotalNanoseconds / events;
    }

    public override double PingPong(int trips) => throw new NotSupportedException("nobody sleeps in a ping-pong");
}
