using System.Text.Json.Serialization;
using LowLatency.Features;
using LowLatency.Pools;
using LowLatency.Report;
using LowLatency.Storage;

namespace LowLatency.Train.Compare;

/// <summary>
/// What a recording is like. Shares are of the rows that they speak of; null = there is none. Returns and gaps are between
/// two observations of one segment; pools that the recording's first or last 15 minutes cut count as they are.
/// </summary>
public sealed record RecordingProfile
{
    /// <summary>Quantiles that are told of each distribution.</summary>
    public static IReadOnlyList<double> Told { get; } = [0.01, 0.05, 0.25, 0.50, 0.75, 0.95, 0.99];

    /// <summary>Name of the recording.</summary>
    public required string Name { get; init; }

    /// <summary>Rows read.</summary>
    public required long Rows { get; init; }

    /// <summary>Pools with an observation.</summary>
    public required int Pools { get; init; }

    /// <summary>From the first row to the last, hours.</summary>
    public required double Hours { get; init; }

    /// <summary>Rows by quality, by name; those that the boundary refused are "Rejected".</summary>
    public required IReadOnlyDictionary<string, long> Quality { get; init; }

    /// <summary>Share of returns that are exactly 0.</summary>
    public required double? ZeroReturns { get; init; }

    /// <summary>Labelled observations that a model would be asked about.</summary>
    public required int Labelled { get; init; }

    /// <summary>Share of them with will_moon.</summary>
    public required double? Moon { get; init; }

    /// <summary>Share of them with will_rug.</summary>
    public required double? Rug { get; init; }

    /// <summary>Share of them whose price falls by more than half.</summary>
    public required double? RugByPrice { get; init; }

    /// <summary>Share of them whose SOL reserve falls by more than half.</summary>
    public required double? RugByReserve { get; init; }

    /// <summary>Pools with a moon.</summary>
    public required int MoonPools { get; init; }

    /// <summary>Pools with a rug.</summary>
    public required int RugPools { get; init; }

    /// <summary>Entering at random.</summary>
    public required EntryOutcome RandomEntries { get; init; }

    /// <summary>Entering by the momentum rule.</summary>
    public required EntryOutcome MomentumEntries { get; init; }

    /// <summary>The distributions, each sorted, for the plots.</summary>
    [JsonIgnore]
    public IReadOnlyList<Distribution> Distributions { get; init; } = [];

    /// <summary>By distribution, its quantiles in the order of <see cref="Told"/>.</summary>
    public IReadOnlyDictionary<string, double?[]> Quantile =>
        Distributions.ToDictionary(static d => d.Name, static d => Told.Select(q => Quantiles.Of(d.Sorted, q)).ToArray(), StringComparer.Ordinal);

    /// <summary>Reads <paramref name="rows"/> once.</summary>
    public static RecordingProfile Of(string name, IEnumerable<RecordedRow> rows)
    {
        long read = 0;
        FeatureRow[] table = FeatureTable.Build(rows.Select(row =>
        {
            read++;
            return row;
        }));
        FeatureRow[] observations = [.. table.Where(static r => r.Update.Quality.IsObservation())];
        FeatureRow[] labelled = [.. observations.Where(static r => DatasetBuilder.Takes(r))];
        double[] returns = Sorted(observations.Select(static r => r.Features[FeatureSchema.PriceChange1]).Where(static c => !double.IsNaN(c)));
        FeatureRow[][] pools = [.. observations.GroupBy(static r => r.Update.Pool).Select(static p => p.ToArray())];
        Dictionary<string, long> quality = Enum.GetValues<Quality>().ToDictionary(static q => q.ToString(), q => table.LongCount(r => r.Update.Quality == q), StringComparer.Ordinal);
        quality.Add("Rejected", read - table.Length);
        return new RecordingProfile
        {
            Name = name,
            Rows = read,
            Pools = pools.Length,
            Hours = table.Length == 0 ? 0 : (table[^1].Update.TimestampMs - table[0].Update.TimestampMs) / 3_600_000.0,
            Quality = quality,
            ZeroReturns = Share(returns, static r => r == 0),
            Labelled = labelled.Length,
            Moon = Share(labelled, static r => r.Label.WillMoon),
            Rug = Share(labelled, static r => r.Label.WillRug),
            RugByPrice = Share(labelled, static r => r.Label.FutureMinGain < -0.5),
            RugByReserve = Share(labelled, static r => r.Label.FutureMinQuote < -0.5),
            MoonPools = labelled.Where(static r => r.Label.WillMoon).Select(static r => r.Update.Pool).Distinct().Count(),
            RugPools = labelled.Where(static r => r.Label.WillRug).Select(static r => r.Update.Pool).Distinct().Count(),
            RandomEntries = EntryTrial.Random(table),
            MomentumEntries = EntryTrial.Momentum(table),
            Distributions =
            [
                new("return, %", LogScale: false, Sorted(returns.Select(static r => 100 * r))),
                new("size of a return that is not 0, %", LogScale: true, Sorted(returns.Where(static r => r != 0).Select(static r => Math.Abs(100 * r)))),
                new("gap between rows of a pool, s", LogScale: true, Sorted(pools.SelectMany(Gaps).Where(static s => s > 0))),
                new("rows of a pool", LogScale: true, Sorted(pools.Select(static p => (double)p.Length))),
                new("lifetime of a pool, s", LogScale: true, Sorted(pools.Select(Lifetime).Where(static s => s > 0))),
                new("SOL in a pool", LogScale: true, Sorted(observations.Select(static r => r.Update.QuoteReserve))),
            ],
        };
    }

    private static IEnumerable<double> Gaps(FeatureRow[] pool)
    {
        for (int i = 1; i < pool.Length; i++)
        {
            if (pool[i].SegmentObservations > 1)
            {
                yield return (pool[i].Update.TimestampMs - pool[i - 1].Update.TimestampMs) / 1000.0;
            }
        }
    }

    private static double Lifetime(FeatureRow[] pool) => (pool[^1].Update.TimestampMs - pool[0].Update.TimestampMs) / 1000.0;

    private static double[] Sorted(IEnumerable<double> values) => [.. values.Order()];

    private static double? Share<T>(T[] rows, Func<T, bool> which) => rows.Length == 0 ? null : rows.Count(which) / (double)rows.Length;
}

/// <summary>One distribution of a recording.</summary>
/// <param name="Name">What is distributed, with its unit.</param>
/// <param name="LogScale">Shown on a logarithmic axis; every value is above 0.</param>
/// <param name="Sorted">The values, ascending.</param>
public sealed record Distribution(string Name, bool LogScale, double[] Sorted);
