using LowLatency.Features;
using LowLatency.Inference;
using LowLatency.Train.LightGbm;
using LowLatency.Train.Onnx;

namespace LowLatency.Train;

/// <summary>A trained version, in memory: every byte that a models folder gets.</summary>
/// <param name="Model">Content of <see cref="ModelFiles.Model"/>.</param>
/// <param name="ModelProba">Content of <see cref="ModelFiles.ModelProba"/>.</param>
/// <param name="Golden">Content of <see cref="ModelFiles.Golden"/>.</param>
/// <param name="Manifest">The manifest.</param>
public sealed record FoundationArtifact(byte[] Model, byte[] ModelProba, byte[] Golden, ModelManifest Manifest);

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
    /// <param name="onProgress">Told the head and the trees it has.</param>
    /// <exception cref="TrainingException">The data does not suffice, or LightGBM fails.</exception>
    public static FoundationArtifact Train(
        Dataset data, BoosterParameters parameters, string version, string creator, Action<string, int>? onProgress = null)
    {
        BlockSplit split = BlockSplit.Of(data);
        CheckBlock("training", split.Train, data);
        CheckBlock("calibration", split.Calibrate, data);
        CheckBlock("test", split.Test, data);
        TrainedHead moon = TrainHead(data, split, data.Moon, parameters, trees => onProgress?.Invoke("moon", trees));
        using Booster moonBooster = moon.Booster;
        TrainedHead rug = TrainHead(data, split, data.Rug, parameters, trees => onProgress?.Invoke("rug", trees));
        using Booster rugBooster = rug.Booster;

        byte[] model = OnnxModelWriter.Write(moon.Trees, rug.Trees, probabilities: false);
        byte[] proba = OnnxModelWriter.Write(moon.Trees, rug.Trees, probabilities: true);
        byte[] golden = MakeGolden(data, moon.Trees, rug.Trees);
        ModelParity parity;
        using (FoundationSession session = new(model))
        {
            parity = ParityCheck.Run(session, moon, rug, data);
        }

        double[] moonTest = Probabilities(data, split.Test, moon.Trees);
        double[] rugTest = Probabilities(data, split.Test, rug.Trees);
        bool[] moons = Select(data.Moon, split.Test);
        bool[] rugs = Select(data.Rug, split.Test);
        return new FoundationArtifact(model, proba, golden, new ModelManifest
        {
            Schema = ModelManifest.CurrentSchema,
            Name = ModelFiles.Foundation,
            Version = version,
            Creator = creator,
            Sha256 = new ModelFileHashes(ModelFiles.Sha256(model), ModelFiles.Sha256(proba), ModelFiles.Sha256(golden)),
            FeatureSchemaHash = FeatureSchema.Hash,
            Features = FeatureSchema.Names.ToArray(),
            LabelVersion = FeatureSchema.LabelsVersion,
            DatasetSha256 = data.Sha256(),
            Opset = OnnxModelWriter.Opset,
            Golden = new GoldenInfo(golden.Length / GoldenVectors.BytesPerVector, GoldenVectors.Layout, GoldenVectors.Tolerance),
            Blocks = new ModelBlocks(BlockSplit.EmbargoMs,
                Describe(split.Train, data), Describe(split.Calibrate, data), Describe(split.Test, data), split.DroppedRows),
            Parameters = parameters.ToString(),
            Parity = parity,
            Moon = DescribeHead(moon, Metrics.Of(moonTest, moons)),
            Rug = DescribeHead(rug, Metrics.Of(rugTest, rugs)),
            EntryRule = Metrics.OfEntryRule(moonTest, rugTest, moons, rugs),
        });
    }

    private static TrainedHead TrainHead(
        Dataset data, BlockSplit split, IReadOnlyList<bool> labels, BoosterParameters parameters, Action<int> onTree)
    {
        float[] targets = [.. split.Train.Select(i => labels[i] ? 1f : 0f)];
        Booster booster = Booster.Train(
            data.Rows(split.Train), FeatureSchema.Count, targets, Select(data.Weight, split.Train), parameters, onTree);
        try
        {
            TreeEnsemble raw = ModelText.Parse(booster.ToText());
            double[] margins = [.. split.Calibrate.Select(i => raw.Margin(data.Row(i)))];
            PlattScaling platt = PlattScaling.Fit(margins, Select(labels, split.Calibrate), Select(data.Weight, split.Calibrate));
            return new TrainedHead(booster, platt, raw.Calibrated(platt.Slope, platt.Intercept));
        }
        catch (TrainingException)
        {
            booster.Dispose();
            throw;
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

    private static ModelHead DescribeHead(TrainedHead head, ClassifierMetrics test) => new(
        head.Trees.Trees.Count, head.Trees.Leaves, head.Calibration.Slope, head.Calibration.Intercept, test);

    private static double[] Probabilities(Dataset data, IReadOnlyList<int> rows, TreeEnsemble trees) =>
        [.. rows.Select(i => Logistic.Probability(trees.Margin(data.Row(i))))];

    private static T[] Select<T>(IReadOnlyList<T> column, IReadOnlyList<int> rows) => [.. rows.Select(i => column[i])];
}
