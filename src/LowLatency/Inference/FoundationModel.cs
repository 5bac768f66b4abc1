using System.Text.Json;
using LowLatency.Features;

namespace LowLatency.Inference;

/// <summary>
/// One thread at a time. The foundation: two calibrated heads that answer one feature vector, without allocation.
/// A model that is not exactly what its manifest says is refused, with one named reason: it never serves half-checked.
/// </summary>
public sealed class FoundationModel : IDisposable
{
    private const int WarmUpCalls = 300;

    private readonly FoundationSession _session;

    private FoundationModel(FoundationSession session, ModelManifest manifest)
    {
        _session = session;
        Manifest = manifest;
        Version = $"{manifest.Name}-{manifest.Version}-{manifest.Sha256.Model[..8]}";
    }

    /// <summary>What is known of the model.</summary>
    public ModelManifest Manifest { get; }

    /// <summary>For ledgers and logs: kind, version, and the first 8 digits of the model's SHA-256 (<c>foundation-v1-0a1b2c3d</c>).</summary>
    public string Version { get; }

    /// <summary>Loads the version that <c>champion.json</c> names.</summary>
    /// <param name="modelsDirectory">The models folder (<c>onnx/</c>).</param>
    /// <exception cref="ModelRefusedException">It may not serve; <see cref="ModelRefusedException.Reason"/> says why.</exception>
    public static FoundationModel Load(string modelsDirectory)
    {
        ChampionPointer champion = ModelFiles.ReadChampion(modelsDirectory);
        return LoadVersion(modelsDirectory, champion.Foundation, champion.ManifestSha256);
    }

    /// <summary>Loads a version whether it serves or not.</summary>
    /// <param name="modelsDirectory">The models folder.</param>
    /// <param name="version">The version (<c>v1</c>).</param>
    /// <param name="manifestSha256">What the manifest's hash must be; null where nothing vouches for it.</param>
    /// <exception cref="ModelRefusedException">It may not serve; <see cref="ModelRefusedException.Reason"/> says why.</exception>
    public static FoundationModel LoadVersion(string modelsDirectory, string version, string? manifestSha256 = null)
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

        // The bytes that were hashed are the bytes that are used: nothing is read twice.
        byte[] onnx = ReadHashed(directory, ModelFiles.Model, manifest.Sha256.Model);
        byte[] golden = ReadHashed(directory, ModelFiles.Golden, manifest.Sha256.Golden);
        FoundationSession session = new(onnx);
        try
        {
            CheckGolden(session, golden, manifest.Golden.Vectors);
            return new FoundationModel(session, manifest);
        }
        catch (ModelRefusedException)
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Answers one feature vector; allocates nothing. The features are rounded to float32, as they were for training.
    /// A margin that is not finite leaves NaN as its probability, which passes no entry rule (<see cref="Logistic"/>).
    /// </summary>
    public void Predict(in FeatureVector features, ref Prediction prediction)
    {
        Span<float> input = _session.Input;
        for (int i = 0; i < FeatureSchema.Count; i++)
        {
            input[i] = (float)features[i];
        }

        _session.Run(out prediction.MoonMargin, out prediction.RugMargin);
        prediction.Moon = Logistic.Probability(prediction.MoonMargin);
        prediction.Rug = Logistic.Probability(prediction.RugMargin);
        prediction.Made = true;
    }

    /// <summary>Calls the model until its code, ours and the native one, is warm: about 300 calls, some milliseconds.</summary>
    public void WarmUp()
    {
        FeatureVector features = default;
        Prediction prediction = default;
        for (int i = 0; i < WarmUpCalls; i++)
        {
            features[i % FeatureSchema.Count] = i;
            Predict(in features, ref prediction);
        }
    }

    /// <summary>Frees the native session. Never while another thread predicts.</summary>
    public void Dispose() => _session.Dispose();

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

    private static void CheckGolden(FoundationSession session, byte[] bytes, int count)
    {
        if (count <= 0 || bytes.Length != (long)count * GoldenVectors.BytesPerVector)
        {
            throw new ModelRefusedException(ModelRefusal.Malformed,
                $"{ModelFiles.Golden}: {bytes.Length} bytes are not {count} vectors of {GoldenVectors.BytesPerVector}");
        }

        GoldenVectors golden = new(bytes);
        for (int i = 0; i < golden.Count; i++)
        {
            (float moon, float rug) = golden.Read(i, session.Input);
            session.Run(out float moonFound, out float rugFound);
            CheckAnswer(i, "moon", moon, moonFound);
            CheckAnswer(i, "rug", rug, rugFound);
        }
    }

    private static void CheckAnswer(int vector, string head, float expected, float found)
    {
        double difference = Math.Abs(Logistic.Probability(expected) - Logistic.Probability(found));

        // Written so that NaN, which compares false with everything, is refused.
        if (!(difference <= GoldenVectors.Tolerance))
        {
            throw new ModelRefusedException(ModelRefusal.GoldenVectorMismatch,
                $"vector {vector}, {head}: expected margin {expected}, found {found}");
        }
    }
}
