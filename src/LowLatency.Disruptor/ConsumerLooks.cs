using System.Diagnostics;

namespace Disruptor;

/// <summary>
/// What one consumer knows of what is published, and when it may look again at the line that its producer writes. For the
/// consumer's thread. Mutable: to be kept in a field.
/// </summary>
/// <remarks>
/// Each look takes the line away from the producer, whose next publication has to fetch it back. A consumer that is as fast as
/// its producer would look after every event or two, and both would spend their time on that line: tens to hundreds of
/// nanoseconds for each event. So once it has found events a few times in a row without waiting, it looks no more often than
/// keeps the looks at a small share of the time, measured by what they cost; meanwhile the producer runs, and the next look
/// finds a batch. A consumer that had to wait for its event is never held up, and one whose handler takes longer than the
/// space between looks anyway does not notice.
/// </remarks>
internal struct ConsumerLooks
{
    /// <summary>Looks in a row that find something before the next one may be put off.</summary>
    private const int PromptLooks = 4;

    /// <summary>A look may take one part in so many of the time.</summary>
    private const int CostFactor = 8;

    /// <summary>What takes longer was an interruption, not a look.</summary>
    private static readonly long _maxCost = Stopwatch.Frequency / 2_000_000;

    private long _notBefore;
    private int _streak;

    /// <summary>Starts with nothing known.</summary>
    public ConsumerLooks()
    {
    }

    /// <summary>The highest sequence known to be published.</summary>
    public long Seen { get; private set; } = Sequence.InitialCursorValue;

    /// <summary>Whether the next look is one of a dense stream: to be made by <see cref="LookAt"/>.</summary>
    public readonly bool IsDense => _streak >= PromptLooks;

    /// <summary>Looks at a sequence, when it is time to.</summary>
    public long LookAt(DependentSequenceGroup dependentSequences)
    {
        long before;
        while ((before = Stopwatch.GetTimestamp()) < _notBefore)
        {
            CacheLine.Pause();
        }

        var value = dependentSequences.Value;
        var after = Stopwatch.GetTimestamp();
        _notBefore = after + (CostFactor * Math.Min(after - before, _maxCost));
        return value;
    }

    /// <summary>Learns what a look has found.</summary>
    /// <param name="next">The first sequence looked for.</param>
    /// <param name="published">The highest published one.</param>
    public void Found(long next, long published)
    {
        Seen = published;
        _streak = published >= next ? Math.Min(_streak + 1, PromptLooks) : 0;
    }
}
