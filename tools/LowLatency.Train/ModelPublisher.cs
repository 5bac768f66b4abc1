using LowLatency.Inference;

namespace LowLatency.Train;

/// <summary>Puts versions into a models folder. One process at a time per folder.</summary>
public static class ModelPublisher
{
    /// <summary>The lowest free version above all that exist: <c>v1</c> in an empty folder.</summary>
    public static string NextVersion(string modelsDirectory) =>
        $"v{(Versions(modelsDirectory) is [.., var last] && ModelFiles.TryParseVersion(last, out int highest) ? highest : 0) + 1}";

    /// <summary>Whether the version is there already.</summary>
    public static bool Exists(string modelsDirectory, string version) =>
        Directory.Exists(ModelFiles.VersionDirectory(modelsDirectory, version));

    /// <summary>Writes a version; it appears whole or not at all. A version never changes unless <paramref name="replace"/> says so.</summary>
    /// <exception cref="TrainingException">The version exists.</exception>
    public static void Write(string modelsDirectory, FoundationArtifact artifact, bool replace)
    {
        string target = ModelFiles.VersionDirectory(modelsDirectory, artifact.Manifest.Version);
        if (Directory.Exists(target) && !replace)
        {
            throw new TrainingException($"{target} exists, and a version never changes: choose another --version, or --replace it");
        }

        string fresh = target + ".new";
        if (Directory.Exists(fresh))
        {
            Directory.Delete(fresh, recursive: true);
        }

        Directory.CreateDirectory(fresh);
        File.WriteAllBytes(Path.Combine(fresh, ModelFiles.Model), artifact.Model);
        File.WriteAllBytes(Path.Combine(fresh, ModelFiles.ModelProba), artifact.ModelProba);
        File.WriteAllBytes(Path.Combine(fresh, ModelFiles.Golden), artifact.Golden);
        File.WriteAllBytes(Path.Combine(fresh, ModelFiles.Manifest), artifact.Manifest.ToUtf8());
        if (Directory.Exists(target))
        {
            Directory.Delete(target, recursive: true);
        }

        Directory.Move(fresh, target);
    }

    /// <summary>Makes a version the one that serves, once it has loaded as it would at start.</summary>
    /// <returns>The version with its hash, as ledgers name it.</returns>
    /// <exception cref="ModelRefusedException">It does not load; the pointer is left alone.</exception>
    public static string Promote(string modelsDirectory, string version)
    {
        using FoundationModel model = FoundationModel.LoadVersion(modelsDirectory, version);
        ChampionPointer? present = ModelFiles.TryReadChampion(modelsDirectory);
        ModelFiles.WriteChampion(modelsDirectory, present?.PromotedTo(version, model.ManifestSha256) ?? new ChampionPointer(version, model.ManifestSha256));
        return model.Version;
    }

    /// <summary>Lets the version serve again that served before the present one, once it has loaded.</summary>
    /// <returns>The version with its hash, as ledgers name it.</returns>
    /// <exception cref="TrainingException">None served before.</exception>
    /// <exception cref="ModelRefusedException">It does not load; the pointer is left alone.</exception>
    public static string RollBack(string modelsDirectory)
    {
        ChampionPointer previous = ModelFiles.ReadChampion(modelsDirectory).RolledBack()
            ?? throw new TrainingException("nothing served before the present champion");
        using FoundationModel model = FoundationModel.LoadVersion(modelsDirectory, previous.Foundation, previous.ManifestSha256);
        ModelFiles.WriteChampion(modelsDirectory, previous);
        return model.Version;
    }

    /// <summary>The versions there are, by number.</summary>
    public static IReadOnlyList<string> Versions(string modelsDirectory)
    {
        string folder = Path.Combine(modelsDirectory, ModelFiles.Foundation);
        return Directory.Exists(folder)
            ? [.. Directory.GetDirectories(folder).Select(static d => (Name: Path.GetFileName(d), Number: ModelFiles.TryParseVersion(Path.GetFileName(d), out int n) ? n : 0))
                .Where(static v => v.Number > 0).OrderBy(static v => v.Number).Select(static v => v.Name)]
            : [];
    }
}
