using System.Text.Json;
using LowLatency.Features;

namespace LowLatency.Inference;

/// <summary>
/// The files of a version, read once and found to be what its manifest says, made for this build's features and labels: the
/// bytes that were hashed are the bytes that are used. Immutable; any thread.
/// </summary>
/// <param name="Manifest">What is known of the model.</param>
/// <param name="ManifestSha256">SHA-256 of the manifest.</param>
/// <param name="Onnx">The graph that serves.</param>
/// <param name="Golden">The golden vectors.</param>
public sealed record VersionFiles(ModelManifest Manifest, string ManifestSha256, byte[] Onnx, GoldenVectors Golden)
{
    /// <summary>Reads a version.</summary>
    /// <param name="modelsDirectory">The models folder.</param>
    /// <param name="version">The version (<c>v1</c>).</param>
    /// <param name="manifestSha256">What the manifest's hash must be; null where nothing vouches for it.</param>
    /// <exception cref="ModelRefusedException">A file is absent, damaged, or made for another build.</exception>
    public static VersionFiles Read(string modelsDirectory, string version, string? manifestSha256 = null)
    {
        if (!ModelFiles.TryParseVersion(version, out _))
        {
            throw new ModelRefusedException(ModelRefusal.Malformed, $"'{version}' is not a version (v1, v2...)");
        }

        string directory = ModelFiles.VersionDirectory(modelsDirectory, version);
        byte[] manifestBytes = ModelFiles.Read(Path.Combine(directory, ModelFiles.Manifest));
        if (manifestSha256 is not null)
        {
            CheckHash(ModelFiles.Manifest, manifestBytes, manifestSha256);
        }

        ModelManifest manifest = ParseManifest(manifestBytes);
        CheckManifest(manifest, version);
        byte[] onnx = ReadHashed(directory, ModelFiles.Model, manifest.Sha256.Model);
        byte[] golden = ReadHashed(directory, ModelFiles.Golden, manifest.Sha256.Golden);
        if (manifest.Golden.Vectors <= 0 || golden.Length != (long)manifest.Golden.Vectors * GoldenVectors.BytesPerVector)
        {
            throw new ModelRefusedException(ModelRefusal.Malformed,
                $"{ModelFiles.Golden}: {golden.Length} bytes are not {manifest.Golden.Vectors} vectors of {GoldenVectors.BytesPerVector}");
        }

        return new VersionFiles(manifest, ModelFiles.Sha256(manifestBytes), onnx, new GoldenVectors(golden));
    }

    private static ModelManifest ParseManifest(byte[] bytes)
    {
        try
        {
            return ModelManifest.Parse(bytes);
        }
        catch (JsonException e)
        {
            throw new ModelRefusedException(ModelRefusal.Malformed, $"{ModelFiles.Manifest}: {e.Message}", e);
        }
    }

    private static void CheckManifest(ModelManifest manifest, string version)
    {
        if (manifest.Schema != ModelManifest.CurrentSchema || manifest.Name != ModelFiles.Foundation || manifest.Version != version)
        {
            throw new ModelRefusedException(ModelRefusal.Malformed,
                $"the manifest is of {manifest.Name} {manifest.Version}, schema {manifest.Schema}; "
                + $"expected {ModelFiles.Foundation} {version}, schema {ModelManifest.CurrentSchema}");
        }

        if (manifest.FeatureSchemaHash != FeatureSchema.Hash)
        {
            throw new ModelRefusedException(ModelRefusal.SchemaMismatch,
                $"trained on the feature schema {manifest.FeatureSchemaHash}, this build computes {FeatureSchema.Hash}: train again");
        }

        if (manifest.LabelVersion != FeatureSchema.LabelsVersion)
        {
            throw new ModelRefusedException(ModelRefusal.LabelVersion,
                $"trained on labels of version {manifest.LabelVersion}, this build has {FeatureSchema.LabelsVersion}: train again");
        }
    }

    private static byte[] ReadHashed(string directory, string name, string sha256)
    {
        byte[] bytes = ModelFiles.Read(Path.Combine(directory, name));
        CheckHash(name, bytes, sha256);
        return bytes;
    }

    private static void CheckHash(string name, byte[] bytes, string sha256)
    {
        string found = ModelFiles.Sha256(bytes);
        if (found != sha256)
        {
            throw new ModelRefusedException(ModelRefusal.HashMismatch, $"{name}: expected {sha256}, found {found} ({bytes.Length} bytes)");
        }
    }
}
