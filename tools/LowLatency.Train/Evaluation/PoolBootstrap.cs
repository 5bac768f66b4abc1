using LowLatency.Report;
using LowLatency.Simulation;

namespace LowLatency.Train.Evaluation;

/// <summary>
/// Seeded resampling of whole pools: rows of one pool tell each other's future, so a row is not an observation of its own,
/// a pool is. Replicates are drawn once, so that what is measured by the same bootstrap is paired. Immutable; any thread.
/// </summary>
public sealed class PoolBootstrap
{
    /// <summary>Replicates unless told otherwise.</summary>
    public const int DefaultReplicates = 500;

    private const double Tail = 0.025;

    private readonly int[][] _counts;

    /// <summary>Draws, for each replicate, as many pools as there are, with replacement.</summary>
    public PoolBootstrap(int pools, ulong seed = 1, int replicates = DefaultReplicates)
    {
        SeededRandom random = new(seed);
        _counts = new int[replicates][];
        for (int r = 0; r < replicates; r++)
        {
            _counts[r] = new int[pools];
            for (int i = 0; i < pools; i++)
            {
                _counts[r][random.Between(0, pools - 1)]++;
            }
        }
    }

    /// <summary>
    /// The 2.5 % and 97.5 % quantiles of each column of <paramref name="measure"/>, which is given how often each pool
    /// counts. A replicate in which a column is NaN (no positive, say) is left out of that column; NaN where all are.
    /// </summary>
    public (double[] Low, double[] High) Interval(Func<int[], double[]> measure)
    {
        double[][] replicates = [.. _counts.Select(measure)];
        int columns = replicates[0].Length;
        double[] low = new double[columns];
        double[] high = new double[columns];
        for (int c = 0; c < columns; c++)
        {
            double[] sorted = [.. replicates.Select(r => r[c]).Where(static v => !double.IsNaN(v)).Order()];
            (low[c], high[c]) = (Quantiles.Of(sorted, Tail) ?? double.NaN, Quantiles.Of(sorted, 1 - Tail) ?? double.NaN);
        }

        return (low, high);
    }

    /// <summary>The interval of a mean over rows, from each pool's sum and number of rows.</summary>
    public Estimate Mean(double[] sums, int[] rows)
    {
        (double[] low, double[] high) = Interval(counts => [Weighted(counts)]);
        return new Estimate(sums.Sum() / rows.Sum(), low[0], high[0]);

        double Weighted(int[] counts)
        {
            double sum = 0;
            long total = 0;
            for (int pool = 0; pool < counts.Length; pool++)
            {
                sum += counts[pool] * sums[pool];
                total += (long)counts[pool] * rows[pool];
            }

            return sum / total;
        }
    }
}
