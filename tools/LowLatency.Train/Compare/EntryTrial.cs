using LowLatency.Features;
using LowLatency.Pools;
using LowLatency.Positions;
using LowLatency.Report;
using LowLatency.Storage;
using LowLatency.Train.Evaluation;

namespace LowLatency.Train.Compare;

/// <summary>How often the trades that an entry rule opens succeed.</summary>
/// <param name="Entries">Trades that ended; one that the recording cuts is none.</param>
/// <param name="Pools">Pools in which there was one.</param>
/// <param name="Success">Share of them sold for more than they cost; null where there are none.</param>
/// <param name="Low">Lower end of the 95 % interval, bootstrapped over pools.</param>
/// <param name="High">Upper end.</param>
public sealed record EntryOutcome(int Entries, int Pools, double? Success, double? Low, double? High);

/// <summary>
/// What "an entry succeeds" means: bought at the pool's first observation at least FillLatencyMs after the signal, sold at
/// the first later one that is 15 % above or 12 % below, or where three minutes are over, for more than it cost. Prices are
/// the observations'; both swap fees, impact and network fees together are learning.md's 1.2 % of a round trip. Latency and
/// limits are <see cref="TradingSettings"/>' own. Candidates have the entry's least observations, pool and age. Pure; any thread.
/// </summary>
public static class EntryTrial
{
    private const double RoundTripCost = 0.012;
    private const int Resamples = 400;

    private static readonly TradingSettings Settings = new();

    /// <summary>Every candidate observation is an entry: the expectation of entering at random.</summary>
    public static EntryOutcome Random(IReadOnlyList<FeatureRow> rows) => Run(rows, static _ => true, overlapping: true);

    /// <summary>learning.md's momentum rule, one position at a time in a pool.</summary>
    public static EntryOutcome Momentum(IReadOnlyList<FeatureRow> rows) => Run(
        rows, static r => MomentumRule.Fires(r.Features[FeatureSchema.PriceChange10], r.Features[FeatureSchema.ConsecutiveGains]), overlapping: false);

    private static EntryOutcome Run(IReadOnlyList<FeatureRow> rows, Func<FeatureRow, bool> signals, bool overlapping)
    {
        long endMs = rows.Count == 0 ? 0 : rows.Max(static r => r.Update.TimestampMs);
        List<(int Entries, int Successes)> pools = [];
        foreach (IGrouping<int, FeatureRow> pool in rows.Where(static r => r.Update.Quality.IsObservation()).GroupBy(static r => r.Update.Pool))
        {
            FeatureRow[] observations = [.. pool];
            (int entries, int successes) = (0, 0);
            for (int at = 0; at < observations.Length; at++)
            {
                if (IsCandidate(observations[at]) && signals(observations[at]) && Trade(observations, at, endMs) is { } trade)
                {
                    entries++;
                    successes += trade.Gain > 0 ? 1 : 0;
                    at = overlapping ? at : trade.SoldAt;
                }
            }

            if (entries > 0)
            {
                pools.Add((entries, successes));
            }
        }

        return Summarise(pools);
    }

    private static bool IsCandidate(in FeatureRow row) => row.SegmentObservations >= Settings.MinObservations
        && row.Update.QuoteReserve >= (double)Settings.MinPoolSol && row.Update.QuoteReserve <= (double)Settings.MaxPoolSol
        && row.Features[FeatureSchema.PoolAgeMinutes] >= Settings.MinPoolAgeMinutes;

    // Null where no observation fills the order in time, or the end of the recording or a change of decimals cuts the trade.
    private static (int SoldAt, double Gain)? Trade(FeatureRow[] pool, int signal, long endMs)
    {
        long signalMs = pool[signal].Update.TimestampMs;
        int bought = signal + 1;
        while (bought < pool.Length && pool[bought].Update.TimestampMs < signalMs + Settings.FillLatencyMs)
        {
            bought++;
        }

        if (bought == pool.Length || pool[bought].Update.TimestampMs > signalMs + Settings.EntryExpiryMs || pool[bought].Update.Quality == Quality.DecimalsChange)
        {
            return null;
        }

        double cost = pool[bought].Update.Price;
        long limitMs = pool[bought].Update.TimestampMs + Settings.TimeLimitMs;
        for (int at = bought + 1; at < pool.Length; at++)
        {
            PoolUpdate update = pool[at].Update;
            if (update.Quality == Quality.DecimalsChange)
            {
                return null;
            }

            double change = (update.Price / cost) - 1;
            if (change >= Settings.TakeProfitFraction || change <= -Settings.StopLossFraction || update.TimestampMs >= limitMs)
            {
                return (at, change - RoundTripCost);
            }
        }

        // A pool that fell silent is sold at its last price once its time is over; the recording's end cuts the trade.
        return endMs >= limitMs ? (pool.Length - 1, (pool[^1].Update.Price / cost) - 1 - RoundTripCost) : null;
    }

    private static EntryOutcome Summarise(List<(int Entries, int Successes)> pools)
    {
        int entries = pools.Sum(static p => p.Entries);
        if (entries == 0)
        {
            return new EntryOutcome(0, 0, null, null, null);
        }

        Estimate success = new PoolBootstrap(pools.Count, seed: 1, Resamples).Mean(
            [.. pools.Select(static p => (double)p.Successes)], [.. pools.Select(static p => p.Entries)]);
        return new EntryOutcome(entries, pools.Count, success.Value, success.Low, success.High);
    }
}
