using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using LowLatency.Inference;
using LowLatency.Storage;

namespace LowLatency.Train.Evaluation;

/// <summary>What <c>evaluation.json</c> holds, and the page is drawn from: no clock, no machine. Immutable; any thread.</summary>
/// <param name="Command">The command line, folders left out.</param>
/// <param name="Bootstrap">How the intervals were made, in words.</param>
/// <param name="DatasetSha256">SHA-256 over the labelled rows.</param>
/// <param name="Recordings">What was read.</param>
/// <param name="Heads">Each head on each set of test rows.</param>
public sealed record EvaluationReport(
    string Command, string Bootstrap, string DatasetSha256, IReadOnlyList<RecordingSummary> Recordings, IReadOnlyList<HeadEvaluation> Heads)
{
    /// <summary>Its file beside the model.</summary>
    public const string FileName = "evaluation.json";

    /// <summary>The page's file beside it.</summary>
    public const string PageName = "evaluation.html";

    /// <summary>The statement of <see cref="Bootstrap"/> for the default bootstrap.</summary>
    public static string BootstrapInWords { get; } = $"95 % intervals, {PoolBootstrap.DefaultReplicates} replicates over pools, seed 1";

    /// <summary>UTF-8, no BOM, LF, a stable member order.</summary>
    public byte[] ToUtf8() => Encoding.UTF8.GetBytes(JsonSerializer.Serialize(this, EvaluationJson.Default.EvaluationReport) + "\n");
}

/// <summary>A recording, and what became of its rows.</summary>
/// <param name="Name">File name.</param>
/// <param name="Load">The load report's lines.</param>
/// <param name="Labels">What became of the observations.</param>
public sealed record RecordingSummary(string Name, IReadOnlyList<string> Load, LabelCounts Labels)
{
    /// <summary>Summary of a recording's rows.</summary>
    public static RecordingSummary Of(string name, IReadOnlyList<RecordedRow> rows, IReadOnlyList<FeatureRow> table) =>
        new(name, [.. LoadReport.Of(rows).Lines()], LabelCounts.Of(table));
}

/// <summary>One head on one set of test rows.</summary>
/// <param name="Head">moon or rug.</param>
/// <param name="Test">Which rows.</param>
/// <param name="Trained">What it was fitted on; null where a model made elsewhere is measured.</param>
/// <param name="Rows">The test rows.</param>
/// <param name="Models">The trees first, then what they are compared with; empty where <paramref name="NotMeasured"/> says why.</param>
/// <param name="Reliability">Reliability curve of the trees.</param>
/// <param name="PrecisionRecall">Precision-recall curve of the trees.</param>
/// <param name="Importance">What the trees lose when a feature is shuffled.</param>
/// <param name="NotMeasured">Why there are no figures; null where there are.</param>
public sealed record HeadEvaluation(
    string Head, string Test, RowCounts? Trained, RowCounts Rows, IReadOnlyList<ModelScore> Models, IReadOnlyList<ReliabilityBin> Reliability,
    IReadOnlyList<PrecisionAtRecall> PrecisionRecall, IReadOnlyList<FeatureImportance> Importance, string? NotMeasured);

/// <summary>Rows, and what is in them.</summary>
/// <param name="Rows">Labelled observations.</param>
/// <param name="Positives">Those with the label.</param>
/// <param name="Pools">Distinct pools.</param>
/// <param name="PositivePools">Pools with at least one of them.</param>
public sealed record RowCounts(int Rows, int Positives, int Pools, int PositivePools);

/// <summary>One model on the test rows.</summary>
/// <param name="Model">trees, constant, momentum rule or logistic.</param>
/// <param name="Value">The measures.</param>
/// <param name="Interval">Their intervals.</param>
/// <param name="BehindTrees">How much worse than the trees it is; null for the trees.</param>
public sealed record ModelScore(string Model, ClassifierMetrics Value, MetricsInterval Interval, ScoreDifference? BehindTrees);

/// <summary>How much worse one model is than another on the same rows; positive is worse.</summary>
/// <param name="LogLoss">Its log-loss less the other's, nats.</param>
/// <param name="PrAuc">The other's average precision less its own; null without positives.</param>
public sealed record ScoreDifference(Estimate LogLoss, Estimate? PrAuc);

/// <summary>A figure with its 95 % interval over pools.</summary>
public sealed record Estimate(double Value, double Low, double High)
{
    /// <summary>The estimate, or null where it is not defined.</summary>
    public static Estimate? OrNull(double value, double low, double high) => double.IsNaN(value + low + high) ? null : new(value, low, high);
}

/// <summary>One bin of the reliability curve.</summary>
/// <param name="Rows">Rows in it.</param>
/// <param name="MeanProbability">What the model said, on average.</param>
/// <param name="Rate">What came.</param>
public sealed record ReliabilityBin(int Rows, double MeanProbability, Estimate Rate);

/// <summary>A point of the precision-recall curve.</summary>
public sealed record PrecisionAtRecall(double Recall, double Precision);

/// <summary>Permutation importance.</summary>
/// <param name="Feature">Name in the schema.</param>
/// <param name="LogLoss">Log-loss with the feature's test column shuffled, less that without, nats.</param>
public sealed record FeatureImportance(string Feature, Estimate LogLoss);

[JsonSourceGenerationOptions(
    WriteIndented = true,
    NewLine = "\n",
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(EvaluationReport))]
internal sealed partial class EvaluationJson : JsonSerializerContext;
