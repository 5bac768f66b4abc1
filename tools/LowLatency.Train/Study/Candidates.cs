using LowLatency.Features;
using LowLatency.Pools;
using LowLatency.Storage;

namespace LowLatency.Train.Study;

/// <summary>
/// Scale-free features that may follow the seed's fourteen, by the book: each from the segment's last observations, with
/// no state of its own. What the study finds worth it is computed in the stream by <see cref="FeatureEngine"/>. A step is
/// the natural logarithm of a price over the one before it. Pure; any thread.
/// </summary>
public static class Candidates
{
    private const int Trend = 10;
    private const double MsPerSecond = 1000;

    private static readonly (string Name, Func<IReadOnlyList<PoolUpdate>, double> Value)[] All =
    [
        // ln price over the price 10 back, per root-mean-square step and root of 10: the move in units of its own noise.
        ("return_to_risk_10", static o => Volatility(o) is > 0 and var v ? Ln(o, 0, Trend, static u => u.Price) / (v * Math.Sqrt(Trend)) : Missing(o)),

        // Root mean square of the last 10 steps, ln.
        ("volatility_10", Volatility),

        // Price over the highest of the last 100 observations, less 1.
        ("drawdown_100", static o => (o[^1].Price / o.TakeLast(FeatureEngine.WindowObservations).Max(static u => u.Price)) - 1),

        // Price over the lowest of the last 100 observations, less 1.
        ("rise_100", static o => (o[^1].Price / o.TakeLast(FeatureEngine.WindowObservations).Min(static u => u.Price)) - 1),

        // Share of up steps in the last 10.
        ("up_share_10", static o => o.Count > Trend ? Steps(o).Count(static s => s > 0) / (double)Trend : double.NaN),

        // |ln price over the price 10 back| over the sum of |steps|; 0 where the price never moved.
        ("efficiency_ratio_10", static o => o.Count <= Trend ? double.NaN
            : Steps(o).Sum(Math.Abs) is > 0 and var path ? Math.Abs(Steps(o).Sum()) / path : 0),

        // ln SOL reserve over that 10 back.
        ("log_quote_change_10", static o => Ln(o, 0, Trend, static u => u.QuoteReserve)),

        // ln k over that 10 back: liquidity that came or went.
        ("log_k_change_10", static o => Ln(o, 0, Trend, static u => u.K)),

        // ln SOL reserve, SOL: the pool's depth, in the one unit that all pools share.
        ("log_quote_reserve", static o => Math.Log(o[^1].QuoteReserve)),

        // Seconds since the reserves last changed; from the segment's first row where they never did.
        ("seconds_unchanged", static o => (o[^1].TimestampMs - o[o.Count - Unchanged(o)].TimestampMs) / MsPerSecond),
    ];

    /// <summary>Names, in order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(static c => c.Name)];

    /// <summary>The candidates of every row of a recording that is in the dataset, row after row, as float32.</summary>
    public static float[] Of(IReadOnlyList<FeatureRow> table)
    {
        List<float> values = [];
        Dictionary<int, List<PoolUpdate>> segments = [];
        foreach (FeatureRow row in table.Where(static r => r.Update.Quality.IsObservation()))
        {
            if (row.SegmentObservations == 1)
            {
                segments[row.Update.Pool] = [];
            }

            List<PoolUpdate> segment = segments[row.Update.Pool];
            segment.Add(row.Update);
            if (DatasetBuilder.Takes(row))
            {
                values.AddRange(All.Select(c => (float)c.Value(segment)));
            }
        }

        return [.. values];
    }

    private static double Missing(IReadOnlyList<PoolUpdate> o) => o.Count > Trend ? 0 : double.NaN;

    private static double Volatility(IReadOnlyList<PoolUpdate> o) =>
        o.Count > Trend ? Math.Sqrt(Steps(o).Sum(static s => s * s) / Trend) : double.NaN;

    private static IEnumerable<double> Steps(IReadOnlyList<PoolUpdate> o) =>
        Enumerable.Range(0, Trend).Select(back => Ln(o, back, back + 1, static u => u.Price));

    private static double Ln(IReadOnlyList<PoolUpdate> o, int to, int from, Func<PoolUpdate, double> of) =>
        o.Count > from ? Math.Log(of(o[^(to + 1)]) / of(o[^(from + 1)])) : double.NaN;

    // Last observations with the same reserves.
    private static int Unchanged(IReadOnlyList<PoolUpdate> o)
    {
        int same = 1;
        while (same < o.Count && o[^(same + 1)].BaseReserve == o[^1].BaseReserve && o[^(same + 1)].QuoteReserve == o[^1].QuoteReserve)
        {
            same++;
        }

        return same;
    }
}
