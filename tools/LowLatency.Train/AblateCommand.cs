using System.CommandLine;
using System.Globalization;
using LowLatency.Train.Evaluation;
using LowLatency.Train.LightGbm;
using LowLatency.Train.Study;

namespace LowLatency.Train;

/// <summary><c>ablate</c>: which columns and which shape are worth it.</summary>
internal static class AblateCommand
{
    public static Command Create()
    {
        Option<FileInfo[]> db = TrainCommand.DbOption();
        Command command = new("ablate", """
            Purged cross-validation of both heads, five folds in time: the seed's fourteen features, the scale-free ones, both,
            each candidate alone beside the fourteen, and other shapes of trees. Gains are relative to the first line, with 95 %
            intervals over pools. Prints a Markdown table.

            Example: LowLatency.Train ablate --db recording.sqlite
            """)
        {
            db,
        };
        command.SetAction(result => ExitCodes.Of(() => Run(result.GetRequiredValue(db))));
        return command;
    }

    private static int Run(FileInfo[] recordings)
    {
        (string Head, List<AblationLine> Lines)[] tables = TrainProgress.Show(progress =>
        {
            List<float> candidates = [];
            Dataset data = RecordingSet.Read(recordings, progress, table => candidates.AddRange(Candidates.Of(table))).Data;
            Ablation ablation = new(data, [.. candidates]);
            return new[] { ("moon", data.Moon), ("rug", data.Rug) }.Select(head =>
                (head.Item1, ablation.Run(head.Item2, new BoosterParameters(), line => progress.OnShare($"{head.Item1}: {line}", 1)).ToList())).ToArray();
        });
        foreach ((string head, List<AblationLine> lines) in tables)
        {
            Console.WriteLine($"\n| {head}, trained on | columns | log-loss / base | ROC-AUC | PR-AUC | log-loss gain, % | PR-AUC gain |\n|---|---|---|---|---|---|---|");
            foreach (AblationLine line in lines)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"| {line.Name} | {line.Columns} | {line.Value.LogLossRatio:F4} | {line.Value.RocAuc:F4} | {line.Value.PrAuc:F4} | {100 * line.Gain.Value:F2} [{100 * line.Gain.Low:F2}, {100 * line.Gain.High:F2}] | {line.PrAucGain?.Value:F4} [{line.PrAucGain?.Low:F4}, {line.PrAucGain?.High:F4}] |"));
            }
        }

        return ExitCodes.Ok;
    }
}
