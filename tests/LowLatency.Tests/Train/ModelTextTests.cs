using LowLatency.Train;
using LowLatency.Train.LightGbm;

namespace LowLatency.Tests.Train;

public class ModelTextTests
{
    // decision_type: 8 = missing NaN, right by default; 10 = missing NaN, left; 0 = no missing values were seen.
    [Theory]
    [InlineData(8, 0.5, false)]
    [InlineData(10, 0.5, true)]
    [InlineData(0, 0.5, true)]
    [InlineData(0, 0.0, true)]
    [InlineData(0, -0.5, false)]
    public void A_missing_value_goes_where_the_node_says(int decision, double threshold, bool left)
    {
        DecisionTree tree = Assert.Single(ModelText.Parse(Text(decision, threshold)).Trees);

        Assert.Equal(left, tree.NanGoesLeft[0]);
        Assert.Equal(left ? -1.5 : 2.5, tree.Walk([float.NaN]));
    }

    [Fact]
    public void A_single_leaf_is_a_tree() =>
        Assert.Equal(0.25, ModelText.Parse("tree\nnum_tree_per_iteration=1\n\nTree=0\nnum_leaves=1\nleaf_value=0.25\n\nend of trees\n").Margin([1f]));

    [Fact]
    public void Infinite_thresholds_are_numbers() =>
        Assert.Equal(-1.5, ModelText.Parse(Text(8, "inf")).Margin([float.PositiveInfinity]));

    [Theory]
    [InlineData(1, "categorical")]
    [InlineData(4, "zero for missing")]
    public void What_a_plain_threshold_cannot_say_is_refused(int decision, string says) =>
        Assert.Contains(says, Assert.Throws<TrainingException>(() => ModelText.Parse(Text(decision, 0.5))).Message, StringComparison.Ordinal);

    [Fact]
    public void Linear_leaves_are_refused() =>
        Assert.Throws<TrainingException>(() => ModelText.Parse(Text(8, 0.5).Replace("num_leaves=2", "num_leaves=2\nis_linear=1", StringComparison.Ordinal)));

    [Fact]
    public void Every_truncation_is_refused()
    {
        string text = Text(8, 0.5);
        int trees = text.IndexOf("end of trees", StringComparison.Ordinal);
        for (int length = 0; length < trees; length += 7)
        {
            Assert.Throws<TrainingException>(() => ModelText.Parse(text[..length]));
        }
    }

    private static string Text(int decision, double threshold) =>
        Text(decision, threshold.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private static string Text(int decision, string threshold) =>
        $"tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\n\nTree=0\nnum_leaves=2\nsplit_feature=0\nthreshold={threshold}\n"
        + $"decision_type={decision}\nleft_child=-1\nright_child=-2\nleaf_value=-1.5 2.5\nshrinkage=1\n\n\nend of trees\n";
}
