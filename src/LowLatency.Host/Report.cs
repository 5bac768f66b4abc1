using System.Diagnostics;
using System.Globalization;
using LowLatency.Feed;
using LowLatency.Pools;
using LowLatency.Positions;
using LowLatency.Telemetry;

namespace LowLatency.Host;

/// <summary>A named count of the funnel.</summary>
internal sealed record Count(string Name, long Value);

/// <summary>How often and how long something waited.</summary>
internal sealed record RingWait(long Times, double TotalMs, double LongestMs);

/// <summary>One endpoint of a race: rows that it told first, that the other one had told, and that came too late.</summary>
internal sealed record EndpointReport(string Endpoint, bool Connected, long Received, long Won, long Copies, long Late);

/// <summary>
/// One regime: observations in it, how often it was entered, the mean observations of a stay, and where pools went from it. Every
/// pool begins in SidewaysChop, which that does not count as an entry.
/// </summary>
internal sealed record RegimeReport(string Regime, long Observations, long Entered, double MeanStay, IReadOnlyList<Count> LeftFor)
{
    /// <summary>From <see cref="Positions.Regimes.Transitions"/>, and the pools that began.</summary>
    public static IReadOnlyList<RegimeReport> Of(ReadOnlySpan<long> transitions, int pools)
    {
        RegimeReport[] reports = new RegimeReport[Regimes.Count];
        for (int regime = 0; regime < Regimes.Count; regime++)
        {
            long observations = 0, entered = 0;
            List<Count> leftFor = [];
            for (int other = 0; other < Regimes.Count; other++)
            {
                long to = transitions[(regime * Regimes.Count) + other], from = transitions[(other * Regimes.Count) + regime];
                observations += from;
                if (other != regime)
                {
                    entered += from;
                    leftFor.Add(new Count(((Regime)other).ToString(), to));
                }
            }

            long stays = entered + (regime == (int)default(Regime) ? pools : 0);
            reports[regime] = new RegimeReport(((Regime)regime).ToString(), observations, entered, observations / Math.Max(1.0, stays), leftFor);
        }

        return reports;
    }
}

/// <summary>What a run has done so far: for the live status, the summary and <c>--json</c> alike.</summary>
internal sealed record Report
{
    public required double ElapsedSeconds { get; init; }

    public required long Received { get; init; }

    public required double MessagesPerMinute { get; init; }

    /// <summary>The endpoints of a race; empty where there is one endpoint.</summary>
    public required IReadOnlyList<EndpointReport> Endpoints { get; init; }

    public required IReadOnlyList<Count> Rejected { get; init; }

    public required IReadOnlyList<string> RejectedSamples { get; init; }

    public required IReadOnlyList<Count> Filtered { get; init; }

    public required long Predicted { get; init; }

    public required IReadOnlyList<Count> Refused { get; init; }

    public required long Entered { get; init; }

    public required IReadOnlyList<Count> Fills { get; init; }

    public required IReadOnlyList<Count> Exits { get; init; }

    public required TradeSummary Trades { get; init; }

    public required IReadOnlyList<OpenPosition> Open { get; init; }

    public required double BalanceSol { get; init; }

    public required double EquitySol { get; init; }

    public required double RealisedSol { get; init; }

    public required double UnrealisedSol { get; init; }

    public required string Risk { get; init; }

    public required IReadOnlyList<StageLatency> LatencyNs { get; init; }

    public required IReadOnlyList<Count> Regimes { get; init; }

    /// <summary>How pools changed their regime, and how long they stayed.</summary>
    public required IReadOnlyList<RegimeReport> RegimeChanges { get; init; }

    public required int Pools { get; init; }

    public required long FeedGaps { get; init; }

    public required string Model { get; init; }

    public required string Topology { get; init; }

    public required long OutboxDropped { get; init; }

    /// <summary>Times that the feed waited for room in the ring, and the milliseconds of all and of the longest.</summary>
    public required RingWait RingWait { get; init; }

    /// <summary>Rows that a later one of their pool replaced while the ring was full.</summary>
    public required long Superseded { get; init; }

    /// <summary>What was heard of a Solana node; null where the feed is none.</summary>
    public required IReadOnlyList<Count>? Solana { get; init; }

    public required string? Store { get; init; }

    public required long StoreFailures { get; init; }

    public required string? StoreFailure { get; init; }

    public required int Gen0Collections { get; init; }

    public required double WorkingSetMb { get; init; }

    public required long Decisions { get; init; }

    public required string Hash { get; init; }

    public string HashLine => string.Create(CultureInfo.InvariantCulture, $"decisions {Decisions} hash {Hash}");

    public static Report Of(Session session)
    {
        ProjectionSnapshot seen = session.Projection.Read();
        FeedCounters feed = session.Pipeline.Feed;
        BusinessCounters business = session.Pipeline.Business;
        double seconds = session.Elapsed.TotalSeconds;
        AccountView account = seen.Last.Account;
        bool started = account.Equity != 0;
        double startSol = (double)new TradingSettings().StartingBalanceSol;
        return new Report
        {
            ElapsedSeconds = seconds,
            Received = feed.Received,
            MessagesPerMinute = seconds > 0 ? feed.Received * 60 / seconds : 0,
            Endpoints = session.Pipeline.Race is not { } race ? []
                : [.. session.Endpoints.Zip(race.Lanes, static (label, lane) => new EndpointReport(
                    label, lane.IsLiving, lane.Counters.Received, lane.Counters.Won, lane.Counters.Copies, lane.Counters.Late))],
            Rejected = NonZero(Enum.GetValues<RejectReason>().Select(r => new Count(r.ToString(), feed.Rejected(r)))),
            RejectedSamples = [.. Enum.GetValues<RejectReason>().Where(r => feed.Sample(r) is not null).Select(r => $"{r}: {feed.Sample(r)}")],
            Filtered = NonZero([
                new Count(nameof(Quality.Suspect), business.ByQuality(Quality.Suspect)),
                new Count(nameof(Quality.NotASolPool), business.ByQuality(Quality.NotASolPool)),
                new Count(nameof(Quality.Invalid), business.ByQuality(Quality.Invalid)),
                new Count("WarmingUp", business.Warming),
            ]),
            Predicted = business.Predicted,
            Refused = NonZero(seen.Refusals.Select(static (n, i) => new Count(EntryCheckNames.All[i], n))),
            Entered = seen.Entries,
            Fills = NonZero(seen.Fills.Select(static (n, i) => new Count(((FillKind)i).ToString(), n))),
            Exits = NonZero(seen.Exits.Select(static (n, i) => new Count(((ExitReason)i).ToString(), n))),
            Trades = seen.Trades,
            Open = seen.Open,
            BalanceSol = started ? Sol(account.Cash) : startSol,
            EquitySol = started ? Sol(account.Equity) : startSol,
            RealisedSol = Sol(account.Realised),
            UnrealisedSol = Sol(account.Unrealised),
            Risk = account.Risk.ToString(),
            LatencyNs = seen.Latencies,
            Regimes = [.. seen.Regimes.Select(static (n, i) => new Count(((Regime)i).ToString(), n))],
            RegimeChanges = RegimeReport.Of(session.Pipeline.Positions.RegimeTransitions, Sum(session.Pipeline.Positions.PoolsPerRegime)),
            Pools = session.Pipeline.Pools.Count,
            FeedGaps = business.FeedGaps,
            Model = session.Pipeline.Model.Description,
            Topology = $"{session.Pipeline.Plan.Topology}, {session.Pipeline.Plan.Wait}",
            OutboxDropped = session.Pipeline.OutboxDropped,
            RingWait = new RingWait(feed.RingWaits, Milliseconds(feed.RingWaitTicks), Milliseconds(feed.LongestRingWaitTicks)),
            Superseded = feed.Superseded,
            Solana = session.Pipeline.Solana is not { } node ? null :
            [
                new Count("watched", node.Watched),
                new Count("joined", node.Joined),
                new Count("halves", node.Halves),
                new Count("repeated", node.Repeated),
                new Count("regressions", node.SlotRegressions),
                new Count("closed", node.Closed),
                new Count("evicted", node.Evicted),
                new Count("refused", node.Refused),
                new Count("swaps", node.Swaps),
                new Count("inexact_swaps", node.InexactSwaps),
            ],
            Store = session.StorePath,
            StoreFailures = session.StoreFailures,
            StoreFailure = session.StoreFailure,
            Gen0Collections = GC.CollectionCount(0),
            WorkingSetMb = Environment.WorkingSet / 1e6,
            Decisions = session.Pipeline.Decisions,
            Hash = session.Pipeline.Hash.ToString("x16", CultureInfo.InvariantCulture),
        };
    }

    public static double Sol(long lamports) => lamports / (double)PoolLamports;

    private const long PoolLamports = 1_000_000_000;

    private static double Milliseconds(long stopwatchTicks) => stopwatchTicks * 1e3 / Stopwatch.Frequency;

    private static int Sum(ReadOnlySpan<int> counts)
    {
        int sum = 0;
        foreach (int count in counts)
        {
            sum += count;
        }

        return sum;
    }

    private static IReadOnlyList<Count> NonZero(IEnumerable<Count> counts) => [.. counts.Where(static c => c.Value != 0)];
}
