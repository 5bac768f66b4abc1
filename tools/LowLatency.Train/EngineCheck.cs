using LowLatency.Features;
using LowLatency.Inference;

namespace LowLatency.Train;

/// <summary>How far the compiled form and the plain walker are from ONNX Runtime over the same rows.</summary>
/// <param name="Rows">Rows compared.</param>
/// <param name="SameBits">Rows whose margins are the same bits for all three.</param>
/// <param name="MaxCompiled">Largest difference of a probability, compiled against ONNX Runtime; 0 where nothing compiles.</param>
/// <param name="MaxWalker">Largest difference of a probability, walker against ONNX Runtime.</param>
/// <param name="DecisionFlips">Rows on which the entry rule decides differently.</param>
public readonly record struct EngineDifference(int Rows, int SameBits, double MaxCompiled, double MaxWalker, int DecisionFlips)
{
    /// <summary>Whether they agree to 1e-6 of a probability, and in every decision.</summary>
    public bool Passes => MaxCompiled <= GoldenVectors.Tolerance && MaxWalker <= GoldenVectors.Tolerance && DecisionFlips == 0;
}

/// <summary>Three ways to evaluate one model file: ONNX Runtime, its compiled form, and the walker over the same graph. One thread at a time.</summary>
public sealed class EngineCheck(FoundationSession session, TreeGraph graph, CompiledTrees? compiled)
{
    private static readonly float[] Specials =
        [float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.MinValue, 0f, -0f, float.Epsilon, -float.Epsilon];

    /// <summary>Compares over rows that lie one after the other.</summary>
    public EngineDifference Compare(ReadOnlySpan<float> rows)
    {
        EngineDifference sum = default;
        for (int at = 0; at < rows.Length; at += FeatureSchema.Count)
        {
            EngineDifference one = CompareRow(rows.Slice(at, FeatureSchema.Count));
            sum = new EngineDifference(
                sum.Rows + 1, sum.SameBits + one.SameBits, Math.Max(sum.MaxCompiled, one.MaxCompiled), Math.Max(sum.MaxWalker, one.MaxWalker),
                sum.DecisionFlips + one.DecisionFlips);
        }

        return sum;
    }

    /// <summary>
    /// The golden vectors; then the same with one value moved onto, just below or just above each threshold of the graph, or to
    /// a special one; then special values alone.
    /// </summary>
    public static float[] EdgeRows(TreeGraph graph, GoldenVectors golden)
    {
        List<float> rows = [];
        float[] row = new float[FeatureSchema.Count];
        for (int i = 0; i < golden.Count; i++)
        {
            golden.Read(i, row);
            rows.AddRange(row);
        }

        int next = 0;
        foreach (IGrouping<int, TreeNode> feature in graph.Moon.Trees.Concat(graph.Rug.Trees).SelectMany(static t => t)
            .Where(static n => !n.IsLeaf).GroupBy(static n => n.Feature))
        {
            IEnumerable<float> values = feature.Select(static n => n.Value).Distinct()
                .SelectMany(static t => new[] { t, MathF.BitDecrement(t), MathF.BitIncrement(t) }).Concat(Specials);
            foreach (float value in values)
            {
                golden.Read(next++ % golden.Count, row);
                row[feature.Key] = value;
                rows.AddRange(row);
            }
        }

        foreach (float special in Specials)
        {
            rows.AddRange(Enumerable.Repeat(special, FeatureSchema.Count));
        }

        return [.. rows];
    }

    private static bool IsSame(float a, float b) => BitConverter.SingleToInt32Bits(a) == BitConverter.SingleToInt32Bits(b) || (float.IsNaN(a) && float.IsNaN(b));

    // NaN is handed on where only one of the two is none: it passes no check.
    private static double Between(float a, float b) => IsSame(a, b) ? 0 : Math.Abs(Logistic.Probability(a) - Logistic.Probability(b));

    private static bool Enters(float moon, float rug) => Metrics.Enters(Logistic.Probability(moon), Logistic.Probability(rug));

    private EngineDifference CompareRow(ReadOnlySpan<float> row)
    {
        row.CopyTo(session.Input);
        session.Run(out float moon, out float rug);
        float moonWalked = graph.Moon.Margin(row);
        float rugWalked = graph.Rug.Margin(row);
        float moonCompiled = moonWalked;
        float rugCompiled = rugWalked;
        compiled?.Predict(row, out moonCompiled, out rugCompiled);
        bool enters = Enters(moon, rug);
        return new EngineDifference(
            1,
            IsSame(moon, moonWalked) && IsSame(moon, moonCompiled) && IsSame(rug, rugWalked) && IsSame(rug, rugCompiled) ? 1 : 0,
            compiled is null ? 0 : Math.Max(Between(moon, moonCompiled), Between(rug, rugCompiled)),
            Math.Max(Between(moon, moonWalked), Between(rug, rugWalked)),
            enters != Enters(moonWalked, rugWalked) || enters != Enters(moonCompiled, rugCompiled) ? 1 : 0);
    }
}
