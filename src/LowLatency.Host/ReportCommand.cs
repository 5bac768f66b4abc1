using System.CommandLine;
using LowLatency.Report;

namespace LowLatency.Host;

/// <summary>How a run, or a recording rehearsed with the models, has traded, beside two baselines.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        PipelineArguments pipeline = new();
        Option<FileInfo> db = new("--db") { Description = "File of a run, or a recording, which is then traded with the models", Required = true };
        Option<long?> run = new("--run") { Description = "Which run of the file; default: the last" };
        Option<string?> page = new("--out") { Description = "HTML file to write: one page that loads nothing" };
        Option<string?> data = new("--json") { Description = "JSON file to write" };
        Option<ulong> seed = new("--seed") { Description = "Seed of the random entries and of the intervals", DefaultValueFactory = static _ => 1UL };
        Command command = new("report", "Sum up how a run or a recording has traded, beside random entries and a rule without models.") { db, run, page, data, seed };
        pipeline.AddModelTo(command);
        command.SetAction(arguments =>
        {
            PerformanceReport report = PerformanceReport.Of(
                arguments.GetValue(db)!.FullName, arguments.GetValue(run), pipeline.Models(arguments).Directory, pipeline.SettingsIfNamed(arguments),
                arguments.GetValue(seed), static line => Console.Error.WriteLine(line));
            if (arguments.GetValue(page) is { } html)
            {
                File.WriteAllText(html, Tearsheet.Page(report).ToString());
            }

            if (arguments.GetValue(data) is { } json)
            {
                File.WriteAllText(json, ReportText.ToJson(report) + "\n");
            }

            foreach (string line in Lines(report))
            {
                Console.WriteLine(line);
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    private static IEnumerable<string> Lines(PerformanceReport report)
    {
        foreach (string warning in report.Warnings)
        {
            yield return "warning: " + warning;
        }

        foreach (RunSummary run in report.Runs)
        {
            yield return $"{run.Name}: {run.DecidedBy}";
            foreach (Figure figure in run.Figures)
            {
                yield return $"  {figure.Name,-28} {Tearsheet.Cell(figure)}";
            }
        }
    }
}
