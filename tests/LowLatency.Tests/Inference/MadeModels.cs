using LowLatency.Features;
using LowLatency.Inference;
using LowLatency.Testing;
using LowLatency.Tests.Train;
using LowLatency.Train;
using LowLatency.Train.Onnx;

namespace LowLatency.Tests.Inference;

/// <summary>Versions of seeded random trees, whole and loadable, without a training: the shipped manifest with other files.</summary>
internal static class MadeModels
{
    private const int GoldenRows = 50;

    public static FoundationArtifact Make(string version, int seed, int trees = 6, int leaves = 12)
    {
        Random random = new(seed);
        return Make(version, OnnxModelWriterTests.RandomEnsemble(random, trees, leaves), OnnxModelWriterTests.RandomEnsemble(random, trees + 1, leaves));
    }

    public static FoundationArtifact Make(string version, TreeEnsemble moon, TreeEnsemble rug)
    {
        byte[] model = OnnxModelWriter.Write(moon, rug, probabilities: false);
        byte[] golden = new byte[GoldenRows * GoldenVectors.BytesPerVector];
        using FoundationSession session = new(model);
        Random random = new(1);
        for (int i = 0; i < GoldenRows; i++)
        {
            for (int f = 0; f < FeatureSchema.Count; f++)
            {
                session.Input[f] = random.Next(10) == 0 ? float.NaN : (float)((random.NextDouble() - 0.5) * 4);
            }

            session.Run(out float moonMargin, out float rugMargin);
            GoldenVectors.Write(golden.AsSpan(i * GoldenVectors.BytesPerVector), session.Input, moonMargin, rugMargin);
        }

        ModelManifest shipped = VersionFiles.Read(Repository.Models, ModelFiles.ReadChampion(Repository.Models).Foundation).Manifest;
        return new FoundationArtifact(model, [], golden, shipped with
        {
            Version = version,
            Golden = shipped.Golden with { Vectors = GoldenRows },
            Sha256 = new ModelFileHashes(ModelFiles.Sha256(model), ModelFiles.Sha256([]), ModelFiles.Sha256(golden)),
        });
    }

    /// <summary>A folder with these versions, the last one promoted after the ones before it.</summary>
    public static TemporaryFolder Publish(params FoundationArtifact[] versions)
    {
        TemporaryFolder folder = new();
        foreach (FoundationArtifact version in versions)
        {
            ModelPublisher.Write(folder.Path, version, replace: false);
            ModelPublisher.Promote(folder.Path, version.Manifest.Version);
        }

        return folder;
    }

    /// <summary>The path of a file of a version.</summary>
    public static string File(TemporaryFolder folder, string version, string name) =>
        Path.Combine(ModelFiles.VersionDirectory(folder.Path, version), name);
}
