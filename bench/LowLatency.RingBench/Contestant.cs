namespace LowLatency.RingBench;

/// <summary>One way to get an event from one thread to another. Each call makes it anew, checks its result and throws if it is wrong.</summary>
/// <typeparam name="T">The event.</typeparam>
internal abstract class Contestant<T>(string name)
    where T : struct, IEvent<T>
{
    /// <summary>Slots of the rings whose throughput is measured, and capacity of the queues.</summary>
    public const int Capacity = 4_096;

    /// <summary>Slots of the two rings of a ping-pong.</summary>
    public const int PingPongCapacity = 64;

    public string Name => name;

    /// <summary>Nanoseconds for each of <paramref name="events"/> that are published one by one.</summary>
    public abstract double Stream(int events);

    /// <summary>The median of so many round trips, in nanoseconds, the clock's own cost included.</summary>
    public abstract double PingPong(int trips);

    protected void Check(long sum, long events)
    {
        if (sum != events * (events - 1) / 2)
        {
            throw new InvalidOperationException($"{name} lost or invented events: the sum of {events:N0} is {sum}");
        }
    }

    protected static double Median(long[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }
}
