using LowLatency.Features;
using LowLatency.Inference;
using LowLatency.Simulation;

namespace LowLatency.Train.Evaluation;

/// <summary>Measures one head on test rows. A function of its arguments; any thread.</summary>
public static class HeadEvaluator
{
    private const int CurvePoints = 100;
    private const ulong ShuffleSeed = 1;

    /// <summary>Measures the trees and, where given, the baselines.</summary>
    /// <param name="head">Name of the head.</param>
    /// <param name="test">Name of the test rows.</param>
    /// <param name="data">The rows are of it.</param>
    /// <param name="rows">Test rows; at least one.</param>
    /// <param name="labels">The head's label of every row of <paramref name="data"/>.</param>
    /// <param name="margin">The calibrated trees: a row's log-odds.</param>
    /// <param name="trained">The rows that trees and baselines were fitted on; null where they were made elsewhere.</param>
    /// <param name="baselines">Peers; null = none.</param>
    /// <param name="onShare">Told the share of the work that is done.</param>
    public static HeadEvaluation Measure(
        string head, string test, Dataset data, IReadOnlyList<int> rows, IReadOnlyList<bool> labels,
        Func<ReadOnlySpan<float>, double> margin, IReadOnlyList<int>? trained, Baselines? baselines, Action<double>? onShare = null)
    {
        int[] pools = DensePools(data, rows);
        bool[] outcomes = [.. rows.Select(i => labels[i])];
        PoolBootstrap bootstrap = new(pools.Max() + 1);
        ScoredRows ours = new([.. rows.Select(i => Logistic.Probability(margin(data.Row(i))))], outcomes, pools);
        List<ModelScore> models = [new ModelScore("trees", ours.Measure(), ours.Interval(bootstrap), null)];
        foreach ((string name, Func<int, double> probability) in baselines?.Models(data) ?? [])
        {
            ScoredRows scored = new([.. rows.Select(probability)], outcomes, pools);
            models.Add(new ModelScore(name, scored.Measure(), scored.Interval(bootstrap), scored.BehindOf(ours, bootstrap)));
        }

        return new HeadEvaluation(
            head, test, trained is null ? null : Count(data, trained, labels), Count(data, rows, labels), models,
            ours.Reliability(bootstrap), ours.PrecisionRecall(CurvePoints), Importance(data, rows, outcomes, pools, margin, bootstrap, onShare), null);
    }

    /// <summary>Says why a head has no figures on these rows.</summary>
    public static HeadEvaluation NotMeasured(
        string head, string test, Dataset data, IReadOnlyList<int> rows, IReadOnlyList<bool> labels, IReadOnlyList<int>? trained, string why) =>
        new(head, test, trained is null ? null : Count(data, trained, labels), Count(data, rows, labels), [], [], [], [], why);

    /// <summary>Counts rows, positives and pools.</summary>
    public static RowCounts Count(Dataset data, IReadOnlyList<int> rows, IReadOnlyList<bool> labels) => new(
        rows.Count, rows.Count(i => labels[i]), rows.Select(i => data.Pool[i]).Distinct().Count(),
        rows.Where(i => labels[i]).Select(i => data.Pool[i]).Distinct().Count());

    /// <summary>The pools of some rows, numbered from 0 in order of first appearance.</summary>
    public static int[] DensePools(Dataset data, IReadOnlyList<int> rows)
    {
        Dictionary<int, int> numbers = [];
        return [.. rows.Select(i => numbers.TryGetValue(data.Pool[i], out int known) ? known : numbers[data.Pool[i]] = numbers.Count)];
    }

    private static FeatureImportance[] Importance(
        Dataset data, IReadOnlyList<int> rows, bool[] outcomes, int[] pools, Func<ReadOnlySpan<float>, double> margin, PoolBootstrap bootstrap,
        Action<double>? onShare)
    {
        int[] poolRows = new int[pools.Max() + 1];
        double[] plain = new double[rows.Count];
        float[] row = new float[FeatureSchema.Count];
        for (int i = 0; i < rows.Count; i++)
        {
            poolRows[pools[i]]++;
            plain[i] = Loss(margin(data.Row(rows[i])), outcomes[i]);
        }

        FeatureImportance[] importance = new FeatureImportance[FeatureSchema.Count];
        int[] shuffled = Shuffled(rows);
        for (int f = 0; f < FeatureSchema.Count; f++)
        {
            double[] sums = new double[poolRows.Length];
            for (int i = 0; i < rows.Count; i++)
            {
                data.Row(rows[i]).CopyTo(row);
                row[f] = data.Row(shuffled[i])[f];
                sums[pools[i]] += Loss(margin(row), outcomes[i]) - plain[i];
            }

            importance[f] = new FeatureImportance(FeatureSchema.Names[f], bootstrap.Mean(sums, poolRows));
            onShare?.Invoke((f + 1.0) / FeatureSchema.Count);
        }

        return [.. importance.OrderByDescending(static i => i.LogLoss.Value)];
    }

    private static int[] Shuffled(IReadOnlyList<int> rows)
    {
        SeededRandom random = new(ShuffleSeed);
        int[] shuffled = [.. rows];
        for (int i = shuffled.Length - 1; i > 0; i--)
        {
            int other = random.Between(0, i);
            (shuffled[i], shuffled[other]) = (shuffled[other], shuffled[i]);
        }

        return shuffled;
    }

    private static double Loss(double margin, bool outcome) =>
        Math.Max(margin, 0) - (outcome ? margin : 0) + Math.Log(1 + Math.Exp(-Math.Abs(margin)));
}
