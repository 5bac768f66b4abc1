using LowLatency.Simulation;
using LowLatency.Train.Compare;
using LowLatency.Train.LightGbm;

namespace LowLatency.Tests.Train.Compare;

/// <summary>
/// A small world has to lie where the large one does, give or take what its few pools allow; <c>accept</c> measures the
/// large ones. The ranges are learning.md's bands, wider by about one standard deviation over eight seeds of a realistic
/// world this small (moon .08, rug .09, random .04, momentum .06), or a little less.
/// </summary>
public sealed class AcceptanceTests
{
    [Theory]
    [InlineData("realistic", 50_000, 0.66, 0.91, 0.56, 0.86, 0.23, 0.40, 0.42, 0.64)]
    [InlineData("null", 100_000, 0.34, 0.66, 0.34, 0.66)]
    public void A_small_world_is_as_hard_as_a_large_one(string world, int rows, params double[] ranges)
    {
        IReadOnlyList<BandFigure> figures = Acceptance.Of(
            World.Create(world, 1, density: 0.02).Rows().Take(rows), world != "null", new BoosterParameters(Trees: 8), seed: 1, deals: 1);
        // One deal of few pools: it strays this far.
        double[] shuffled = [0.42, 0.58, 0.42, 0.58];
        double[] all = [.. ranges[..4], .. shuffled, .. ranges[4..]];
        Assert.Equal(all.Length / 2, figures.Count);
        Assert.All(figures.Select(static (figure, at) => (Figure: figure, At: 2 * at)), row => Assert.True(
            row.Figure.Value >= all[row.At] && row.Figure.Value <= all[row.At + 1], $"{row.Figure.Name} is {row.Figure.Value}, not from {all[row.At]} to {all[row.At + 1]}"));
    }

    [Theory]
    [InlineData(0.5, true)]
    [InlineData(0.49, true)]
    [InlineData(0.5101, false)]
    [InlineData(null, false)]
    public void A_figure_holds_inside_its_band_and_only_there(double? value, bool holds) =>
        Assert.Equal(holds, new BandFigure("f", value, 0.49, 0.51).Holds);
}
