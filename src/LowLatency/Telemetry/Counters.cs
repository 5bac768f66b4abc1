using System.Text;
using LowLatency.Feed;
using LowLatency.Pools;

namespace LowLatency.Telemetry;

/// <summary>
/// What the feed's side has seen. Written by the feed's one logical thread only; other threads may read: a figure can be
/// one message old, never torn.
/// </summary>
public sealed class FeedCounters
{
    /// <summary>Bytes of a rejected message that are kept as a sample.</summary>
    public const int SampleBytes = 160;

    private readonly long[] _rejected = new long[RejectReasons.Count];
    private readonly string?[] _samples = new string?[RejectReasons.Count];
    private long _received;
    private long _published;
    private long _control;
    private long _ringWaits;
    private long _ringWaitTicks;
    private long _longestRingWaitTicks;
    private long _superseded;

    /// <summary>Messages received.</summary>
    public long Received => Volatile.Read(ref _received);

    /// <summary>Updates published into the ring.</summary>
    public long Published => Volatile.Read(ref _published);

    /// <summary>Messages that only keep the feed's own protocol going (Socket.IO's opening, pings).</summary>
    public long Control => Volatile.Read(ref _control);

    /// <summary>Times that the feed waited for room in the ring.</summary>
    public long RingWaits => Volatile.Read(ref _ringWaits);

    /// <summary>Stopwatch ticks that it waited, in all.</summary>
    public long RingWaitTicks => Volatile.Read(ref _ringWaitTicks);

    /// <summary>Stopwatch ticks of the longest wait.</summary>
    public long LongestRingWaitTicks => Volatile.Read(ref _longestRingWaitTicks);

    /// <summary>Rows that a later one of their pool replaced while they waited for room.</summary>
    public long Superseded => Volatile.Read(ref _superseded);

    /// <summary>Messages rejected for <paramref name="reason"/>.</summary>
    public long Rejected(RejectReason reason) => Volatile.Read(ref _rejected[(int)reason]);

    /// <summary>The start of the first message that was rejected for <paramref name="reason"/>, or null.</summary>
    public string? Sample(RejectReason reason) => Volatile.Read(ref _samples[(int)reason]);

    internal void CountReceived() => Volatile.Write(ref _received, _received + 1);

    internal void CountPublished() => Volatile.Write(ref _published, _published + 1);

    internal void CountControl() => Volatile.Write(ref _control, _control + 1);

    internal void CountSuperseded() => Volatile.Write(ref _superseded, _superseded + 1);

    internal void CountRingWait(long ticks)
    {
        Volatile.Write(ref _ringWaits, _ringWaits + 1);
        Volatile.Write(ref _ringWaitTicks, _ringWaitTicks + ticks);
        Volatile.Write(ref _longestRingWaitTicks, Math.Max(_longestRingWaitTicks, ticks));
    }

    internal void CountRejected(RejectReason reason, ReadOnlySpan<byte> message)
    {
        ref long count = ref _rejected[(int)reason];
        if (count == 0)
        {
            Volatile.Write(ref _samples[(int)reason], Encoding.UTF8.GetString(message[..Math.Min(message.Length, SampleBytes)]));
        }

        Volatile.Write(ref count, count + 1);
    }
}

/// <summary>What the business thread has done. One writer; other threads may read a figure that is one event old.</summary>
public sealed class BusinessCounters
{
    private readonly long[] _byQuality = new long[Qualities.Count];
    private long _warming;
    private long _predicted;
    private long _feedGaps;

    /// <summary>Observations of pools with too few of them for a prediction.</summary>
    public long Warming => Volatile.Read(ref _warming);

    /// <summary>Observations that reached the models.</summary>
    public long Predicted => Volatile.Read(ref _predicted);

    /// <summary>Interruptions of the feed, told or found by the time between rows.</summary>
    public long FeedGaps => Volatile.Read(ref _feedGaps);

    /// <summary>Rows of <paramref name="quality"/>.</summary>
    public long ByQuality(Quality quality) => Volatile.Read(ref _byQuality[(int)quality]);

    internal void CountQuality(Quality quality) => Volatile.Write(ref _byQuality[(int)quality], _byQuality[(int)quality] + 1);

    internal void CountWarming() => Volatile.Write(ref _warming, _warming + 1);

    internal void CountPredicted() => Volatile.Write(ref _predicted, _predicted + 1);

    internal void CountFeedGap() => Volatile.Write(ref _feedGaps, _feedGaps + 1);
}
