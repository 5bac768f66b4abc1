using System.Diagnostics;
using System.Runtime.CompilerServices;
using LowLatency.Inference;
using LowLatency.Simulation;
using LowLatency.Storage;
using LowLatency.Tests.Inference;
using LowLatency.Train;

namespace LowLatency.Tests.Train;

/// <summary>The registry as a person meets it, and as a kill meets it.</summary>
public sealed class ModelsCommandTests
{
    private const string PromoteLoopVariable = "LOWLATENCY_TEST_PROMOTE_LOOP";
    private const int Kills = 12;

    [Fact]
    public async Task Versions_are_promoted_rolled_back_listed_and_shown()
    {
        using TemporaryFolder folder = MadeModels.Publish(MadeModels.Make("v1", 1), MadeModels.Make("v2", 2));
        ModelPublisher.Write(folder.Path, MadeModels.Make("v10", 3), replace: false);

        (int code, string list, _) = await Models("list");
        Assert.Equal(0, code);
        Assert.Equal(["v1", "v2", "v10"], ModelPublisher.Versions(folder.Path));
        Assert.Matches("^v1 +Retired .*\nv2 +Champion .*\nv10 +Candidate .*\n$", list);
        Assert.Equal(0, (await Models("promote", "--version", "v10")).Code);
        Assert.Equal("v10", ModelFiles.ReadChampion(folder.Path).Foundation);
        Assert.Equal(0, (await Models("rollback")).Code);
        Assert.Equal(0, (await Models("rollback")).Code);
        Assert.Equal("v1", ModelFiles.ReadChampion(folder.Path).Foundation);
        (code, _, string errors) = await Models("rollback");
        Assert.Equal(2, code);
        Assert.Contains("nothing served before", errors, StringComparison.Ordinal);
        (code, string shown, _) = await Models("show", "--version", "v2", "--json");
        Assert.Equal(0, code);
        Assert.Equal(File.ReadAllText(MadeModels.File(folder, "v2", ModelFiles.Manifest)), shown);

        async Task<(int Code, string Output, string Errors)> Models(string command, params string[] arguments) =>
            await TrainCommandTests.Run(["models", command, "--models", folder.Path, .. arguments]);
    }

    [Fact]
    public async Task Verifying_runs_the_engines_over_a_recording_and_a_damaged_version_is_refused()
    {
        using TemporaryFolder folder = MadeModels.Publish(MadeModels.Make("v1", 1));
        string recording = Path.Combine(folder.Path, "world.sqlite");
        using (RecordingWriter writer = new(recording))
        {
            foreach (RecordedRow row in World.Create("realistic", 3).Rows().Take(1_000))
            {
                writer.Add(row);
            }
        }

        (int code, string output, string errors) = await TrainCommandTests.Run("models", "verify", "--models", folder.Path, "--db", recording);
        Assert.True(code == 0, errors);
        Assert.Contains("(compiled): loads", output, StringComparison.Ordinal);
        Assert.Matches(@"world.sqlite: (\d+) rows, \1 with the same bits; .*compiled 0.0E\+000, walker 0.0E\+000; 0 decisions flipped", output);

        File.AppendAllText(MadeModels.File(folder, "v1", ModelFiles.Model), "x");
        (code, _, errors) = await TrainCommandTests.Run("models", "verify", "--models", folder.Path);
        Assert.Equal(1, code);
        Assert.Contains("HashMismatch", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_version_is_in_the_pointer_once_and_only_the_latest_are_kept()
    {
        ChampionPointer pointer = new("v1", "1");
        Assert.Null(pointer.PromotedTo("v1", "2").Previous);
        Assert.Null(pointer.RolledBack());
        for (int i = 2; i < 20; i++)
        {
            pointer = pointer.PromotedTo($"v{i}", $"{i}").PromotedTo("v1", "1").PromotedTo($"v{i}", $"{i}");
        }

        Assert.Equal(["v1", "v18", "v17", "v16", "v15", "v14", "v13", "v12"], pointer.Previous!.Select(static p => p.Foundation));
        Assert.Equal("v1", pointer.RolledBack()!.Foundation);
        Assert.Equal(ChampionPointer.MaxPrevious - 1, pointer.RolledBack()!.Previous!.Count);
    }

    /// <summary>Whenever the process dies, the pointer is whole, and what it names loads.</summary>
    [Fact]
    public void A_kill_in_the_midst_of_promotions_leaves_a_pointer_that_serves()
    {
        using TemporaryFolder folder = MadeModels.Publish(MadeModels.Make("v1", 1), MadeModels.Make("v2", 2));
        Random random = new(1);
        HashSet<string> found = [];
        int torn = 0;
        for (int i = 0; i < Kills; i++)
        {
            File.Delete(Path.Combine(folder.Path, "started"));
            ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "LowLatency.Tests.dll")]);
            start.Environment[PromoteLoopVariable] = folder.Path;
            using Process process = Process.Start(start)!;
            Assert.True(SpinWait.SpinUntil(() => File.Exists(Path.Combine(folder.Path, "started")), TimeSpan.FromSeconds(30)));
            SpinWait.SpinUntil(static () => false, random.Next(40));
            process.Kill();
            process.WaitForExit();
            torn += File.Exists(Path.Combine(folder.Path, ModelFiles.Champion + ".new")) ? 1 : 0;
            using FoundationModel model = FoundationModel.Load(folder.Path, warn: Assert.Fail);
            found.Add(model.Manifest.Version);
        }

        // Kills did hit the midst of a promotion, and promotions did come through.
        Assert.True(torn > 0);
        Assert.Equal(["v1", "v2"], found.Order());
    }

    /// <summary>The process that is killed: this one, before it becomes a test run.</summary>
    [ModuleInitializer]
    internal static void PromoteForEver()
    {
        if (Environment.GetEnvironmentVariable(PromoteLoopVariable) is not { Length: > 0 } models)
        {
            return;
        }

        string[] manifests = [VersionFiles.Read(models, "v1").ManifestSha256, VersionFiles.Read(models, "v2").ManifestSha256];
        for (int i = 0; ; i++)
        {
            ModelFiles.WriteChampion(models, ModelFiles.ReadChampion(models).PromotedTo($"v{(i % 2) + 1}", manifests[i % 2]));
            if (i == 1)
            {
                File.WriteAllText(Path.Combine(models, "started"), "");
            }
        }
    }
}
