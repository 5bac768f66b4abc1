using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using LowLatency.Inference;
using LowLatency.Train.Evaluation;
using LowLatency.Train.LightGbm;

namespace LowLatency.Train;

/// <summary><c>train</c>: recordings in, a checked version of the foundation out.</summary>
internal static class TrainCommand
{
    private static readonly BoosterParameters Defaults = new();

    private static readonly Option<FileInfo[]> Db = DbOption();
    private static readonly Option<int> Seed = Number("--seed", "Seed of everything drawn", Defaults.Seed, 0, int.MaxValue);
    private static readonly Option<int> Trees = Number("--trees", "Trees of each head", Defaults.Trees, 1, 10_000);
    private static readonly Option<int> Leaves = Number("--leaves", "Most leaves of a tree", Defaults.Leaves, 2, 64);

    private static readonly Option<string> Version = new("--version") { Description = "Version to make [default: the next free one]", HelpName = "vN" };
    private static readonly Option<bool> Replace = new("--replace") { Description = "Make an existing --version again" };
    private static readonly Option<bool> KeepChampion = new("--keep-champion") { Description = "Write the version, but let the present one serve on" };
    private static readonly Option<bool> Json = new("--json") { Description = "Print the manifest to stdout instead of a table" };
    private static readonly Option<DirectoryInfo> Out = OutOption();

    public static Command Create()
    {
        Command command = new("train", """
            Trains the two heads, moon and rug, on every labelled observation of the recordings: 60 % of the time to learn,
            20 % to calibrate, 20 % to measure, 15 minutes between, no pool in two blocks. Writes
            OUT/foundation/vN/{model.onnx, model-proba.onnx, golden.bin, manifest.json, evaluation.json, evaluation.html} and, once ONNX Runtime, the trees and
            LightGBM agree on every row and threshold, points OUT/champion.json to it. The same recordings and options give
            the same bytes.

            Example: LowLatency.Train train --db recording.sqlite --out onnx --seed 1
            """)
        {
            Db, Out, Seed, Trees, Leaves, Version, Replace, KeepChampion, Json,
        };
        Version.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<string>() is { } name && !ModelFiles.TryParseVersion(name, out _))
            {
                result.AddError($"'{name}' is not a version: v1, v2...");
            }
        });
        command.SetAction(static result => ExitCodes.Of(() => Run(result)));
        return command;
    }

    public static Option<FileInfo[]> DbOption() => new("--db")
    {
        Description = "Recordings (SQLite, with pool_snapshots and status_6_pools); each is split by its own time",
        HelpName = "FILE",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
        Arity = ArgumentArity.OneOrMore,
    };

    public static Option<DirectoryInfo> OutOption() => new("--out")
    {
        Description = "The models folder",
        HelpName = "DIR",
        DefaultValueFactory = static _ => new DirectoryInfo("onnx"),
    };

    private static int Run(ParseResult result)
    {
        FileInfo[] recordings = result.GetRequiredValue(Db);
        string models = result.GetRequiredValue(Out).FullName;
        bool replace = result.GetValue(Replace);
        string version = result.GetValue(Version) ?? ModelPublisher.NextVersion(models);
        if (ModelPublisher.Exists(models, version) && !replace)
        {
            throw new TrainingException($"{version} exists, and a version never changes: choose another --version, or --replace it");
        }

        BoosterParameters parameters = Defaults with
        {
            Seed = result.GetValue(Seed),
            Trees = result.GetValue(Trees),
            Leaves = result.GetValue(Leaves),
        };

        // Names without folders: the same recordings give the same manifest wherever they lie.
        string creator = $"train --db {string.Join(' ', recordings.Select(static r => r.Name))} --seed {parameters.Seed} "
            + $"--trees {parameters.Trees} --leaves {parameters.Leaves} --version {version}";
        FoundationArtifact artifact = TrainProgress.Show(progress =>
        {
            RecordingSet read = RecordingSet.Read(recordings, progress);
            return FoundationTrainer.Train(
                read.Data, parameters, version, creator, progress.OnShare, ParentOf(version, models), read.Summaries);
        });
        Print(artifact, result.GetValue(Json));
        if (!ParityCheck.Passes(artifact.Manifest.Parity))
        {
            Console.Error.WriteLine("ONNX Runtime, the trees and LightGBM do not agree: nothing was written");
            return ExitCodes.FailedCheck;
        }

        ModelPublisher.Write(models, artifact, replace);
        if (!result.GetValue(KeepChampion))
        {
            Console.Error.WriteLine(ModelPublisher.Promote(models, version) + " serves");
        }

        return ExitCodes.Ok;
    }

    // What serves now. A version that is made again is not its own parent, whatever the folder says.
    private static ChampionPointer? ParentOf(string version, string models) =>
        ModelFiles.TryReadChampion(models) is { } serves && serves.Foundation != version ? serves with { Previous = null } : null;

    private static void Print(FoundationArtifact artifact, bool json)
    {
        if (json)
        {
            Console.Out.Write(Encoding.UTF8.GetString(artifact.Manifest.ToUtf8()));
        }
        else
        {
            EvaluationText.PrintRecordings(artifact.Evaluation);
            TrainReport.Print(artifact.Manifest);
            EvaluationText.PrintHeads(artifact.Evaluation);
        }

        using Process self = Process.GetCurrentProcess();
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"peak memory {self.PeakWorkingSet64 >> 20} MB"));
    }

    private static Option<int> Number(string name, string description, int origin, int least, int most)
    {
        Option<int> option = new(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => origin };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[0].Value, out int value) && (value < least || value > most))
            {
                result.AddError($"{name} is from {least} to {most}, not {value}");
            }
        });
        return option;
    }
}
