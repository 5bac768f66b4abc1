using LowLatency.Features;
using LowLatency.Inference;
using LowLatency.Positions;
using Xunit;

namespace LowLatency.Tests.Positions;

public sealed class RegimesTests
{
    private readonly Regimes _regimes = new(4);

    [Fact]
    public void A_moon_is_entered_at_once_and_left_by_a_wider_condition()
    {
        Assert.Equal(Regime.SidewaysChop, See(0.099, 0.6, 0.7));
        Assert.Equal(Regime.MoonMission, See(0.10, 0.5, 0.6));
        for (int i = 0; i < 6; i++)
        {
            Assert.Equal(Regime.MoonMission, See(0.04, 0.25, 0));
        }

        Assert.Equal(Regime.SteadyClimb, See(0.039, 0.3, 0));
    }

    [Fact]
    public void Other_changes_wait_for_five_observations()
    {
        Assert.Equal(
            [Regime.SidewaysChop, Regime.SidewaysChop, Regime.SidewaysChop, Regime.SidewaysChop, Regime.SteadyClimb],
            Enumerable.Range(0, 5).Select(_ => See(0.03, 0.4, 0.5)));
        Assert.Equal(
            [Regime.SteadyClimb, Regime.SteadyClimb, Regime.SteadyClimb, Regime.SteadyClimb, Regime.SidewaysChop],
            Enumerable.Range(0, 5).Select(_ => See(0.004, 0.4, 0.5)));
    }

    [Fact]
    public void A_climb_stays_while_it_gains_half_a_percent()
    {
        for (int i = 0; i < 5; i++)
        {
            See(0.02, 0.3, 0.5);
        }

        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(Regime.SteadyClimb, See(0.005, 0, 0));
        }
    }

    [Theory]
    [InlineData(-0.30, 0, 0, 0, 0)]
    [InlineData(0, -0.20, -0.35, 0, 0)]
    [InlineData(0, 0, 0, -0.35, 0)]
    [InlineData(0, 0, 0, 0, 0.5)]
    public void A_rug_is_entered_at_once_and_held_for_twenty_observations(double change1, double change10, double drawdown, double quote, double rug)
    {
        See(0.2, 0.9, 0.9);
        Assert.Equal(Regime.Rug, See(change10, 0, 0, change1, drawdown, quote, rug));
        for (int i = 1; i < Regimes.RugHoldObservations; i++)
        {
            Assert.Equal(Regime.Rug, See(0.2, 0.9, 0.9));
        }

        Assert.Equal(Regime.MoonMission, See(0.2, 0.9, 0.9));
    }

    [Theory]
    [InlineData(-0.29, -0.19, -0.50, -0.34, 0.49)]
    [InlineData(-0.29, -0.50, -0.34, -0.34, 0.49)]
    [InlineData(double.NaN, double.NaN, double.NaN, double.NaN, double.NaN)]
    public void Short_of_every_limit_and_without_numbers_there_is_no_rug(double change1, double change10, double drawdown, double quote, double rug) =>
        Assert.Equal(Regime.SidewaysChop, See(change10, double.NaN, double.NaN, change1, drawdown, quote, rug));

    [Fact]
    public void Pools_are_counted_by_regime()
    {
        See(0, 0, 0);
        See(0.2, 0.9, 0.9, pool: 1);
        See(0, 0, 0, change1: -0.5, pool: 2);
        Assert.Equal([1, 0, 1, 1], _regimes.PoolsPerRegime.ToArray());
        See(0.2, 0.9, 0.9);
        Assert.Equal([0, 0, 2, 1], _regimes.PoolsPerRegime.ToArray());
    }

    [Fact]
    public void Every_observation_is_in_the_table_of_transitions()
    {
        for (int i = 0; i < 6; i++)
        {
            See(0.03, 0.4, 0.5); // four in Chop, and two in Climb
        }

        See(0.2, 0.9, 0.9);
        See(0, 0, 0, change1: -0.5);
        See(0, 0, 0, pool: 1);
        long[] expected = new long[16];
        (expected[At(Regime.SidewaysChop, Regime.SidewaysChop)], expected[At(Regime.SidewaysChop, Regime.SteadyClimb)]) = (5, 1);
        (expected[At(Regime.SteadyClimb, Regime.SteadyClimb)], expected[At(Regime.SteadyClimb, Regime.MoonMission)]) = (1, 1);
        expected[At(Regime.MoonMission, Regime.Rug)] = 1;
        Assert.Equal(expected, _regimes.Transitions.ToArray());

        static int At(Regime before, Regime after) => ((int)before * Regimes.Count) + (int)after;
    }

    private Regime See(
        double change10, double efficiency, double upShare, double change1 = 0, double drawdown = 0, double quote = 0, double rug = 0, int pool = 0)
    {
        WindowView window = new() { Drawdown = drawdown, EfficiencyRatio10 = efficiency, UpShare10 = upShare, LogQuoteChange10 = quote };
        FeatureVector features = default;
        features[FeatureSchema.PriceChange1] = change1;
        features[FeatureSchema.PriceChange10] = change10;
        return _regimes.Observe(pool, in window, in features, new Prediction { Made = true, Rug = rug });
    }
}
