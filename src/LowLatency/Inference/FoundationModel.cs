using LowLatency.Features;

namespace LowLatency.Inference;

/// <summary>
/// One thread at a time. The foundation: two calibrated heads that answer feature vectors, without allocation.
/// A model that is not exactly what its manifest says is refused, with one named reason: it never serves half-checked.
/// </summary>
public sealed class FoundationModel : IDisposable
{
    /// <summary>Most rows of a call that ONNX Runtime is prepared for: a batch of the default size.</summary>
    public const int SessionRows = 8;

    private const int WarmUpCalls = 300;

    private readonly IFoundationEngine _engine;

    private FoundationModel(IFoundationEngine engine, string? whyNotCompiled, VersionFiles files)
    {
        _engine = engine;
        Manifest = files.Manifest;
        ManifestSha256 = files.ManifestSha256;
        string id = Manifest.Sha256.Model[..8];
        Id = Convert.ToUInt32(id, 16);
        Version = $"{Manifest.Name}-{Manifest.Version}-{id}";
        Engine = engine is CompiledTrees ? InferenceEngine.Compiled : InferenceEngine.OnnxRuntime;
        Description = $"{Version} ({(Engine == InferenceEngine.Compiled ? "compiled" : "ONNX Runtime")}{(whyNotCompiled is null ? "" : ": " + whyNotCompiled)})";
    }

    /// <summary>What is known of the model.</summary>
    public ModelManifest Manifest { get; }

    /// <summary>SHA-256 of the manifest as it was read.</summary>
    public string ManifestSha256 { get; }

    /// <summary>The first 32 bits of the model's SHA-256.</summary>
    public uint Id { get; }

    /// <summary>For ledgers and logs: kind, version, and the first 8 digits of the model's SHA-256 (<c>foundation-v1-0a1b2c3d</c>).</summary>
    public string Version { get; }

    /// <summary>Most rows of one <see cref="Run"/>: as many as are cheaper together.</summary>
    public int MaxRows => _engine.MaxRows;

    /// <summary>What evaluates it; never <see cref="InferenceEngine.Auto"/>.</summary>
    public InferenceEngine Engine { get; }

    /// <summary>For people: the version, what evaluates it, and why that is not the compiled form where it could have been.</summary>
    public string Description { get; }

    /// <summary>
    /// Loads the version that <c>champion.json</c> names; where that is refused, the latest of those that served before it and
    /// still load, and tells <paramref name="warn"/> so.
    /// </summary>
    /// <param name="modelsDirectory">The models folder (<c>onnx/</c>).</param>
    /// <param name="engine">What is to evaluate it.</param>
    /// <param name="warn">Takes one line for each version that was refused although another one serves.</param>
    /// <exception cref="ModelRefusedException">None may serve; <see cref="ModelRefusedException.Reason"/> says why the champion may not.</exception>
    public static FoundationModel Load(string modelsDirectory, InferenceEngine engine = InferenceEngine.Auto, Action<string>? warn = null)
    {
        ChampionPointer champion = ModelFiles.ReadChampion(modelsDirectory);
        try
        {
            return LoadVersion(modelsDirectory, champion.Foundation, champion.ManifestSha256, engine);
        }
        catch (ModelRefusedException e)
        {
            if (LoadPrevious(modelsDirectory, champion, engine) is not { } older)
            {
                throw;
            }

            warn?.Invoke($"the champion {champion.Foundation} does not serve: {e.Message}; {older.Version}, which served before, does");
            return older;
        }
    }

    /// <summary>Loads a version whether it serves or not.</summary>
    /// <param name="modelsDirectory">The models folder.</param>
    /// <param name="version">The version (<c>v1</c>).</param>
    /// <param name="manifestSha256">What the manifest's hash must be; null where nothing vouches for it.</param>
    /// <param name="engine">What is to evaluate it.</param>
    /// <exception cref="ModelRefusedException">It may not serve; <see cref="ModelRefusedException.Reason"/> says why.</exception>
    public static FoundationModel LoadVersion(
        string modelsDirectory, string version, string? manifestSha256 = null, InferenceEngine engine = InferenceEngine.Auto)
    {
        VersionFiles files = VersionFiles.Read(modelsDirectory, version, manifestSha256);
        FoundationSession session = new(files.Onnx, SessionRows);
        try
        {
            CheckGolden(session, files.Golden);
            string? whyNot = null;
            CompiledTrees? compiled = engine == InferenceEngine.OnnxRuntime ? null : TryCompile(session, files, out whyNot);
            if (compiled is null && engine == InferenceEngine.Compiled)
            {
                throw new ModelRefusedException(ModelRefusal.NotCompilable, whyNot!);
            }

            FoundationModel model = new(compiled is null ? session : compiled, whyNot, files);
            if (compiled is not null)
            {
                session.Dispose();
            }

            return model;
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
        Put(0, features);
        Run(1);
        Take(0, ref prediction);
    }

    /// <summary>Puts a feature vector into a row of the next <see cref="Run"/>.</summary>
    public void Put(int row, in FeatureVector features)
    {
        Span<float> input = _engine.Input.Slice(row * FeatureSchema.Count, FeatureSchema.Count);
        for (int i = 0; i < input.Length; i++)
        {
            input[i] = (float)features[i];
        }
    }

    /// <summary>Answers the first rows: the same bits as one by one.</summary>
    /// <param name="rows">From 1 to <see cref="MaxRows"/>.</param>
    public void Run(int rows) => _engine.Run(rows);

    /// <summary>The answer to a row of the last <see cref="Run"/>.</summary>
    public void Take(int row, ref Prediction prediction)
    {
        prediction.Made = true;
        prediction.Model = Id;
        prediction.MoonMargin = _engine.MoonMargins[row];
        prediction.RugMargin = _engine.RugMargins[row];
        prediction.Moon = Logistic.Probability(prediction.MoonMargin);
        prediction.Rug = Logistic.Probability(prediction.RugMargin);
    }

    /// <summary>Calls the model until its code, ours and the native one, is warm: about 300 calls, some milliseconds.</summary>
    public void WarmUp()
    {
        FeatureVector features = default;
        Prediction prediction = default;
        for (int i = 0; i < WarmUpCalls; i++)
        {
            features[i % FeatureSchema.Count] = i;
            Put(i % MaxRows, features);
            Run((i % MaxRows) + 1);
            Take(0, ref prediction);
        }
    }

    /// <summary>Frees the native session, if there is one. Never while another thread predicts.</summary>
    public void Dispose() => (_engine as IDisposable)?.Dispose();

    private static FoundationModel? LoadPrevious(string modelsDirectory, ChampionPointer champion, InferenceEngine engine)
    {
        foreach (ChampionPointer previous in champion.Previous ?? [])
        {
            try
            {
                return LoadVersion(modelsDirectory, previous.Foundation, previous.ManifestSha256, engine);
            }
            catch (ModelRefusedException)
            {
                // The champion's reason is the one that is told.
            }
        }

        return null;
    }

    // The compiled form of a graph is what ONNX Runtime is to the bit, or it is not used.
    private static CompiledTrees? TryCompile(FoundationSession session, VersionFiles files, out string? whyNot)
    {
        if (TreeGraph.TryRead(files.Onnx, out whyNot) is not { } graph || CompiledTrees.TryCompile(graph, out whyNot) is not { } compiled)
        {
            return null;
        }

        GoldenVectors golden = files.Golden;
        for (int i = 0; i < golden.Count; i++)
        {
            golden.Read(i, compiled.Input);
            golden.Read(i, session.Input);
            compiled.Run(1);
            session.Run(1);
            if (!IsSame(compiled.MoonMargins[0], session.MoonMargins[0]) || !IsSame(compiled.RugMargins[0], session.RugMargins[0]))
            {
                whyNot = $"golden vector {i}: ONNX Runtime says {session.MoonMargins[0]}, {session.RugMargins[0]}, compiled {compiled.MoonMargins[0]}, {compiled.RugMargins[0]}";
                return null;
            }
        }

        whyNot = null;
        return compiled;
    }

    private static bool IsSame(float a, float b) => BitConverter.SingleToInt32Bits(a) == BitConverter.SingleToInt32Bits(b) || (float.IsNaN(a) && float.IsNaN(b));

    private static void CheckGolden(FoundationSession session, GoldenVectors golden)
    {
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
