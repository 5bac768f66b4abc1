using LowLatency.Features;
using LowLatency.Inference;
using LowLatency.Train;
using LowLatency.Train.Evaluation;

namespace LowLatency.Tests.Train;

public class FoundationTrainerTests
{
    [Fact]
    public void Two_trainings_give_the_same_bytes_and_another_row_gives_others()
    {
        FoundationArtifact one = Train(SyntheticData.Make());
        FoundationArtifact same = Train(SyntheticData.Make());
        FoundationArtifact other = Train(SyntheticData.Make(seed: 2));

        Assert.Equal(one.Model, same.Model);
        Assert.Equal(one.ModelProba, same.ModelProba);
        Assert.Equal(one.Golden, same.Golden);
        Assert.Equal(one.Manifest.ToUtf8(), same.Manifest.ToUtf8());
        Assert.Equal(one.Evaluation.ToUtf8(), same.Evaluation.ToUtf8());
        Assert.Equal(EvaluationPage.Of(one.Evaluation).ToString(), EvaluationPage.Of(same.Evaluation).ToString());
        Assert.NotEqual(one.Manifest.DatasetSha256, other.Manifest.DatasetSha256);
        Assert.NotEqual(one.Model, other.Model);
    }

    [Fact]
    public void The_signal_is_found_and_the_probabilities_are_calibrated()
    {
        ModelManifest manifest = Train(SyntheticData.Make(pools: 1200)).Manifest;

        foreach (ModelHead head in new[] { manifest.Moon, manifest.Rug })
        {
            Assert.InRange(head.Test.RocAuc!.Value, 0.65, 0.99);
            Assert.True(head.Test.LogLoss < head.Test.BaseRateLogLoss);
            Assert.InRange(head.CalibrationSlope, 0.3, 3);
            Assert.InRange(head.Test.LogLoss, head.Interval.Low.LogLoss, head.Interval.High.LogLoss);
            Assert.InRange(head.Test.RocAuc!.Value, head.Interval.Low.RocAuc!.Value, head.Interval.High.RocAuc!.Value);
        }
    }

    [Fact]
    public void The_trees_have_no_split_on_a_column_that_carries_a_pools_scale()
    {
        Dataset data = SyntheticData.Make();
        int[] rows = [.. Enumerable.Range(0, data.Count)];

        // Labels that only such columns tell.
        foreach (int column in TrainedHead.Unused)
        {
            using TrainedHead head = TrainedHead.Fit(data, rows, [], [.. rows.Select(i => data.Row(i)[column] > 0)], SyntheticData.SmallModel);
            Assert.Empty(head.Trees.Trees.SelectMany(static t => t.Feature).Intersect(TrainedHead.Unused));
            Assert.Equal((1, 0), (head.Calibration.Slope, head.Calibration.Intercept));
        }
    }

    [Fact]
    public void Edge_rows_hold_every_threshold_its_neighbours_and_in_each_feature_NaN_and_the_infinities()
    {
        TreeEnsemble trees = OnnxModelWriterTests.RandomEnsemble(new Random(4), trees: 6);
        float[] rows = ParityCheck.EdgeRows(new float[3 * FeatureSchema.Count], [trees]);
        float[] Column(int f) => [.. Enumerable.Range(0, rows.Length / FeatureSchema.Count).Select(r => rows[(r * FeatureSchema.Count) + f])];

        foreach (DecisionTree tree in trees.Trees)
        {
            for (int i = 0; i < tree.Feature.Length; i++)
            {
                float t = TreeEnsemble.SnapThreshold(tree.Threshold[i]);
                Assert.Superset(new HashSet<float>([t, MathF.BitDecrement(t), MathF.BitIncrement(t)]), Column(tree.Feature[i]).ToHashSet());
            }
        }

        for (int f = 0; f < FeatureSchema.Count; f++)
        {
            Assert.Superset(new HashSet<float>([float.NaN, float.PositiveInfinity, float.NegativeInfinity]), Column(f).ToHashSet());
        }
    }

    [Fact]
    public void The_three_evaluations_agree_on_every_row_and_edge()
    {
        ModelParity parity = Train(SyntheticData.Make()).Manifest.Parity;

        Assert.True(ParityCheck.Passes(parity), parity.ToString());
        Assert.Equal(ParityCheck.LeastDataRows, parity.DataRows);
        Assert.True(parity.EdgeRows > 1_000);
    }

    [Theory]
    [InlineData(2e-6, 0, 0)]
    [InlineData(0, 2e-6, 0)]
    [InlineData(0, 0, 1)]
    [InlineData(double.NaN, 0, 0)]
    public void Any_disagreement_fails(double walker, double lightGbm, int flips) =>
        Assert.False(ParityCheck.Passes(new ModelParity(1, 1, walker, lightGbm, flips)));

    [Fact]
    public void A_block_without_both_classes_is_refused_with_its_counts() => Assert.Contains(
        "the calibration block has",
        Assert.Throws<TrainingException>(() => Train(SyntheticData.Make(pools: 3))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_version_is_written_once_and_numbers_go_up()
    {
        using TemporaryFolder folder = new();
        FoundationArtifact artifact = Train(SyntheticData.Make());
        Assert.Equal("v1", ModelPublisher.NextVersion(folder.Path));
        ModelPublisher.Write(folder.Path, artifact, replace: false);

        Assert.Equal("v2", ModelPublisher.NextVersion(folder.Path));
        Assert.Throws<TrainingException>(() => ModelPublisher.Write(folder.Path, artifact, replace: false));
        ModelPublisher.Write(folder.Path, artifact, replace: true);
        Assert.StartsWith("foundation-v1-", ModelPublisher.Promote(folder.Path, "v1"), StringComparison.Ordinal);
        Assert.Equal(["foundation", "champion.json"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName).Order().Reverse());
    }

    [Fact]
    public void A_version_that_does_not_load_is_not_promoted()
    {
        using TemporaryFolder folder = new();
        ModelPublisher.Write(folder.Path, Train(SyntheticData.Make()), replace: false);
        ModelPublisher.Promote(folder.Path, "v1");
        string champion = File.ReadAllText(Path.Combine(folder.Path, ModelFiles.Champion));

        Assert.Throws<ModelRefusedException>(() => ModelPublisher.Promote(folder.Path, "v2"));
        Assert.Equal(champion, File.ReadAllText(Path.Combine(folder.Path, ModelFiles.Champion)));
    }

    internal static FoundationArtifact Train(Dataset data) =>
        FoundationTrainer.Train(data, SyntheticData.SmallModel, "v1", "a test");
}
