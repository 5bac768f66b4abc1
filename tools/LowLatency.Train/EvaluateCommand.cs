using System.CommandLine;
using LowLatency.Features;
using LowLatency.Inference;
using LowLatency.Train.Evaluation;
using LowLatency.Train.LightGbm;

namespace LowLatency.Train;

/// <summary><c>evaluate</c>: a recording's first part judged by the rest of it and by others, or a made model judged by recordings.</summary>
internal static class EvaluateCommand
{
    private static readonly Option<FileInfo> Fit = new("--fit") { Description = "Recording to fit on; its first part", HelpName = "FILE" };
    private static readonly Option<double> TestAfter = new("--test-after") { Description = "Share of its time after which it is test", HelpName = "SHARE", DefaultValueFactory = static _ => 0.7 };
    private static readonly Option<DirectoryInfo> Models = new("--models") { Description = "Instead of fitting: a models folder, whose serving version is judged", HelpName = "DIR" };
    private static readonly Option<FileInfo[]> On = new("--on") { Description = "Recordings that are test as a whole", HelpName = "FILE", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<DirectoryInfo> Out = new("--out") { Description = "Folder to write to", HelpName = "DIR", Required = true };

    public static Command Create()
    {
        Command command = new("evaluate", """
            Measures without making a model. With --fit: trees and baselines are fitted on the recording's first part, less the
            pools and labels that meet the rest, and measured on the rest and on every --on. With --models: the version that
            serves is measured on every --on. Writes evaluation.json, evaluation.html and, with --fit, rows.csv: each row with
            its part, pool, labels, weight, features and our probabilities, for peers (peers/sklearn_peer.py).

            Example: LowLatency.Train evaluate --fit day.sqlite --test-after 0.7 --on other.sqlite --out report
            """)
        {
            Fit, TestAfter, Models, On, Out,
        };
        command.Validators.Add(static result =>
        {
            if (result.GetValue(Fit) is null == result.GetValue(Models) is null)
            {
                result.AddError("one of --fit and --models");
            }
        });
        TestAfter.Validators.Add(static result =>
        {
            if (result.Tokens.Count > 0 && result.GetValueOrDefault<double>() is not (> 0 and < 1))
            {
                result.AddError("--test-after is between 0 and 1");
            }
        });
        command.SetAction(static result => ExitCodes.Of(() => Run(result)));
        return command;
    }

    private static int Run(ParseResult result)
    {
        FileInfo[] on = result.GetValue(On) ?? [];
        FileInfo? fit = result.GetValue(Fit);
        string output = result.GetRequiredValue(Out).FullName;
        Directory.CreateDirectory(output);
        string files = string.Concat(on.Select(static f => " " + f.Name));
        EvaluationReport report = TrainProgress.Show(progress =>
        {
            RecordingSet read = RecordingSet.Read(fit is null ? on : [fit, .. on], progress);
            List<HeadEvaluation> heads = [];
            string command;
            if (fit is null)
            {
                using FoundationModel model = FoundationModel.Load(result.GetRequiredValue(Models).FullName);
                command = $"evaluate --models {model.Version} --on{files}";
                Judge(model, read.Data, on, heads);
            }
            else
            {
                double share = result.GetValue(TestAfter);
                command = FormattableString.Invariant($"evaluate --fit {fit.Name} --test-after {share}") + (on.Length == 0 ? "" : " --on" + files);
                FittedRows rows = new(read.Data, share, [fit.Name, .. on.Select(static f => f.Name)]);
                heads.AddRange(rows.Measure(new BoosterParameters(), progress.OnShare));
                using StreamWriter csv = new(Path.Combine(output, "rows.csv"));
                rows.WriteCsv(csv);
            }

            return new EvaluationReport(command, EvaluationReport.BootstrapInWords, read.Data.Sha256(), read.Summaries, heads);
        });
        File.WriteAllBytes(Path.Combine(output, EvaluationReport.FileName), report.ToUtf8());
        File.WriteAllText(Path.Combine(output, EvaluationReport.PageName), EvaluationPage.Of(report).ToString());
        EvaluationText.PrintRecordings(report);
        EvaluationText.PrintHeads(report);
        return ExitCodes.Ok;
    }

    private static void Judge(FoundationModel model, Dataset data, FileInfo[] on, List<HeadEvaluation> heads)
    {
        for (int r = 0; r < on.Length; r++)
        {
            int[] rows = [.. Enumerable.Range(0, data.Count).Where(i => data.Recording[i] == r)];
            heads.Add(HeadEvaluator.Measure("moon", on[r].Name, data, rows, data.Moon, row => Answer(row).MoonMargin, null, null));
            heads.Add(HeadEvaluator.Measure("rug", on[r].Name, data, rows, data.Rug, row => Answer(row).RugMargin, null, null));
        }

        Prediction Answer(ReadOnlySpan<float> row)
        {
            FeatureVector features = default;
            for (int i = 0; i < row.Length; i++)
            {
                features[i] = row[i];
            }

            Prediction prediction = default;
            model.Predict(in features, ref prediction);
            return prediction;
        }
    }
}
