using LowLatency.Simulation;
using LowLatency.Train.Compare;
using LowLatency.Train.LightGbm;

namespace LowLatency.Tests.Train.Compare;

/// <summary>
/// A small world has to lie where the large one does, give or take what its few pools allow; <c>accept</c> measures the
/// large ones. The realistic world's momentum entries lie above learning.md's band, .48 to .58, in both.
/// </summary>
public sealed class AcceptanceTests
{
    [Theory]
    [InlineData("realistic", 0.66, 0.90, 0.60, 0.90, 0.30, 0.42, 0.55, 0.72)]
    [InlineData("null", 0.36, 0.64, 0.36, 0.64)]
    public void A_small_world_is_as_hard_as_a_large_one(string world, params double[] ranges)
    {
        IReadOnlyList<BandFigure> figures = Acceptance.Of(
            World.Create(world, 1, density: 0.02).Rows().Take(50_000), world != "null", new BoosterParameters(Trees: 8), seed: 1, deals: 1);
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
