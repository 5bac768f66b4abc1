using System.Globalization;
using LowLatency.Inference;
using LowLatency.Report;
using ScottPlot;

namespace LowLatency.Train.Evaluation;

/// <summary>An evaluation as one page with pictures. A function of the report; any thread.</summary>
public static class EvaluationPage
{
    private static readonly (string Name, Func<ClassifierMetrics, double?> Of)[] Measures =
    [
        ("log-loss / base", static m => m.LogLossRatio), ("log-loss", static m => m.LogLoss), ("Brier", static m => m.Brier),
        ("ECE", static m => m.Ece), ("ROC-AUC", static m => m.RocAuc), ("PR-AUC", static m => m.PrAuc),
    ];

    /// <summary>The page.</summary>
    public static HtmlPage Of(EvaluationReport report)
    {
        HtmlPage page = new HtmlPage("Foundation, evaluated").Text(report.Command).Text(report.Bootstrap + ".")
            .Text($"Rows: SHA-256 {report.DatasetSha256}.");
        foreach (HeadEvaluation head in report.Heads)
        {
            page.Section(EvaluationText.Title(head));
            if (head.NotMeasured is { } why)
            {
                page.Text(why);
            }
            else
            {
                Add(page, head);
            }
        }

        foreach (RecordingSummary recording in report.Recordings)
        {
            page.Section(recording.Name).Text(EvaluationText.Words(recording.Labels))
                .Table(["of its rows"], recording.Load.Select(static line => new[] { line }));
        }

        return page;
    }

    private static void Add(HtmlPage page, HeadEvaluation head)
    {
        page.Table(["model", .. Measures.Select(static m => m.Name), "log-loss behind the trees", "PR-AUC behind the trees"],
            head.Models.Select(static model => (IEnumerable<string>)
            [
                model.Model,
                .. Measures.Select(m => EvaluationText.Interval(m.Of(model.Value), m.Of(model.Interval.Low), m.Of(model.Interval.High))),
                Cell(model.BehindTrees?.LogLoss), Cell(model.BehindTrees?.PrAuc),
            ]));
        page.Table(["entries: highest share", .. head.Models.SelectMany(static m => new[] { m.Model + ": precision", "recall" })],
            head.Models[0].Value.AtRates.Select((rate, r) => (IEnumerable<string>)
            [
                string.Create(CultureInfo.InvariantCulture, $"{rate.Rate:P1}"),
                .. head.Models.SelectMany(m => new[] { At(m, r, static a => a.Precision), At(m, r, static a => a.Recall) }),
            ]));
        page.Picture("Reliability: what came beside what the trees said, ten bins of equally many rows", Reliability(head));
        page.Picture("Precision and recall of the trees; the line is the base rate", PrecisionRecall(head));
        page.Picture("Importance: log-loss lost when a feature is shuffled, nats", Importance(head), height: 420);
    }

    private static Plot Reliability(HeadEvaluation head)
    {
        Plot plot = new();
        double end = head.Reliability.Max(static b => Math.Max(b.MeanProbability, b.Rate.High));
        plot.Add.Line(0, 0, end, end).Color = Colors.Gray;
        foreach (ReliabilityBin bin in head.Reliability)
        {
            plot.Add.Line(bin.MeanProbability, bin.Rate.Low, bin.MeanProbability, bin.Rate.High).Color = Colors.SteelBlue;
        }

        plot.Add.ScatterPoints(
            head.Reliability.Select(static b => b.MeanProbability).ToArray(), head.Reliability.Select(static b => b.Rate.Value).ToArray(), Colors.SteelBlue);
        plot.XLabel("probability");
        plot.YLabel("rate");
        return plot;
    }

    private static Plot PrecisionRecall(HeadEvaluation head)
    {
        Plot plot = new();
        double rate = (double)head.Rows.Positives / head.Rows.Rows;
        plot.Add.Line(0, rate, 1, rate).Color = Colors.Gray;
        plot.Add.ScatterLine(
            head.PrecisionRecall.Select(static p => p.Recall).ToArray(), head.PrecisionRecall.Select(static p => p.Precision).ToArray(), Colors.SteelBlue);
        plot.Axes.SetLimits(0, 1, 0, 1);
        plot.XLabel("recall");
        plot.YLabel("precision");
        return plot;
    }

    private static Plot Importance(HeadEvaluation head)
    {
        Plot plot = new();
        FeatureImportance[] rising = [.. head.Importance.Reverse()];
        for (int i = 0; i < rising.Length; i++)
        {
            Estimate e = rising[i].LogLoss;
            plot.Add.Line(e.Low, i, e.High, i).Color = Colors.SteelBlue;
            plot.Add.Marker(e.Value, i, color: Colors.SteelBlue);
        }

        plot.Axes.Left.SetTicks([.. rising.Select(static (_, i) => (double)i)], [.. rising.Select(static f => f.Feature)]);
        return plot;
    }

    private static string At(ModelScore model, int rate, Func<EntryRateMetrics, double?> of) => EvaluationText.Interval(
        of(model.Value.AtRates[rate]), of(model.Interval.Low.AtRates[rate]), of(model.Interval.High.AtRates[rate]));

    private static string Cell(Estimate? e) => e is null ? "" : EvaluationText.Interval(e.Value, e.Low, e.High);
}
