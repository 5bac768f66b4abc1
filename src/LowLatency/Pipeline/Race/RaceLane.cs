using LowLatency.Feed;
using LowLatency.Pools;
using LowLatency.Telemetry;

namespace LowLatency.Pipeline.Race;

/// <summary>
/// One endpoint's part in a race. Its figures may be read by any thread; everything else only under the race's lock, which
/// <see cref="Sink"/> takes.
/// </summary>
public sealed class RaceLane
{
    private readonly FeedRace _race;
    private readonly int _endpoint;
    private bool _isLiving;

    internal RaceLane(FeedRace race, int endpoint)
    {
        _race = race;
        _endpoint = endpoint;
    }

    /// <summary>What came of this endpoint's messages.</summary>
    public RaceCounters Counters { get; } = new();

    /// <summary>What takes the messages of this endpoint's connection.</summary>
    public RacedSink Sink { get; internal set; } = null!;

    /// <summary>Whether its connection is open.</summary>
    public bool IsLiving => Volatile.Read(ref _isLiving);

    /// <summary>Whether no other connection of it will come.</summary>
    internal bool IsEnded { get; set; }

    internal void Connect()
    {
        _race.Seen.Reconnect(_endpoint);
        Volatile.Write(ref _isLiving, true);
    }

    /// <summary>This connection is lost; true where it was the last, which interrupts the feed.</summary>
    internal bool Interrupts()
    {
        Volatile.Write(ref _isLiving, false);
        if (_race.HasLiving)
        {
            return false;
        }

        _race.Seen.Forget();
        return true;
    }

    /// <summary>What a row of a known pool is in the race; whatever is not the first is counted here.</summary>
    internal RaceVerdict Judge(in PoolSnapshot snapshot, int pool)
    {
        RaceVerdict verdict = _race.Judge(_endpoint, snapshot, pool);
        if (verdict == RaceVerdict.Copy)
        {
            Counters.CountCopy();
        }
        else if (verdict == RaceVerdict.Late)
        {
            Counters.CountLate();
        }

        return verdict;
    }

    /// <summary>A row of a pool that was unknown before: it cannot be but the first.</summary>
    internal void Found(in PoolSnapshot snapshot, int pool) => _race.Judge(_endpoint, snapshot, pool);
}
