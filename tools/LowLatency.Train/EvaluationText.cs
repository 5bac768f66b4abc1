using System.Globalization;
using LowLatency.Inference;
using LowLatency.Train.Evaluation;

namespace LowLatency.Train;

/// <summary>An evaluation as tables for a person, on stdout.</summary>
internal static class EvaluationText
{
    private static readonly Func<ClassifierMetrics, double?>[] Columns =
    [
        static m => m.LogLossRatio, static m => m.Ece, static m => m.RocAuc, static m => m.PrAuc, static m => m.AtRates[1].Precision,
    ];

    public static void PrintRecordings(EvaluationReport evaluation)
    {
        foreach (RecordingSummary recording in evaluation.Recordings)
        {
            Console.WriteLine(recording.Name);
            foreach (string line in recording.Load)
            {
                Console.WriteLine("  " + line);
            }

            Console.WriteLine("  " + Words(recording.Labels));
        }
    }

    public static void PrintHeads(EvaluationReport evaluation)
    {
        foreach (HeadEvaluation head in evaluation.Heads)
        {
            Console.WriteLine(Title(head));
            if (head.NotMeasured is { } why)
            {
                Console.WriteLine("  " + why);
                continue;
            }

            Console.WriteLine(Line("model", "log-loss / base", "ECE", "ROC-AUC", "PR-AUC", "precision at .3 %", "log-loss behind trees"));
            foreach (ModelScore model in head.Models)
            {
                Console.WriteLine(Line(model.Model, [.. Columns.Select(c => Interval(c(model.Value), c(model.Interval.Low), c(model.Interval.High))),
                    model.BehindTrees is { LogLoss: { } behind } ? Interval(behind.Value, behind.Low, behind.High) : ""]));
            }
        }
    }

    public static string Title(HeadEvaluation head) => string.Create(CultureInfo.InvariantCulture,
        $"{head.Head}, {head.Test}: {head.Rows.Rows} rows of {head.Rows.Pools} pools, {head.Rows.Positives} positive in {head.Rows.PositivePools} pools ({(double)head.Rows.Positives / Math.Max(1, head.Rows.Rows):P2})")
        + (head.Trained is { } trained
            ? string.Create(CultureInfo.InvariantCulture, $"; fitted on {trained.Rows} rows of {trained.Pools} pools, {trained.Positives} positive in {trained.PositivePools} pools")
            : "");

    public static string Words(LabelCounts c) => string.Create(CultureInfo.InvariantCulture,
        $"{c.Observations} observations ({c.TooYoung} too young to predict); horizons: {c.Full} full, {c.Timeout} timed out, {c.Void} void, {c.Open} open; {c.Moons} moons, rugs: {c.RugsByPrice} by price, {c.RugsByQuote} by SOL reserve (the seed's rule, all ten prices below half, finds {c.SeedRugs})");

    public static string Interval(double? value, double? low, double? high) => value is { } known
        ? string.Create(CultureInfo.InvariantCulture, $"{known:F4} [{low:F4}, {high:F4}]")
        : "undefined";

    private static string Line(string name, params ReadOnlySpan<string> cells)
    {
        string line = $"  {name,-14}";
        foreach (string cell in cells)
        {
            line += $"{cell,-25}";
        }

        return line.TrimEnd();
    }
}
