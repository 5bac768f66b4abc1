using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LowLatency.Inference;

/// <summary>
/// What is known of a model version: written beside it by the trainer, read by <see cref="FoundationModel"/>. It holds
/// neither clock nor machine, so that the same data and command give the same bytes. Immutable; any thread.
/// </summary>
public sealed record ModelManifest
{
    /// <summary>Version of this record's shape.</summary>
    public const int CurrentSchema = 1;

    /// <summary><see cref="CurrentSchema"/> of the build that wrote it.</summary>
    public required int Schema { get; init; }

    /// <summary>The kind of model: <c>foundation</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The version: <c>v1</c>, <c>v2</c>...; a version never changes.</summary>
    public required string Version { get; init; }

    /// <summary>The trainer's command line, folders left out.</summary>
    public required string Creator { get; init; }

    /// <summary>SHA-256 of each file of the version, lower-case hex.</summary>
    public required ModelFileHashes Sha256 { get; init; }

    /// <summary><see cref="Features.FeatureSchema.Hash"/> of the training data.</summary>
    public required string FeatureSchemaHash { get; init; }

    /// <summary>Feature names in the order of the input's columns; for the reader, the hash decides.</summary>
    public required IReadOnlyList<string> Features { get; init; }

    /// <summary><see cref="Features.FeatureSchema.LabelsVersion"/> of the training data.</summary>
    public required int LabelVersion { get; init; }

    /// <summary>SHA-256 over the rows of the training data, lower-case hex.</summary>
    public required string DatasetSha256 { get; init; }

    /// <summary>Opset of the ONNX files.</summary>
    public required int Opset { get; init; }

    /// <summary>The golden vectors.</summary>
    public required GoldenInfo Golden { get; init; }

    /// <summary>How the rows were used.</summary>
    public required ModelBlocks Blocks { get; init; }

    /// <summary>LightGBM's parameters, the seed included, as handed to it.</summary>
    public required string Parameters { get; init; }

    /// <summary>Agreement of ONNX Runtime, the tree walker and LightGBM when the model was made.</summary>
    public required ModelParity Parity { get; init; }

    /// <summary>The moon head.</summary>
    public required ModelHead Moon { get; init; }

    /// <summary>The rug head.</summary>
    public required ModelHead Rug { get; init; }

    /// <summary>What the rule "moon above, rug below" would have entered in the test block.</summary>
    public required EntryRuleMetrics EntryRule { get; init; }

    /// <summary>Writes the manifest: UTF-8, no BOM, LF, a stable member order.</summary>
    public byte[] ToUtf8()
    {
        string json = JsonSerializer.Serialize(this, ModelJson.Default.ModelManifest);
        return Encoding.UTF8.GetBytes(json + "\n");
    }

    /// <summary>Reads a manifest.</summary>
    /// <exception cref="JsonException">It is not one: unknown, absent or wrongly typed members.</exception>
    public static ModelManifest Parse(ReadOnlySpan<byte> utf8) =>
        JsonSerializer.Deserialize(utf8, ModelJson.Default.ModelManifest) ?? throw new JsonException("the manifest is null");
}

/// <summary>SHA-256 of each file of a version, lower-case hex.</summary>
/// <param name="Model">The graph that serves: raw margins out.</param>
/// <param name="ModelProba">The same with the sigmoid inside, for other runtimes.</param>
/// <param name="Golden">The golden vectors.</param>
public sealed record ModelFileHashes(
    [property: JsonPropertyName(ModelFiles.Model)] string Model,
    [property: JsonPropertyName(ModelFiles.ModelProba)] string ModelProba,
    [property: JsonPropertyName(ModelFiles.Golden)] string Golden);

/// <summary>What <c>golden.bin</c> holds.</summary>
/// <param name="Vectors">Number of vectors.</param>
/// <param name="Layout">The bytes of one vector, in words.</param>
/// <param name="Tolerance">Largest difference of a probability that a load accepts.</param>
public sealed record GoldenInfo(int Vectors, string Layout, double Tolerance);

/// <summary>The three blocks of the data, in time.</summary>
/// <param name="EmbargoMs">Milliseconds between two blocks that belong to neither.</param>
/// <param name="Train">What the trees were fitted on.</param>
/// <param name="Calibrate">What the calibration was fitted on.</param>
/// <param name="Test">What every metric here was measured on.</param>
/// <param name="DroppedRows">Rows of no block: embargo, a horizon that reaches into a later block, or a pool of an earlier one.</param>
public sealed record ModelBlocks(
    long EmbargoMs, ModelBlock Train, ModelBlock Calibrate, ModelBlock Test, int DroppedRows);

/// <summary>One block.</summary>
/// <param name="Rows">Labelled observations.</param>
/// <param name="Moons">Rows that will moon.</param>
/// <param name="Rugs">Rows that will rug.</param>
/// <param name="Pools">Distinct pools.</param>
/// <param name="FirstMs">Unix milliseconds of the earliest row.</param>
/// <param name="LastMs">Unix milliseconds of the latest row.</param>
public sealed record ModelBlock(int Rows, int Moons, int Rugs, int Pools, long FirstMs, long LastMs);

/// <summary>One head.</summary>
/// <param name="Trees">Number of trees.</param>
/// <param name="Leaves">Leaves over all trees.</param>
/// <param name="CalibrationSlope">Platt's slope, already folded into the leaves.</param>
/// <param name="CalibrationIntercept">Platt's intercept, already the graph's base value.</param>
/// <param name="Test">Metrics on the test block, each row counted once.</param>
public sealed record ModelHead(
    int Trees, int Leaves, double CalibrationSlope, double CalibrationIntercept, ClassifierMetrics Test);

/// <summary>How well probabilities fit outcomes; each row counts once.</summary>
/// <param name="LogLoss">Mean negative log-likelihood, nats.</param>
/// <param name="BaseRateLogLoss">That of the constant which knows the block's own rate: the entropy, nats.</param>
/// <param name="Brier">Mean squared error of the probability.</param>
/// <param name="RocAuc">Area under the ROC curve, ties counted half; null where only one class is present.</param>
/// <param name="PrAuc">Average precision, a tie being one step; null without positives.</param>
public sealed record ClassifierMetrics(double LogLoss, double BaseRateLogLoss, double Brier, double? RocAuc, double? PrAuc);

/// <summary>What an entry rule takes.</summary>
/// <param name="MoonAbove">The moon probability must be above it.</param>
/// <param name="RugBelow">The rug probability must be below it.</param>
/// <param name="Rows">Rows that pass.</param>
/// <param name="Share">Their share of all rows.</param>
/// <param name="Precision">Share of them that moon; null where none passes.</param>
/// <param name="RugRate">Share of them that rug; null where none passes.</param>
public sealed record EntryRuleMetrics(
    double MoonAbove, double RugBelow, int Rows, double Share, double? Precision, double? RugRate);

/// <summary>Agreement of the three ways to evaluate a model.</summary>
/// <param name="DataRows">Rows of the data compared.</param>
/// <param name="EdgeRows">Made rows: on every threshold, one ULP below and above, NaN and both infinities.</param>
/// <param name="MaxVsWalker">Largest difference of a probability, ONNX Runtime against the tree walker.</param>
/// <param name="MaxVsLightGbm">Largest difference of a probability, ONNX Runtime against LightGBM.</param>
/// <param name="DecisionFlips">Rows on which the entry rule decides differently.</param>
public sealed record ModelParity(int DataRows, int EdgeRows, double MaxVsWalker, double MaxVsLightGbm, int DecisionFlips);

[JsonSourceGenerationOptions(
    WriteIndented = true,
    NewLine = "\n",
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ModelManifest))]
[JsonSerializable(typeof(ChampionPointer))]
internal sealed partial class ModelJson : JsonSerializerContext;
