namespace LowLatency.Train;

/// <summary>
/// A decision tree as LightGBM means it. Arrays are indexed by split; a child below 0 is the leaf ~child, and a tree
/// without splits is the single leaf 0. Immutable after it is built; any thread.
/// </summary>
/// <param name="Feature">Column a split looks at.</param>
/// <param name="Threshold">value &lt;= threshold goes left.</param>
/// <param name="NanGoesLeft">Where a missing value goes.</param>
/// <param name="Left">Left child.</param>
/// <param name="Right">Right child.</param>
/// <param name="LeafValue">Value of each leaf.</param>
public sealed record DecisionTree(
    int[] Feature, double[] Threshold, bool[] NanGoesLeft, int[] Left, int[] Right, double[] LeafValue)
{
    /// <summary>
    /// LightGBM takes every value of at most this magnitude for 0 (its <c>kZeroThreshold</c>), when it learns and when it predicts.
    /// </summary>
    public const float ZeroBand = 1e-35f;

    /// <summary>The leaf's value for a row.</summary>
    public double Walk(ReadOnlySpan<float> row)
    {
        if (Feature.Length == 0)
        {
            return LeafValue[0];
        }

        int node = 0;
        while (node >= 0)
        {
            double value = row[Feature[node]];
            value = Math.Abs(value) <= ZeroBand ? 0 : value;
            bool left = double.IsNaN(value) ? NanGoesLeft[node] : value <= Threshold[node];
            node = left ? Left[node] : Right[node];
        }

        return LeafValue[~node];
    }
}

/// <summary>
/// Trees and a base value; the margin is their sum in double. Slow and obvious on purpose: it is the oracle that the ONNX
/// graph is compared with. Immutable; any thread.
/// </summary>
public sealed class TreeEnsemble(IReadOnlyList<DecisionTree> trees, double baseValue = 0)
{
    /// <summary>The trees.</summary>
    public IReadOnlyList<DecisionTree> Trees => trees;

    /// <summary>Added to every margin.</summary>
    public double BaseValue => baseValue;

    /// <summary>Leaves over all trees.</summary>
    public int Leaves => trees.Sum(static t => t.LeafValue.Length);

    /// <summary>The margin of a row.</summary>
    public double Margin(ReadOnlySpan<float> row)
    {
        double sum = baseValue;
        foreach (DecisionTree tree in trees)
        {
            sum += tree.Walk(row);
        }

        return sum;
    }

    /// <summary>The ensemble whose margin is slope * margin + intercept: a calibration folded into leaves and base.</summary>
    public TreeEnsemble Calibrated(double slope, double intercept) => new(
        [.. trees.Select(t => t with { LeafValue = [.. t.LeafValue.Select(v => slope * v)] })],
        (slope * baseValue) + intercept);

    /// <summary>
    /// The float32 threshold that decides every float32 value as the double one does in <see cref="DecisionTree.Walk"/>:
    /// the largest float not above it (a cast would round two in five up), and, inside the band that counts as zero, the
    /// band's edge on the same side.
    /// </summary>
    public static float SnapThreshold(double threshold)
    {
        if (threshold >= 0 && threshold < DecisionTree.ZeroBand)
        {
            return DecisionTree.ZeroBand;
        }

        if (threshold < 0 && threshold >= -DecisionTree.ZeroBand)
        {
            return MathF.BitDecrement(-DecisionTree.ZeroBand);
        }

        float cast = (float)threshold;
        return cast > threshold ? MathF.BitDecrement(cast) : cast;
    }
}
