using CsCheck;
using LowLatency.Features;
using LowLatency.Inference;
using LowLatency.Train;
using LowLatency.Train.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace LowLatency.Tests.Train;

public class OnnxModelWriterTests
{
    private static readonly double[] EdgeThresholds =
        [0, -0.0, 1e-35, 1e-35f, -(double)1e-35f, 1.79e308, -1.79e308, double.PositiveInfinity, float.MaxValue];

    [Fact]
    public void ONNX_Runtime_agrees_with_the_walker_on_random_trees_and_on_every_edge()
    {
        Gen.Int[1, 1_000_000].Sample(seed =>
        {
            Random random = new(seed);
            TreeEnsemble moon = RandomEnsemble(random, trees: 5);
            TreeEnsemble rug = RandomEnsemble(random, trees: 3);
            using FoundationSession session = new(OnnxModelWriter.Write(moon, rug, probabilities: false));
            float[] bases = [.. Enumerable.Range(0, 8 * FeatureSchema.Count).Select(_ => (float)RandomThreshold(random))];
            float[] rows = ParityCheck.EdgeRows(bases, [moon, rug]);
            for (int at = 0; at < rows.Length; at += FeatureSchema.Count)
            {
                ReadOnlySpan<float> row = rows.AsSpan(at, FeatureSchema.Count);
                row.CopyTo(session.Input);
                session.Run(out float moonMargin, out float rugMargin);
                Assert.Equal(moon.Margin(row), moonMargin, 1e-5);
                Assert.Equal(rug.Margin(row), rugMargin, 1e-5);
            }
        }, iter: 30);
    }

    [Fact]
    public void A_snapped_threshold_decides_every_float_as_the_double_does()
    {
        Gen<double> threshold = Gen.OneOf(
            Gen.Double, Gen.Double[-2, 2], Gen.Double[-2e-35, 2e-35],
            Gen.Int[0, EdgeThresholds.Length - 1].Select(static i => EdgeThresholds[i]));
        Gen.Select(threshold, Gen.Single).Where(static (t, _) => !double.IsNaN(t)).Sample((t, any) =>
        {
            float snapped = TreeEnsemble.SnapThreshold(t);
            float[] values =
            [
                snapped, MathF.BitDecrement(snapped), MathF.BitIncrement(snapped), (float)t, MathF.BitIncrement((float)t), any,
                0f, -0f, float.Epsilon, DecisionTree.ZeroBand, -DecisionTree.ZeroBand, MathF.BitIncrement(DecisionTree.ZeroBand),
                MathF.BitDecrement(-DecisionTree.ZeroBand), float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.MinValue,
            ];
            foreach (float value in values.Where(static v => !float.IsNaN(v)))
            {
                double seen = Math.Abs(value) <= DecisionTree.ZeroBand ? 0 : value;
                Assert.Equal(seen <= t, value <= snapped);
            }
        });
    }

    [Fact]
    public void A_plain_cast_would_decide_otherwise()
    {
        const double Threshold = 0.1 - 1e-12;

        Assert.True((float)Threshold > Threshold);
        Assert.True(TreeEnsemble.SnapThreshold(Threshold) <= Threshold);
    }

    [Fact]
    public void Single_leaves_and_the_base_value_are_kept()
    {
        TreeEnsemble leaf = new([new DecisionTree([], [], [], [], [], [0.5])], 0.25);
        using FoundationSession session = new(OnnxModelWriter.Write(leaf, leaf.Calibrated(2, -1), probabilities: false));
        session.Run(out float moon, out float rug);

        Assert.Equal(0.75f, moon);
        Assert.Equal(0.5f, rug);
    }

    [Fact]
    public void The_other_file_answers_probabilities_for_batches()
    {
        TreeEnsemble ensemble = RandomEnsemble(new Random(3), trees: 4);
        using InferenceSession session = new(OnnxModelWriter.Write(ensemble, ensemble, probabilities: true));
        float[] rows = [.. Enumerable.Range(0, 3 * FeatureSchema.Count).Select(static i => (i % 7) - 3f)];
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(rows, [3, FeatureSchema.Count]);
        using RunOptions options = new();
        using var outputs = session.Run(options, ["features"], [input], ["moon", "rug"]);

        for (int i = 0; i < 3; i++)
        {
            double expected = Logistic.Probability(ensemble.Margin(rows.AsSpan(i * FeatureSchema.Count, FeatureSchema.Count)));
            Assert.Equal(expected, outputs[0].GetTensorDataAsSpan<float>()[i], 1e-6);
            Assert.Equal(expected, outputs[1].GetTensorDataAsSpan<float>()[i], 1e-6);
        }
    }

    [Fact]
    public void The_same_trees_give_the_same_bytes()
    {
        byte[] one = OnnxModelWriter.Write(RandomEnsemble(new Random(5), 4), RandomEnsemble(new Random(6), 4), probabilities: true);
        byte[] other = OnnxModelWriter.Write(RandomEnsemble(new Random(5), 4), RandomEnsemble(new Random(6), 4), probabilities: true);

        Assert.Equal(one, other);
    }

    internal static TreeEnsemble RandomEnsemble(Random random, int trees, int maxLeaves = 12) =>
        new([.. Enumerable.Range(0, trees).Select(_ => RandomTree(random, random.Next(maxLeaves)))], random.NextDouble() - 0.5);

    // Grown as LightGBM grows: split k replaces one leaf by itself, and adds leaf k + 1.
    internal static DecisionTree RandomTree(Random random, int splits)
    {
        int[] left = new int[splits];
        int[] right = new int[splits];
        for (int k = 0; k < splits; k++)
        {
            int leaf = random.Next(k + 1);
            for (int parent = 0; parent < k; parent++)
            {
                left[parent] = left[parent] == ~leaf ? k : left[parent];
                right[parent] = right[parent] == ~leaf ? k : right[parent];
            }

            left[k] = ~leaf;
            right[k] = ~(k + 1);
        }

        return new DecisionTree(
            [.. left.Select(_ => random.Next(FeatureSchema.Count))], [.. left.Select(_ => RandomThreshold(random))],
            [.. left.Select(_ => random.Next(2) == 0)], left, right,
            [.. Enumerable.Range(0, splits + 1).Select(_ => random.NextDouble() - 0.5)]);
    }

    private static double RandomThreshold(Random random) => random.Next(8) switch
    {
        0 => 0,
        1 => 1e-35f,
        2 => -(double)1e-35f,
        3 => double.PositiveInfinity,
        4 => (random.NextDouble() - 0.5) * 1e300,
        _ => (random.NextDouble() - 0.5) * 4,
    };
}
