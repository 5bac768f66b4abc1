using LowLatency.Feed;

namespace LowLatency.Pipeline.Race;

/// <summary>
/// Several connections that deliver the same market, merged under one lock: together they are the one logical thread that a
/// sink is promised. Whoever tells something first wins, the others' copies are dropped, and the feed is interrupted only
/// where no connection is left.
/// </summary>
/// <remarks>
/// Snapshots are the same where pool, time, reserves and status are. Solana nodes have subscriptions and slots of their own, so each
/// has a session of its own, and it is what the sessions publish that is compared: pool, slot, atoms and status. A node that
/// goes back to an earlier slot than it had itself has left a fork, which is published; a node that was never there is late.
/// A row that is rejected because its pool is unknown or has no room leaves no trace here: each endpoint's is rejected.
/// </remarks>
public sealed class FeedRace
{
    private readonly bool _bySlot;

    /// <summary>Creates a race of <paramref name="endpoints"/> connections; <paramref name="make"/> makes what takes the messages of one.</summary>
    public FeedRace(int endpoints, int pools, FeedFormat format, Func<RaceLane, IFeedSink> make, int window = FirstSeen.DefaultWindow)
    {
        Seen = new FirstSeen(endpoints, pools, window);
        _bySlot = format == FeedFormat.Solana;
        RaceLane[] lanes = [.. Enumerable.Range(0, endpoints).Select(endpoint => new RaceLane(this, endpoint))];
        Lanes = lanes;
        foreach (RaceLane lane in lanes)
        {
            lane.Sink = new RacedSink(this, lane, make(lane));
        }
    }

    /// <summary>The endpoints, in the order they were named.</summary>
    public IReadOnlyList<RaceLane> Lanes { get; }

    internal Lock Gate { get; } = new();

    internal FirstSeen Seen { get; }

    internal bool HasLiving => HasAny(static lane => lane.IsLiving);

    internal bool HasRunning => HasAny(static lane => !lane.IsEnded);

    internal RaceVerdict Judge(int endpoint, in PoolSnapshot snapshot, int pool) => Seen.Judge(endpoint, _bySlot
        ? new RaceRow(pool, snapshot.Slot, snapshot.BaseAtoms, snapshot.QuoteAtoms, snapshot.Status)
        : new RaceRow(
            pool, snapshot.TimestampMs, BitConverter.DoubleToUInt64Bits(snapshot.BaseReserve), BitConverter.DoubleToUInt64Bits(snapshot.QuoteReserve), snapshot.Status));

    private bool HasAny(Func<RaceLane, bool> what)
    {
        foreach (RaceLane lane in Lanes)
        {
            if (what(lane))
            {
                return true;
            }
        }

        return false;
    }
}
