using LowLatency.Features;
using LowLatency.Inference;
using LowLatency.Train.Evaluation;
using LowLatency.Train.LightGbm;
using LowLatency.Train.Onnx;

namespace LowLatency.Train;

/// <summary>A trained version, in memory: every byte that a models folder gets.</summary>
/// <param name="Model">Content of <see cref="ModelFiles.Model"/>.</param>
/// <param name="ModelProba">Content of <see cref="ModelFiles.ModelProba"/>.</param>
/// <param name="Golden">Content of <see cref="ModelFiles.Golden"/>.</param>
/// <param name="Manifest">The manifest.</param>
/// <param name="Evaluation">What the test block says of it.</param>
public sealed record FoundationArtifact(
    byte[] Model, byte[] ModelProba, byte[] Golden, ModelManifest Manifest, EvaluationReport Evaluation);

/// <summary>
/// From labelled rows to a foundation model: two heads, calibrated, written, compared. A function of its arguments: the
/// same give the same bytes. One thread at a time.
/// </summary>
public static class FoundationTrainer
{
    private const int GoldenFromData = 700;
    private const int GoldenFromEdges = 300;

    /// <summary>Trains.</summary>
    /// <param name="data">Labelled rows.</param>
    /// <param name="parameters">Shape and seed, the same for both heads.</param>
    /// <param name="version">Name of the version.</param>
    /// <param name="creator">Command line, for the manifest.</param>
    /// <param name="onProgress">Told the stage and the share of it that is done.</param>
    /// <param name="parent">The version that serves while this one is made.</param>
    /// <param name="recordings">Where the rows come from, for the evaluation.</param>
    /// <exception cref="TrainingException">The data does not suffice, or LightGBM fails.</exception>
    public static FoundationArtifact Train(
        Dataset data, BoosterParameters parameters, string version, string creator, Action<string, double>? onProgress = null,
        ChampionPointer? parent = null, IReadOnlyList<RecordingSummary>? recordings = null)
    {
        BlockSplit split = BlockSplit.Of(data);
        split.Check(data);
        CheckBlock("training", split.Train, data);
        CheckBlock("calibration", split.Calibrate, data);
        CheckBlock("test", split.Test, data);
        using TrainedHead moon = Fit("moon", data.Moon);
        using TrainedHead rug = Fit("rug", data.Rug);

        byte[] model = OnnxModelWriter.Write(moon.Trees, rug.Trees, probabilities: false);
        byte[] proba = OnnxModelWriter.Write(moon.Trees, rug.Trees, probabilities: true);
        byte[] golden = MakeGolden(data, moon.Trees, rug.Trees);
        ModelParity parity;
        using (FoundationSession session = new(model))
        {
            parity = ParityCheck.Run(session, moon, rug, data);
        }

        HeadEvaluation moonTest = Measure("moon", data.Moon, moon);
        HeadEvaluation rugTest = Measure("rug", data.Rug, rug);
        EvaluationReport evaluation = new(
            creator, EvaluationReport.BootstrapInWords, data.Sha256(), recordings ?? [], [moonTest, rugTest]);
        ModelManifest manifest = new()
        {
            Schema = ModelManifest.CurrentSchema,
            Name = ModelFiles.Foundation,
            Version = version,
            Creator = creator,
            Parent = parent,
            Sha256 = new ModelFileHashes(ModelFiles.Sha256(model), ModelFiles.Sha256(proba), ModelFiles.Sha256(golden)),
            FeatureSchemaHash = FeatureSchema.Hash,
            Features = FeatureSchema.Names.ToArray(),
            LabelVersion = FeatureSchema.LabelsVersion,
            DatasetSha256 = evaluation.DatasetSha256,
            Opset = OnnxModelWriter.Opset,
            Golden = new GoldenInfo(golden.Length / GoldenVectors.BytesPerVector, GoldenVectors.Layout, GoldenVectors.Tolerance),
            Blocks = new ModelBlocks(BlockSplit.EmbargoMs,
                Describe(split.Train, data), Describe(split.Calibrate, data), Describe(split.Test, data), split.DroppedRows),
            Parameters = parameters.ToString(),
            Parity = parity,
            Moon = DescribeHead(moon, moonTest),
            Rug = DescribeHead(rug, rugTest),
            EntryRule = EntryRule.Measure(
                Probabilities(data, split.Test, moon.Trees), Probabilities(data, split.Test, rug.Trees),
                Select(data.Moon, split.Test), Select(data.Rug, split.Test)),
        };
        return new FoundationArtifact(model, proba, golden, manifest, evaluation);

        TrainedHead Fit(string head, IReadOnlyList<bool> labels) => TrainedHead.Fit(
            data, split.Train, split.Calibrate, labels, parameters,
            trees => onProgress?.Invoke($"train {head}", (double)trees / parameters.Trees));

        HeadEvaluation Measure(string head, IReadOnlyList<bool> labels, TrainedHead trained)
        {
            int[] fitted = [.. split.Train, .. split.Calibrate];
            return HeadEvaluator.Measure(
                head, "test block", data, split.Test, labels, trained.Trees.Margin, fitted, Baselines.Fit(data, fitted, labels),
                share => onProgress?.Invoke($"evaluate {head}", share));
        }
    }

    // What the walker says, not ONNX Runtime: a load then proves the machine against the definition of the trees.
    private static byte[] MakeGolden(Dataset data, TreeEnsemble moon, TreeEnsemble rug)
    {
        float[] dataRows = data.Rows(ParityCheck.Evenly(data.Count, GoldenFromData));
        float[] edgeRows = ParityCheck.EdgeRows(dataRows, [moon, rug]);
        int[] edges = ParityCheck.Evenly(edgeRows.Length / FeatureSchema.Count, GoldenFromEdges);
        int fromData = dataRows.Length / FeatureSchema.Count;
        byte[] golden = new byte[(fromData + edges.Length) * GoldenVectors.BytesPerVector];
        for (int i = 0; i < fromData + edges.Length; i++)
        {
            ReadOnlySpan<float> row = i < fromData
                ? dataRows.AsSpan(i * FeatureSchema.Count, FeatureSchema.Count)
                : edgeRows.AsSpan(edges[i - fromData] * FeatureSchema.Count, FeatureSchema.Count);
            GoldenVectors.Write(
                golden.AsSpan(i * GoldenVectors.BytesPerVector), row, (float)moon.Margin(row), (float)rug.Margin(row));
        }

        return golden;
    }

    private static void CheckBlock(string name, IReadOnlyList<int> rows, Dataset data)
    {
        int moons = rows.Count(i => data.Moon[i]);
        int rugs = rows.Count(i => data.Rug[i]);
        if (moons == 0 || rugs == 0 || moons == rows.Count || rugs == rows.Count)
        {
            throw new TrainingException(
                $"the {name} block has {rows.Count} rows of which {moons} moon and {rugs} rug; both classes of both heads are needed. "
                + "Blocks are 60/20/20 % of the time and no pool is in two: give longer recordings, in which pools come and go");
        }
    }

    private static ModelBlock Describe(IReadOnlyList<int> rows, Dataset data) => new(
        rows.Count, rows.Count(i => data.Moon[i]), rows.Count(i => data.Rug[i]), rows.Select(i => data.Pool[i]).Distinct().Count(),
        rows.Min(i => data.TimestampMs[i]), rows.Max(i => data.TimestampMs[i]));

    private static ModelHead DescribeHead(TrainedHead head, HeadEvaluation test) => new(
        head.Trees.Trees.Count, head.Trees.Leaves, head.Calibration.Slope, head.Calibration.Intercept,
        test.Models[0].Value, test.Models[0].Interval);

    private static double[] Probabilities(Dataset data, IReadOnlyList<int> rows, TreeEnsemble trees) =>
        [.. rows.Select(i => Logistic.Probability(trees.Margin(data.Row(i))))];

    private static T[] Select<T>(IReadOnlyList<T> column, IReadOnlyList<int> rows) => [.. rows.Select(i => column[i])];
}
