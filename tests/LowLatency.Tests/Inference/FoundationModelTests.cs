using LowLatency.Features;
using LowLatency.Inference;
using LowLatency.Tests.Train;
using LowLatency.Train;
using LowLatency.Train.Onnx;

namespace LowLatency.Tests.Inference;

/// <summary>One small model, trained once for the class.</summary>
public sealed class TrainedModel
{
    internal FoundationArtifact Artifact { get; } = FoundationTrainerTests.Train(SyntheticData.Make());
}

public class FoundationModelTests(TrainedModel trained) : IClassFixture<TrainedModel>
{
    [Theory]
    [InlineData(InferenceEngine.OnnxRuntime, InferenceEngine.OnnxRuntime)]
    [InlineData(InferenceEngine.Compiled, InferenceEngine.Compiled)]
    [InlineData(InferenceEngine.Auto, InferenceEngine.Compiled)]
    public void The_champion_loads_and_answers_as_its_golden_vectors_say(InferenceEngine asked, InferenceEngine serves)
    {
        using TemporaryFolder folder = Publish(trained.Artifact);
        using FoundationModel model = FoundationModel.Load(folder.Path, asked);
        Assert.Equal(serves, model.Engine);
        model.WarmUp();
        GoldenVectors golden = new(trained.Artifact.Golden);

        Assert.Equal(1_000, golden.Count);
        Assert.Equal("foundation-v1-" + trained.Artifact.Manifest.Sha256.Model[..8], model.Version);
        float[] row = new float[FeatureSchema.Count];
        FeatureVector features = default;
        for (int i = 0; i < golden.Count; i++)
        {
            (float moon, float rug) = golden.Read(i, row);
            for (int f = 0; f < row.Length; f++)
            {
                features[f] = row[f];
            }

            Prediction prediction = default;
            model.Predict(in features, ref prediction);
            Assert.True(prediction.Made);
            Assert.Equal(moon, prediction.MoonMargin, 1e-5);
            Assert.Equal(rug, prediction.RugMargin, 1e-5);
            Assert.Equal(1 / (1 + Math.Exp(-(double)prediction.MoonMargin)), prediction.Moon);
            Assert.Equal(1 / (1 + Math.Exp(-(double)prediction.RugMargin)), prediction.Rug);
        }
    }

    [Fact]
    public void A_graph_that_does_not_compile_is_served_by_ONNX_Runtime_and_says_why()
    {
        Random random = new(4);
        TreeEnsemble wide = new([OnnxModelWriterTests.RandomTree(random, 64)]);
        using TemporaryFolder folder = MadeModels.Publish(MadeModels.Make("v1", wide, wide));
        using FoundationModel model = FoundationModel.Load(folder.Path);

        Assert.Equal(InferenceEngine.OnnxRuntime, model.Engine);
        Assert.Equal(model.Version + " (ONNX Runtime: a tree has 65 leaves, more than 64)", model.Description);
        Assert.Equal(
            ModelRefusal.NotCompilable,
            Assert.Throws<ModelRefusedException>(() => FoundationModel.Load(folder.Path, InferenceEngine.Compiled)).Reason);
    }

    [Fact]
    public void Where_the_champion_is_damaged_the_latest_that_served_before_and_still_loads_serves()
    {
        using TemporaryFolder folder = MadeModels.Publish(MadeModels.Make("v1", 1), MadeModels.Make("v2", 2), MadeModels.Make("v3", 3));
        List<string> said = [];
        File.AppendAllText(MadeModels.File(folder, "v3", ModelFiles.Model), "x");
        using (FoundationModel second = FoundationModel.Load(folder.Path, warn: said.Add))
        {
            Assert.Equal("v2", second.Manifest.Version);
        }

        Directory.Delete(ModelFiles.VersionDirectory(folder.Path, "v2"), recursive: true);
        using (FoundationModel first = FoundationModel.Load(folder.Path, warn: said.Add))
        {
            Assert.Equal("v1", first.Manifest.Version);
        }

        Assert.Equal(2, said.Count);
        Assert.All(said, static line => Assert.StartsWith("the champion v3 does not serve: model refused (HashMismatch)", line, StringComparison.Ordinal));

        // A version that was replaced since is not the one that served.
        ModelPublisher.Write(folder.Path, MadeModels.Make("v1", 9), replace: true);
        Assert.Equal(ModelRefusal.HashMismatch, Assert.Throws<ModelRefusedException>(() => FoundationModel.Load(folder.Path)).Reason);
    }

    [Theory]
    [InlineData(ModelFiles.Champion)]
    [InlineData("foundation/v1/" + ModelFiles.Manifest)]
    [InlineData("foundation/v1/" + ModelFiles.Model)]
    [InlineData("foundation/v1/" + ModelFiles.Golden)]
    public void A_file_that_is_not_there_is_missing(string file)
    {
        using TemporaryFolder folder = Publish(trained.Artifact);
        File.Delete(Path.Combine(folder.Path, file));

        Assert.Equal(ModelRefusal.Missing, RefusalOf(folder));
    }

    [Theory]
    [InlineData(ModelFiles.Manifest, -1)]
    [InlineData(ModelFiles.Model, -1)]
    [InlineData(ModelFiles.Golden, -1)]
    [InlineData(ModelFiles.Manifest, 100)]
    [InlineData(ModelFiles.Model, 5_000)]
    [InlineData(ModelFiles.Golden, 5_000)]
    [InlineData(ModelFiles.Model, 0)]
    public void A_truncated_or_damaged_file_does_not_have_its_hash(string file, int damage)
    {
        using TemporaryFolder folder = Publish(trained.Artifact);
        string path = Path.Combine(folder.Path, "foundation", "v1", file);
        byte[] bytes = File.ReadAllBytes(path);
        bytes[Math.Max(0, damage)] ^= damage < 0 ? (byte)0 : (byte)1;
        File.WriteAllBytes(path, damage < 0 ? bytes[..^1] : bytes);

        Assert.Equal(ModelRefusal.HashMismatch, RefusalOf(folder));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{\"foundation\":\"v1\"}")]
    [InlineData("{\"foundation\":\"../v1\",\"manifestSha256\":\"0\"}")]
    [InlineData("{\"foundation\":\"v1\",\"manifestSha256\":\"0\",\"more\":1}")]
    public void A_pointer_that_is_none_is_malformed(string content)
    {
        using TemporaryFolder folder = Publish(trained.Artifact);
        File.WriteAllText(Path.Combine(folder.Path, ModelFiles.Champion), content);

        Assert.Equal(ModelRefusal.Malformed, RefusalOf(folder));
    }

    [Fact]
    public void Another_feature_schema_is_refused() =>
        Refuses(ModelRefusal.SchemaMismatch, trained.Artifact with { Manifest = trained.Artifact.Manifest with { FeatureSchemaHash = "0" } });

    [Fact]
    public void Another_label_version_is_refused() =>
        Refuses(ModelRefusal.LabelVersion, trained.Artifact with { Manifest = trained.Artifact.Manifest with { LabelVersion = 99 } });

    [Theory]
    [InlineData(99, "foundation", "v1")]
    [InlineData(1, "online", "v1")]
    public void Another_manifest_is_malformed(int schema, string name, string version) => Refuses(
        ModelRefusal.Malformed,
        trained.Artifact with { Manifest = trained.Artifact.Manifest with { Schema = schema, Name = name, Version = version } });

    [Fact]
    public void A_copy_of_a_version_under_another_name_is_malformed()
    {
        using TemporaryFolder folder = Publish(trained.Artifact);
        Directory.Move(Path.Combine(folder.Path, "foundation", "v1"), Path.Combine(folder.Path, "foundation", "v2"));

        Assert.Equal(ModelRefusal.Malformed, Assert.Throws<ModelRefusedException>(() => FoundationModel.LoadVersion(folder.Path, "v2")).Reason);
    }

    [Fact]
    public void A_graph_with_other_columns_is_the_wrong_graph()
    {
        TreeEnsemble leaf = new([new DecisionTree([], [], [], [], [], [0.5])]);
        Refuses(ModelRefusal.WrongGraph, WithModel(OnnxModelWriter.Write(leaf, leaf, probabilities: false, columns: 13)));
    }

    [Fact]
    public void Bytes_that_are_no_graph_are_the_wrong_graph() =>
        Refuses(ModelRefusal.WrongGraph, WithModel([.. Enumerable.Range(0, 500).Select(static i => (byte)(i * 7))]));

    [Fact]
    public void A_graph_that_answers_otherwise_fails_its_golden_vectors()
    {
        TreeEnsemble leaf = new([new DecisionTree([], [], [], [], [], [0.5])]);
        Refuses(ModelRefusal.GoldenVectorMismatch, WithModel(OnnxModelWriter.Write(leaf, leaf, probabilities: false)));
    }

    [Fact]
    public void Fewer_golden_vectors_than_the_manifest_says_are_malformed()
    {
        byte[] golden = trained.Artifact.Golden[..GoldenVectors.BytesPerVector];
        Refuses(ModelRefusal.Malformed, trained.Artifact with
        {
            Golden = golden,
            Manifest = trained.Artifact.Manifest with { Sha256 = trained.Artifact.Manifest.Sha256 with { Golden = ModelFiles.Sha256(golden) } },
        });
    }

    [Fact]
    public void An_answer_that_is_no_number_never_enters()
    {
        // The leaf is reached by one value only, which no golden vector holds, so the model loads.
        TreeEnsemble broken = new([new DecisionTree([0], [1e30], [true], [~0], [~1], [0, double.NaN])]);
        GoldenVectors golden = new(new byte[GoldenVectors.BytesPerVector]);
        FoundationArtifact artifact = WithModel(OnnxModelWriter.Write(broken, broken, probabilities: false));
        byte[] zeros = new byte[GoldenVectors.BytesPerVector];
        using TemporaryFolder folder = Publish(artifact with
        {
            Golden = zeros,
            Manifest = artifact.Manifest with
            {
                Golden = artifact.Manifest.Golden with { Vectors = golden.Count },
                Sha256 = artifact.Manifest.Sha256 with { Golden = ModelFiles.Sha256(zeros) },
            },
        });
        using FoundationModel model = FoundationModel.Load(folder.Path);
        FeatureVector features = default;
        features[0] = 2e30;
        Prediction prediction = default;
        model.Predict(in features, ref prediction);

        Assert.True(prediction.Made);
        Assert.True(double.IsNaN(prediction.Moon) && double.IsNaN(prediction.Rug));
        Assert.False(Metrics.Enters(prediction.Moon, prediction.Rug));
    }

    [Theory]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(double.NaN)]
    public void A_margin_that_is_not_finite_has_no_probability(double margin) =>
        Assert.True(double.IsNaN(Logistic.Probability(margin)));

    [Fact]
    public void Large_margins_have_probabilities_of_one_and_nought()
    {
        Assert.Equal(1, Logistic.Probability(1e4));
        Assert.Equal(0, Logistic.Probability(-1e4));
    }

    [Fact]
    public void A_manifest_reads_back_as_it_was_written()
    {
        byte[] bytes = trained.Artifact.Manifest.ToUtf8();

        Assert.Equal(bytes, ModelManifest.Parse(bytes).ToUtf8());
    }

    private FoundationArtifact WithModel(byte[] model) => trained.Artifact with
    {
        Model = model,
        Manifest = trained.Artifact.Manifest with { Sha256 = trained.Artifact.Manifest.Sha256 with { Model = ModelFiles.Sha256(model) } },
    };

    private static void Refuses(ModelRefusal reason, FoundationArtifact artifact)
    {
        using TemporaryFolder folder = Publish(artifact);
        Assert.Equal(reason, RefusalOf(folder));
    }

    private static ModelRefusal RefusalOf(TemporaryFolder folder) =>
        Assert.Throws<ModelRefusedException>(() => FoundationModel.Load(folder.Path)).Reason;

    // Points to the version without asking whether it loads, as a damaged disk would.
    private static TemporaryFolder Publish(FoundationArtifact artifact)
    {
        TemporaryFolder folder = new();
        ModelPublisher.Write(folder.Path, artifact, replace: false);
        ModelFiles.WriteChampion(
            folder.Path, new ChampionPointer(artifact.Manifest.Version, ModelFiles.Sha256(artifact.Manifest.ToUtf8())));
        return folder;
    }
}
