using LowLatency.Feed;

namespace LowLatency.Pipeline.Race;

/// <summary>Runs a client for each endpoint of a race, each with its own back-off and reader, until all have ended.</summary>
public static class RacedFeed
{
    /// <summary>The endpoints as they may be shown: scheme, host and port, with a number where those are the same.</summary>
    public static IReadOnlyList<string> Labels(IReadOnlyList<FeedOptions> endpoints) =>
        [.. endpoints.Select((e, i) => endpoints.Count(other => other.Host == e.Host) > 1 ? $"{e.Host} #{i + 1}" : e.Host)];

    /// <summary>
    /// Runs until every endpoint has ended: cancelled, closed for good, or refused. Refused only where all are. What a client
    /// throws ends the others too.
    /// </summary>
    public static async Task<FeedEnd> RunAsync(
        FeedRace race, IReadOnlyList<FeedOptions> endpoints, Action<string>? report = null, TimeProvider? time = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(endpoints.Count, race.Lanes.Count);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        FeedEnd[] ends = await Task.WhenAll(race.Lanes.Select(
            (lane, i) => RunOneAsync(lane, endpoints[i], line => report?.Invoke($"#{i + 1}: {line}"), time, stop))).ConfigureAwait(false);
        return Array.TrueForAll(ends, static end => end == FeedEnd.Refused) ? FeedEnd.Refused
            : Array.Exists(ends, static end => end == FeedEnd.Cancelled) ? FeedEnd.Cancelled
            : FeedEnd.ClosedNormally;
    }

    private static async Task<FeedEnd> RunOneAsync(RaceLane lane, FeedOptions options, Action<string> report, TimeProvider? time, CancellationTokenSource stop)
    {
        bool ended = false;
        try
        {
            FeedEnd end = await new FeedClient(options, lane.Sink, report, time).RunAsync(stop.Token).ConfigureAwait(false);
            ended = true;
            lane.Sink.End(end);
            return end;
        }
        finally
        {
            if (!ended)
            {
                await stop.CancelAsync().ConfigureAwait(false);
            }
        }
    }
}
