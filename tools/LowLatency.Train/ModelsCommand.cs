using System.CommandLine;
using System.Globalization;
using System.Text;
using LowLatency.Features;
using LowLatency.Inference;
using LowLatency.Storage;

namespace LowLatency.Train;

/// <summary><c>models</c>: the registry. Every version a folder that never changes, and one pointer to the one that serves.</summary>
internal static class ModelsCommand
{
    private static readonly Option<DirectoryInfo> Models = new("--models")
    {
        Description = "The models folder",
        HelpName = "DIR",
        DefaultValueFactory = static _ => new DirectoryInfo("onnx"),
    };

    private static readonly Option<string?> OrChampion = new("--version") { Description = "The version [default: the champion]", HelpName = "vN" };

    public static Command Create() => new("models", """
        The versions of the foundation and which of them serves. Candidate: has not served. Champion: serves. Retired: has
        served before, and is what a start falls back to. Running traders adopt a promoted version within seconds.
        """)
    {
        List(), Show(), Verify(), Promote(), RollBack(),
    };

    private static Command List() => Of("list", "Every version, its state, and what it was measured to be.", [Models], static result =>
    {
        string models = result.GetRequiredValue(Models).FullName;
        ChampionPointer? champion = ModelFiles.TryReadChampion(models);
        foreach (string version in ModelPublisher.Versions(models))
        {
            string state = version == champion?.Foundation ? "Champion"
                : champion?.Previous?.Any(p => p.Foundation == version) == true ? "Retired" : "Candidate";
            try
            {
                ModelManifest m = VersionFiles.Read(models, version).Manifest;
                Console.WriteLine(Text($"{version,-4} {state,-9} {m.Sha256.Model[..8]}  moon {Measured(m.Moon)}  rug {Measured(m.Rug)}  {m.Creator}"));
            }
            catch (ModelRefusedException e)
            {
                Console.WriteLine($"{version,-4} {state,-9} {e.Message}");
            }
        }

        return ExitCodes.Ok;
    });

    private static Command Show()
    {
        Option<bool> json = new("--json") { Description = "Print the manifest itself" };
        return Of("show", "What is known of a version.", [Models, OrChampion, json], result =>
        {
            ModelManifest manifest = Read(result).Manifest;
            if (result.GetValue(json))
            {
                Console.Out.Write(Encoding.UTF8.GetString(manifest.ToUtf8()));
            }
            else
            {
                TrainReport.Print(manifest);
            }

            return ExitCodes.Ok;
        });
    }

    private static Command Verify()
    {
        Option<FileInfo[]> db = new("--db") { Description = "Recordings to compare the engines over", HelpName = "FILE", AllowMultipleArgumentsPerToken = true };
        return Of("verify", """
            Loads a version exactly as a start would, then compares ONNX Runtime, the compiled form and a plain walker over its
            trees: on the golden vectors, on, above and below every threshold, and on every warm observation of the recordings.
            Exit code 1 if any probability differs by more than 1e-6 or any entry decision differs.

            Example: LowLatency.Train models verify --models onnx --db recording.sqlite
            """, [Models, OrChampion, db], result =>
        {
            VersionFiles files = Read(result);
            using FoundationModel model = FoundationModel.LoadVersion(result.GetRequiredValue(Models).FullName, files.Manifest.Version, files.ManifestSha256);
            Console.WriteLine($"{model.Description}: loads, {files.Golden.Count} golden vectors answered");
            if (TreeGraph.TryRead(files.Onnx, out string whyNot) is not { } graph)
            {
                Console.WriteLine($"nothing to compare ONNX Runtime with: {whyNot}");
                return ExitCodes.Ok;
            }

            using FoundationSession session = new(files.Onnx);
            EngineCheck check = new(session, graph, CompiledTrees.TryCompile(graph, out _));
            bool passes = Print("golden and edge rows", check.Compare(EngineCheck.EdgeRows(graph, files.Golden)));
            foreach (FileInfo recording in result.GetValue(db) ?? [])
            {
                passes &= Print(recording.Name, check.Compare(WarmRows(recording)));
            }

            return passes ? ExitCodes.Ok : ExitCodes.FailedCheck;
        });
    }

    private static Command Promote()
    {
        Option<string> version = new("--version") { Description = "The version that is to serve: v1, v2...", HelpName = "vN", Required = true };
        return Of("promote", "Makes a version the champion, after it has loaded exactly as it would at start. One rename: readers see the old pointer or the new one.",
            [Models, version], result =>
        {
            Console.WriteLine(ModelPublisher.Promote(result.GetRequiredValue(Models).FullName, result.GetRequiredValue(version)) + " serves");
            return ExitCodes.Ok;
        });
    }

    private static Command RollBack() => Of("rollback", "Makes the version the champion again that served before the present one.", [Models], static result =>
    {
        Console.WriteLine(ModelPublisher.RollBack(result.GetRequiredValue(Models).FullName) + " serves again");
        return ExitCodes.Ok;
    });

    private static Command Of(string name, string description, Option[] options, Func<ParseResult, int> run)
    {
        Command command = new(name, description);
        foreach (Option option in options)
        {
            command.Options.Add(option);
        }

        command.SetAction(result => ExitCodes.Of(() => run(result)));
        return command;
    }

    private static VersionFiles Read(ParseResult result)
    {
        string models = result.GetRequiredValue(Models).FullName;
        if (result.GetValue(OrChampion) is { } version)
        {
            return VersionFiles.Read(models, version);
        }

        ChampionPointer champion = ModelFiles.ReadChampion(models);
        return VersionFiles.Read(models, champion.Foundation, champion.ManifestSha256);
    }

    private static float[] WarmRows(FileInfo recording)
    {
        using RecordingReader reader = new(recording.FullName);
        List<float> rows = [];
        foreach (FeatureRow row in FeatureTable.Build(reader.Rows()).Where(static r => r.SegmentObservations >= FeatureSchema.MinObservations))
        {
            foreach (double value in row.Features)
            {
                rows.Add((float)value);
            }
        }

        return [.. rows];
    }

    private static bool Print(string what, EngineDifference d)
    {
        Console.WriteLine(Text($"{what}: {d.Rows} rows, {d.SameBits} with the same bits; largest difference of a probability to ONNX Runtime: compiled {d.MaxCompiled:E1}, walker {d.MaxWalker:E1}; {d.DecisionFlips} decisions flipped"));
        return d.Passes;
    }

    private static string Measured(ModelHead head) => Text($"log-loss {head.Test.LogLoss:F4} ROC-AUC {head.Test.RocAuc:F3}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
