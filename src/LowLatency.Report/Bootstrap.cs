using System.Runtime.InteropServices;
using LowLatency.Simulation;

namespace LowLatency.Report;

/// <summary>Fills <paramref name="values"/> with the figures of the sample that <paramref name="picks"/> names, with repetitions.</summary>
internal delegate void FiguresOfSample(ReadOnlySpan<int> picks, Span<double> values);

/// <summary>Percentile bootstrap: 95 % of the figures of resamples drawn with replacement, from a seed.</summary>
internal static class Bootstrap
{
    public const int Replicates = 1_000;

    /// <summary>An interval for each of <paramref name="figures"/> figures; null where half of the resamples have no such figure.</summary>
    public static (double Low, double High)?[] Intervals(int sampleSize, int figures, ulong seed, FiguresOfSample of)
    {
        SeededRandom random = new(seed);
        int[] picks = new int[sampleSize];
        double[] values = new double[figures];
        List<double>[] found = [.. Enumerable.Range(0, figures).Select(static _ => new List<double>(Replicates))];
        for (int replicate = 0; replicate < Replicates && sampleSize > 0; replicate++)
        {
            for (int i = 0; i < sampleSize; i++)
            {
                picks[i] = random.Between(0, sampleSize - 1);
            }

            of(picks, values);
            for (int i = 0; i < figures; i++)
            {
                if (!double.IsNaN(values[i]))
                {
                    found[i].Add(values[i]);
                }
            }
        }

        return [.. found.Select(static values => Middle(values))];
    }

    private static (double Low, double High)? Middle(List<double> values)
    {
        values.Sort();
        ReadOnlySpan<double> sorted = CollectionsMarshal.AsSpan(values);
        return sorted.Length < Replicates / 2 ? null : (Quantiles.Of(sorted, 0.025)!.Value, Quantiles.Of(sorted, 0.975)!.Value);
    }
}
