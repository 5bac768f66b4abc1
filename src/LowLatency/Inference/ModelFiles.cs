using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace LowLatency.Inference;

/// <summary>
/// Where a models folder keeps what: <c>foundation/v1/{model.onnx, model-proba.onnx, golden.bin, manifest.json}</c> and
/// <c>champion.json</c>, which names the version that serves. Stateless; any thread.
/// </summary>
public static class ModelFiles
{
    /// <summary>The graph that serves.</summary>
    public const string Model = "model.onnx";

    /// <summary>The graph with the sigmoid inside.</summary>
    public const string ModelProba = "model-proba.onnx";

    /// <summary>The golden vectors.</summary>
    public const string Golden = "golden.bin";

    /// <summary>The manifest.</summary>
    public const string Manifest = "manifest.json";

    /// <summary>The pointer to the version that serves.</summary>
    public const string Champion = "champion.json";

    /// <summary>Folder of the foundation's versions, and the model's name.</summary>
    public const string Foundation = "foundation";

    /// <summary>Folder of one version of the foundation.</summary>
    public static string VersionDirectory(string modelsDirectory, string version) =>
        Path.Combine(modelsDirectory, Foundation, version);

    /// <summary>Whether a name is a version's: <c>v</c> and a number from 1, nothing that could leave the folder.</summary>
    public static bool TryParseVersion(string name, out int number)
    {
        number = 0;
        return name is ['v', >= '1' and <= '9', ..]
            && int.TryParse(name.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>Lower-case hex of the SHA-256.</summary>
    public static string Sha256(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>Which version serves.</summary>
    /// <exception cref="ModelRefusedException">There is no pointer, or it is malformed.</exception>
    public static ChampionPointer ReadChampion(string modelsDirectory)
    {
        byte[] bytes = Read(Path.Combine(modelsDirectory, Champion));
        try
        {
            return JsonSerializer.Deserialize(bytes, ModelJson.Default.ChampionPointer)
                ?? throw new JsonException("the pointer is null");
        }
        catch (JsonException e)
        {
            throw new ModelRefusedException(ModelRefusal.Malformed, $"{Champion}: {e.Message}", e);
        }
    }

    /// <summary>Which version serves; null where there is no pointer that can be read.</summary>
    public static ChampionPointer? TryReadChampion(string modelsDirectory)
    {
        try
        {
            return ReadChampion(modelsDirectory);
        }
        catch (ModelRefusedException)
        {
            return null;
        }
    }

    /// <summary>
    /// Names the version that serves. A reader sees the old pointer or the new one, never a part: it is written beside
    /// the old one and renamed over it.
    /// </summary>
    public static void WriteChampion(string modelsDirectory, ChampionPointer champion)
    {
        string json = JsonSerializer.Serialize(champion, ModelJson.Default.ChampionPointer);
        string path = Path.Combine(modelsDirectory, Champion);
        string temporary = path + ".new";
        using (FileStream stream = new(temporary, FileMode.Create, FileAccess.Write))
        {
            stream.Write(Encoding.UTF8.GetBytes(json + "\n"));
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="ModelRefusedException">It cannot be read.</exception>
    internal static byte[] Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelRefusedException(ModelRefusal.Missing, $"{path}: {e.Message}", e);
        }
    }
}
