using System.Diagnostics;

namespace LowLatency.FeedBench;

/// <summary>
/// An open loop: when each message is due, whether or not the ones before have been answered. The sender writes
/// <see cref="Start"/> before its first byte; the receiver notes against the planned time.
/// </summary>
internal sealed class Schedule(int messages, int perSecond)
{
    private readonly long[] _late = new long[messages];
    private readonly long[] _decode = new long[messages];
    private readonly long[] _sent = new long[messages];
    private long _start;

    public int Messages => messages;

    public long Planned(int i) => Volatile.Read(ref _start) + ((long)i * Stopwatch.Frequency / perSecond);

    public void Start() => Volatile.Write(ref _start, Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 1_000));

    /// <summary>Waits for a message's time, and notes how late even the sender is.</summary>
    public void Await(int i)
    {
        long planned = Planned(i);
        long now;
        while ((now = Stopwatch.GetTimestamp()) < planned)
        {
        }

        _sent[i] = now - planned;
    }

    /// <summary>The message is published.</summary>
    public void Note(int i, long decode)
    {
        _late[i] = Stopwatch.GetTimestamp() - Planned(i);
        _decode[i] = decode;
    }

    /// <summary>Nanoseconds; call once for all, after the end.</summary>
    public Lateness Read() => new(At(_late, .5), At(_late, .99), At(_decode, .5), At(_sent, .5), At(_sent, .99));

    private double At(long[] values, double share)
    {
        long[] sorted = [.. values.Skip(messages / 10).Order()];
        return sorted[(int)(sorted.Length * share)] * 1e9 / Stopwatch.Frequency;
    }
}

/// <summary>Planned time to published event, receive-return to decoded event, and the sender's own lateness, in nanoseconds.</summary>
internal readonly record struct Lateness(double P50, double P99, double DecodeP50, double SenderP50, double SenderP99);
