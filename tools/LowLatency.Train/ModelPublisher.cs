using LowLatency.Inference;
using LowLatency.Train.Evaluation;

namespace LowLatency.Train;

/// <summary>Puts versions into a models folder. One process at a time per folder.</summary>
public static class ModelPublisher
{
    /// <summary>The lowest free version above all that exist: <c>v1</c> in an empty folder.</summary>
    public static string NextVersion(string modelsDirectory)
    {
        string folder = Path.Combine(modelsDirectory, ModelFiles.Foundation);
        int highest = 0;
        foreach (string directory in Directory.Exists(folder) ? Directory.GetDirectories(folder) : [])
        {
            if (ModelFiles.TryParseVersion(Path.GetFileName(directory), out int number))
            {
                highest = Math.Max(highest, number);
            }
        }

        return $"v{highest + 1}";
    }

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
        File.WriteAllBytes(Path.Combine(fresh, EvaluationReport.FileName), artifact.Evaluation.ToUtf8());
        File.WriteAllText(Path.Combine(fresh, EvaluationReport.PageName), EvaluationPage.Of(artifact.Evaluation).ToString());
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
        byte[] manifest = File.ReadAllBytes(Path.Combine(ModelFiles.VersionDirectory(modelsDirectory, version), ModelFiles.Manifest));
        ModelFiles.WriteChampion(modelsDirectory, new ChampionPointer(version, ModelFiles.Sha256(manifest)));
        return model.Version;
    }
}
