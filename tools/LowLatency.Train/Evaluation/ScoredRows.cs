using LowLatency.Inference;

namespace LowLatency.Train.Evaluation;

/// <summary>
/// Probabilities beside outcomes and pools, sorted once so that a bootstrap replicate is one pass. Ties are one step
/// everywhere: no figure depends on the order of the rows. Immutable; any thread.
/// </summary>
public sealed class ScoredRows
{
    /// <summary>Bins of the reliability curve: equally many rows each, but for ties, which stay together.</summary>
    public const int Bins = 10;

    private const double SmallestProbability = 1e-15;

    private static readonly double[] EntryRates = [0.001, 0.003, 0.005];

    // Descending by probability.
    private readonly double[] _probabilities;
    private readonly bool[] _outcomes;
    private readonly int[] _pools;
    private readonly double[] _losses;
    private readonly byte[] _bins;
    private readonly int[] _once;

    /// <summary>Sorts the rows.</summary>
    /// <param name="probabilities">One a row, in [0, 1].</param>
    /// <param name="outcomes">What came.</param>
    /// <param name="pools">Pool of each row, from 0.</param>
    /// <exception cref="ArgumentException">No rows, columns of unequal length, or a probability that is none.</exception>
    public ScoredRows(IReadOnlyList<double> probabilities, IReadOnlyList<bool> outcomes, IReadOnlyList<int> pools)
    {
        if (probabilities.Count == 0 || probabilities.Count != outcomes.Count || probabilities.Count != pools.Count)
        {
            throw new ArgumentException("probabilities, outcomes and pools are one a row, and there is a row", nameof(probabilities));
        }

        if (probabilities.Any(static p => !(p is >= 0 and <= 1)))
        {
            throw new ArgumentException("a probability is not between 0 and 1", nameof(probabilities));
        }

        int[] order = [.. Enumerable.Range(0, probabilities.Count).OrderByDescending(i => probabilities[i])];
        _probabilities = [.. order.Select(i => probabilities[i])];
        _outcomes = [.. order.Select(i => outcomes[i])];
        _pools = [.. order.Select(i => pools[i])];
        _losses = [.. order.Select(i => -Math.Log(Math.Max(outcomes[i] ? probabilities[i] : 1 - probabilities[i], SmallestProbability)))];
        _bins = new byte[order.Length];
        for (int i = 1; i < order.Length; i++)
        {
            _bins[i] = _probabilities[i] == _probabilities[i - 1] ? _bins[i - 1] : (byte)((long)i * Bins / order.Length);
        }

        _once = new int[pools.Max() + 1];
        Array.Fill(_once, 1);
    }

    /// <summary>Number of rows.</summary>
    public int Count => _probabilities.Length;

    /// <summary>One more than the highest pool.</summary>
    public int Pools => _once.Length;

    /// <summary>Every measure, each row counted once.</summary>
    public ClassifierMetrics Measure() => Columns.ToMetrics(Measure(_once), EntryRates);

    /// <summary>The ends of the 95 % intervals of every measure.</summary>
    public MetricsInterval Interval(PoolBootstrap bootstrap)
    {
        (double[] low, double[] high) = bootstrap.Interval(Measure);
        return new MetricsInterval(Columns.ToMetrics(low, EntryRates), Columns.ToMetrics(high, EntryRates));
    }

    /// <summary>How much worse these rows are scored than by <paramref name="reference"/>, replicate by replicate the same pools.</summary>
    public ScoreDifference BehindOf(ScoredRows reference, PoolBootstrap bootstrap)
    {
        (double[] low, double[] high) = bootstrap.Interval(counts => Difference(counts, reference));
        double[] value = Difference(_once, reference);
        return new ScoreDifference(new Estimate(value[0], low[0], high[0]), Estimate.OrNull(value[1], low[1], high[1]));
    }

    /// <summary>The reliability curve, highest probabilities first; empty bins are left out.</summary>
    public IReadOnlyList<ReliabilityBin> Reliability(PoolBootstrap bootstrap)
    {
        double[] value = BinRates(_once);
        (double[] low, double[] high) = bootstrap.Interval(BinRates);
        List<ReliabilityBin> bins = [];
        for (int b = 0; b < Bins; b++)
        {
            int[] rows = [.. Enumerable.Range(0, Count).Where(i => _bins[i] == b)];
            if (rows.Length > 0)
            {
                bins.Add(new ReliabilityBin(rows.Length, rows.Average(i => _probabilities[i]), new Estimate(value[b], low[b], high[b])));
            }
        }

        return bins;
    }

    /// <summary>The precision-recall curve at <paramref name="points"/> recalls from 1/points to 1; empty without positives.</summary>
    public IReadOnlyList<PrecisionAtRecall> PrecisionRecall(int points)
    {
        int positives = _outcomes.Count(static o => o);
        List<PrecisionAtRecall> curve = [];
        int hits = 0;
        for (int i = 0; i < Count && curve.Count < points; i++)
        {
            hits += _outcomes[i] ? 1 : 0;
            bool endOfTie = i + 1 == Count || _probabilities[i + 1] != _probabilities[i];
            while (endOfTie && positives > 0 && curve.Count < points && (long)hits * points >= (long)(curve.Count + 1) * positives)
            {
                curve.Add(new PrecisionAtRecall((double)(curve.Count + 1) / points, (double)hits / (i + 1)));
            }
        }

        return curve;
    }

    private double[] Difference(int[] counts, ScoredRows reference)
    {
        double[] ours = Measure(counts);
        double[] theirs = reference.Measure(counts);
        return [ours[Columns.LogLoss] - theirs[Columns.LogLoss], theirs[Columns.PrAuc] - ours[Columns.PrAuc]];
    }

    private double[] BinRates(int[] counts)
    {
        double[] hits = new double[Bins];
        double[] weights = new double[Bins];
        for (int i = 0; i < Count; i++)
        {
            int weight = counts[_pools[i]];
            weights[_bins[i]] += weight;
            hits[_bins[i]] += _outcomes[i] ? weight : 0;
        }

        return [.. hits.Select((h, b) => h / weights[b])];
    }

    // Every measure when the rows of pool k count counts[k] times; NaN where a measure is not defined.
    private double[] Measure(int[] counts)
    {
        long total = 0;
        double loss = 0;
        double brier = 0;
        Span<double> excess = stackalloc double[Bins];
        for (int i = 0; i < Count; i++)
        {
            int weight = counts[_pools[i]];
            double error = _probabilities[i] - (_outcomes[i] ? 1 : 0);
            total += weight;
            loss += weight * _losses[i];
            brier += weight * error * error;
            excess[_bins[i]] += weight * error;
        }

        double ece = 0;
        foreach (double bin in excess)
        {
            ece += Math.Abs(bin);
        }

        double[] columns = Ranking(counts, total);
        columns[Columns.LogLoss] = loss / total;
        columns[Columns.LogLossRatio] = columns[Columns.Entropy] > 0 ? loss / total / columns[Columns.Entropy] : double.NaN;
        columns[Columns.Brier] = brier / total;
        columns[Columns.Ece] = ece / total;
        return columns;
    }

    // Descending by probability, a tie as one step.
    private double[] Ranking(int[] counts, long total)
    {
        double[] columns = Columns.New(EntryRates.Length);
        double pairs = 0;
        double precisionSum = 0;
        long hits = 0;
        long misses = 0;
        int rate = 0;
        for (int i = 0; i < Count;)
        {
            long tieHits = 0;
            long tieMisses = 0;
            for (double tie = _probabilities[i]; i < Count && _probabilities[i] == tie; i++)
            {
                int weight = counts[_pools[i]];
                (tieHits, tieMisses) = _outcomes[i] ? (tieHits + weight, tieMisses) : (tieHits, tieMisses + weight);
            }

            // Of a tie that a rate cuts, that part is taken which a draw would take on average.
            for (; rate < EntryRates.Length && hits + misses + tieHits + tieMisses >= EntryRates[rate] * total && tieHits + tieMisses > 0; rate++)
            {
                double wanted = EntryRates[rate] * total;
                double part = (wanted - hits - misses) / (tieHits + tieMisses);
                columns[Columns.Precision(rate)] = (hits + (part * tieHits)) / wanted;
                columns[Columns.Recall(rate)] = hits + (part * tieHits);
            }

            pairs += tieMisses * (hits + (tieHits / 2.0));
            hits += tieHits;
            misses += tieMisses;
            precisionSum += tieHits == 0 ? 0 : tieHits * ((double)hits / (hits + misses));
        }

        for (int r = 0; r < EntryRates.Length; r++)
        {
            columns[Columns.Recall(r)] /= hits;
        }

        double share = (double)hits / total;
        columns[Columns.Entropy] = share is 0 or 1 ? 0 : -(share * Math.Log(share)) - ((1 - share) * Math.Log(1 - share));
        columns[Columns.RocAuc] = pairs / hits / misses;
        columns[Columns.PrAuc] = precisionSum / hits;
        return columns;
    }

    // Measures as a row of numbers, which is what a bootstrap takes quantiles of.
    private static class Columns
    {
        public const int LogLoss = 0, Entropy = 1, LogLossRatio = 2, Brier = 3, Ece = 4, RocAuc = 5, PrAuc = 6;
        private const int First = 7;

        public static int Precision(int rate) => First + (2 * rate);

        public static int Recall(int rate) => First + (2 * rate) + 1;

        public static double[] New(int rates)
        {
            double[] columns = new double[First + (2 * rates)];
            Array.Fill(columns, double.NaN);
            return columns;
        }

        public static ClassifierMetrics ToMetrics(double[] c, double[] rates) => new(
            c[LogLoss], c[Entropy], OrNull(c[LogLossRatio]), c[Brier], c[Ece], OrNull(c[RocAuc]), OrNull(c[PrAuc]),
            [.. rates.Select((rate, r) => new EntryRateMetrics(rate, OrNull(c[Precision(r)]), OrNull(c[Recall(r)])))]);

        private static double? OrNull(double value) => double.IsNaN(value) ? null : value;
    }
}
