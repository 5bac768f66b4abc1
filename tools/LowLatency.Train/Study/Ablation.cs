using LowLatency.Features;
using LowLatency.Inference;
using LowLatency.Train.Evaluation;
using LowLatency.Train.LightGbm;

namespace LowLatency.Train.Study;

/// <summary>A line of the ablation table: one set of columns and one shape on one head.</summary>
/// <param name="Name">What is varied.</param>
/// <param name="Columns">Number of columns.</param>
/// <param name="Value">Measures over the rows of all folds, each judged by a fit that has not seen it.</param>
/// <param name="Gain">By how much the log-loss is lower than the first line's, in parts of it; positive is better.</param>
/// <param name="PrAucGain">By how much the average precision is higher.</param>
public sealed record AblationLine(string Name, int Columns, ClassifierMetrics Value, Estimate Gain, Estimate? PrAucGain);

/// <summary>
/// Which columns and which shape of trees are worth it, by purged cross-validation. A function of its arguments; one
/// thread at a time.
/// </summary>
public sealed class Ablation
{
    private const int Folds = 5;

    private static readonly (int Trees, int Leaves)[] Shapes = [(32, 8), (32, 16), (64, 8), (64, 16), (100, 31)];

    private readonly Dataset _data;
    private readonly float[] _candidates;
    private readonly (int[] Train, int[] Test)[] _folds;
    private readonly int[] _judged;
    private readonly int[] _pools;
    private readonly PoolBootstrap _bootstrap;

    /// <summary>Takes the rows, <see cref="Candidates.Of"/> the same rows, and how often pools are drawn for an interval.</summary>
    public Ablation(Dataset data, float[] candidates, int replicates = PoolBootstrap.DefaultReplicates)
    {
        _data = data;
        _candidates = candidates;
        _folds = [.. PurgedFolds.Of(data, Folds)];
        _judged = [.. _folds.SelectMany(static f => f.Test)];
        _pools = HeadEvaluator.DensePools(data, _judged);
        _bootstrap = new PoolBootstrap(_pools.Max() + 1, replicates: replicates);
    }

    private static int Added => Candidates.Names.Count;

    /// <summary>The table of one head. The first line is the seed's fourteen in the shape given.</summary>
    public IEnumerable<AblationLine> Run(IReadOnlyList<bool> labels, BoosterParameters shape, Action<string> onLine)
    {
        int[] seed = [.. Enumerable.Range(0, FeatureSchema.SeedCount)];
        int[] added = [.. Enumerable.Range(FeatureSchema.SeedCount, Added)];
        int[] free = [.. seed.Except(TrainedHead.Unused)];
        int[] chosen = [.. free, .. added.Where(IsAdopted)];
        List<(string Name, int[] Columns, BoosterParameters Shape)> lines =
        [
            ("seed's 14", seed, shape),
            ("seed's 14 without its 3 of scale", free, shape),
            ("scale-free: those 11 and every candidate", [.. free, .. added], shape),
            ("both: 14 and every candidate", [.. seed, .. added], shape),
            .. added.Select(a => ($"14 + {Candidates.Names[a - FeatureSchema.SeedCount]}", (int[])[.. seed, a], shape)),
            ("chosen: 11 and what the schema took in", chosen, shape),
            .. Shapes.Select(s => ($"chosen, {s.Trees} trees x {s.Leaves} leaves", chosen, shape with { Trees = s.Trees, Leaves = s.Leaves })),
        ];
        ScoredRows? first = null;
        foreach ((string name, int[] columns, BoosterParameters parameters) in lines)
        {
            onLine(name);
            ScoredRows scored = Score(_folds, columns, labels, parameters);
            first ??= scored;
            yield return Line(name, columns.Length, scored, first);
        }

        onLine("rows at random");
        yield return Line("seed's 14, rows split at random: flattery", seed.Length, Score(RandomFolds(), seed, labels, shape), first!);
    }

    private static bool IsAdopted(int column) => FeatureSchema.Names.Contains(Candidates.Names[column - FeatureSchema.SeedCount]);

    private AblationLine Line(string name, int columns, ScoredRows scored, ScoredRows first)
    {
        ScoreDifference behind = scored.BehindOf(first, _bootstrap);
        double loss = first.Measure().LogLoss;
        return new AblationLine(name, columns, scored.Measure(), Negated(behind.LogLoss, loss), behind.PrAuc is { } pr ? Negated(pr, 1) : null);
    }

    private static Estimate Negated(Estimate e, double unit) => new((0 - e.Value) / unit, (0 - e.High) / unit, (0 - e.Low) / unit);

    // What overlapping labels and shared pools make of a split that ignores both.
    private (int[] Train, int[] Test)[] RandomFolds()
    {
        Simulation.SeededRandom random = new(1);
        int[] fold = [.. Enumerable.Range(0, _data.Count).Select(_ => random.Between(0, Folds - 1))];
        return [.. Enumerable.Range(0, Folds).Select(f => (
            Enumerable.Range(0, _data.Count).Where(i => fold[i] != f).ToArray(), Enumerable.Range(0, _data.Count).Where(i => fold[i] == f).ToArray()))];
    }

    // A fold whose fit would see one class only is answered with the rate.
    private ScoredRows Score((int[] Train, int[] Test)[] folds, int[] columns, IReadOnlyList<bool> labels, BoosterParameters parameters)
    {
        double[] probability = new double[_data.Count];
        foreach ((int[] train, int[] test) in folds)
        {
            if (!TrainedHead.HasBoth(train, labels))
            {
                double rate = (train.Count(i => labels[i]) + 1.0) / (train.Length + 2.0);
                Array.ForEach(test, i => probability[i] = rate);
                continue;
            }

            using Booster booster = Booster.Train(
                Rows(train, columns), columns.Length, [.. train.Select(i => labels[i] ? 1f : 0f)],
                [.. train.Select(i => _data.Weight[i])], parameters);
            double[] margins = booster.PredictRaw(Rows(test, columns));
            for (int i = 0; i < test.Length; i++)
            {
                probability[test[i]] = Logistic.Probability(margins[i]);
            }
        }

        return new ScoredRows([.. _judged.Select(i => probability[i])], [.. _judged.Select(i => labels[i])], _pools);
    }

    private float[] Rows(int[] rows, int[] columns)
    {
        float[] values = new float[rows.Length * columns.Length];
        for (int r = 0; r < rows.Length; r++)
        {
            for (int c = 0; c < columns.Length; c++)
            {
                values[(r * columns.Length) + c] = columns[c] < FeatureSchema.SeedCount
                    ? _data.Row(rows[r])[columns[c]]
                    : _candidates[(rows[r] * Added) + columns[c] - FeatureSchema.SeedCount];
            }
        }

        return values;
    }
}
