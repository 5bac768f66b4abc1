using LowLatency.Features;
using LowLatency.Inference;

namespace LowLatency.Train;

/// <summary>
/// Three ways to evaluate one model - ONNX Runtime as it serves, the tree walker, LightGBM - on rows of the data and on
/// rows made to sit on every threshold, one ULP below and above it, and on NaN and the infinities. One thread at a time.
/// </summary>
public static class ParityCheck
{
    /// <summary>Rows compared beside the edges, at least.</summary>
    public const int LeastDataRows = 10_000;

    private const int MostDataRows = 20_000;
    private const int SpecialBases = 8;

    private static readonly float[] Specials =
    [
        float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.MinValue, 0f, -0f,
        float.Epsilon, -float.Epsilon, DecisionTree.ZeroBand, -DecisionTree.ZeroBand,
    ];

    /// <summary>Compares.</summary>
    public static ModelParity Run(FoundationSession session, TrainedHead moon, TrainedHead rug, Dataset data)
    {
        float[] dataRows = DataRows(data);
        float[] edgeRows = EdgeRows(dataRows, [moon.Trees, rug.Trees]);
        ModelParity onData = Compare(session, moon, rug, dataRows);
        ModelParity onEdges = Compare(session, moon, rug, edgeRows);
        return new ModelParity(
            onData.DataRows, onEdges.DataRows,
            Math.Max(onData.MaxVsWalker, onEdges.MaxVsWalker), Math.Max(onData.MaxVsLightGbm, onEdges.MaxVsLightGbm),
            onData.DecisionFlips + onEdges.DecisionFlips);
    }

    /// <summary>Whether the three agree: to 1e-6 of a probability, and in every decision.</summary>
    public static bool Passes(ModelParity parity) =>
        parity.MaxVsWalker <= GoldenVectors.Tolerance && parity.MaxVsLightGbm <= GoldenVectors.Tolerance && parity.DecisionFlips == 0;

    /// <summary>Indices of at most <paramref name="most"/> rows, spread evenly.</summary>
    public static int[] Evenly(int count, int most)
    {
        int taken = Math.Min(count, most);
        return [.. Enumerable.Range(0, taken).Select(i => (int)((long)i * count / taken))];
    }

    /// <summary>Rows of the data with one value moved onto, just below or just above each threshold, or to a special one.</summary>
    public static float[] EdgeRows(float[] dataRows, IReadOnlyList<TreeEnsemble> heads)
    {
        List<float> rows = [];
        int bases = dataRows.Length / FeatureSchema.Count;
        int next = 0;
        for (int feature = 0; feature < FeatureSchema.Count; feature++)
        {
            foreach (float threshold in ThresholdsOf(feature, heads))
            {
                float[] values = [threshold, MathF.BitDecrement(threshold), MathF.BitIncrement(threshold)];
                foreach (float value in values)
                {
                    AddRow(rows, dataRows, next++ % bases, feature, value);
                }
            }

            foreach (float special in Specials)
            {
                for (int i = 0; i < SpecialBases; i++)
                {
                    AddRow(rows, dataRows, next++ % bases, feature, special);
                }
            }
        }

        foreach (float special in Specials)
        {
            rows.AddRange(Enumerable.Repeat(special, FeatureSchema.Count));
        }

        return [.. rows];
    }

    // Where the data has too few, rows mixed of its values follow, each value of another row.
    private static float[] DataRows(Dataset data)
    {
        float[] rows = data.Rows(Evenly(data.Count, MostDataRows));
        int own = rows.Length / FeatureSchema.Count;
        Array.Resize(ref rows, Math.Max(own, LeastDataRows) * FeatureSchema.Count);
        for (int row = own; row < rows.Length / FeatureSchema.Count; row++)
        {
            for (int f = 0; f < FeatureSchema.Count; f++)
            {
                rows[(row * FeatureSchema.Count) + f] = data.Row((row + (f * 7919)) % own)[f];
            }
        }

        return rows;
    }

    // Either head's side of the rule: a flip of one counts even where the other refuses the row anyway.
    private static (bool Moon, bool Rug) Decisions(double moon, double rug) => (moon > EntryRule.MoonAbove, rug < EntryRule.RugBelow);

    private static SortedSet<float> ThresholdsOf(int feature, IReadOnlyList<TreeEnsemble> heads)
    {
        SortedSet<float> thresholds = [];
        foreach (DecisionTree tree in heads.SelectMany(static h => h.Trees))
        {
            for (int i = 0; i < tree.Feature.Length; i++)
            {
                if (tree.Feature[i] == feature)
                {
                    thresholds.Add(TreeEnsemble.SnapThreshold(tree.Threshold[i]));
                }
            }
        }

        return thresholds;
    }

    private static void AddRow(List<float> rows, float[] dataRows, int row, int feature, float value)
    {
        int start = rows.Count;
        rows.AddRange(dataRows.AsSpan(row * FeatureSchema.Count, FeatureSchema.Count));
        rows[start + feature] = value;
    }

    private static ModelParity Compare(FoundationSession session, TrainedHead moon, TrainedHead rug, float[] rows)
    {
        double[] moonRaw = moon.Booster.PredictRaw(rows);
        double[] rugRaw = rug.Booster.PredictRaw(rows);
        double vsWalker = 0;
        double vsLightGbm = 0;
        int flips = 0;
        for (int i = 0; i < moonRaw.Length; i++)
        {
            ReadOnlySpan<float> row = rows.AsSpan(i * FeatureSchema.Count, FeatureSchema.Count);
            row.CopyTo(session.Input);
            session.Run(out float moonMargin, out float rugMargin);
            double moonOnnx = Logistic.Probability(moonMargin);
            double rugOnnx = Logistic.Probability(rugMargin);
            double moonWalked = Logistic.Probability(moon.Trees.Margin(row));
            double rugWalked = Logistic.Probability(rug.Trees.Margin(row));
            double moonTrainer = Logistic.Probability((moon.Calibration.Slope * moonRaw[i]) + moon.Calibration.Intercept);
            double rugTrainer = Logistic.Probability((rug.Calibration.Slope * rugRaw[i]) + rug.Calibration.Intercept);
            vsWalker = Largest(vsWalker, moonOnnx - moonWalked, rugOnnx - rugWalked);
            vsLightGbm = Largest(vsLightGbm, moonOnnx - moonTrainer, rugOnnx - rugTrainer);
            (bool, bool) decided = Decisions(moonOnnx, rugOnnx);
            flips += decided != Decisions(moonWalked, rugWalked) || decided != Decisions(moonTrainer, rugTrainer) ? 1 : 0;
        }

        return new ModelParity(moonRaw.Length, 0, vsWalker, vsLightGbm, flips);
    }

    // Math.Max hands NaN on, so an answer that is no number fails the check.
    private static double Largest(double sofar, double a, double b) => Math.Max(sofar, Math.Max(Math.Abs(a), Math.Abs(b)));
}
