using LowLatency.Features;
using LowLatency.Inference;

namespace LowLatency.Positions;

/// <summary>The market of one pool (learning.md, section 8).</summary>
public enum Regime : byte
{
    /// <summary>Nothing else holds.</summary>
    SidewaysChop,

    /// <summary>Rising, straight enough.</summary>
    SteadyClimb,

    /// <summary>Rising fast and straight.</summary>
    MoonMission,

    /// <summary>Price or liquidity collapses.</summary>
    RugDump,
}

/// <summary>Follows the regime of every pool, with hysteresis. Owned by the business thread; O(1) per observation.</summary>
public sealed class Regimes(int maxPools)
{
    /// <summary>Number of regimes.</summary>
    public const int Count = (int)Regime.RugDump + 1;

    private const int RugHoldObservations = 20;
    private const int DwellObservations = 5;

    private readonly State[] _pools = new State[maxPools];

    /// <summary>The regime of <paramref name="pool"/> after its last observation.</summary>
    public Regime Of(int pool) => _pools[pool].Current;

    /// <summary>Size multiplier of a regime (learning.md, section 7).</summary>
    public static double SizeMultiplier(Regime regime) => regime switch
    {
        Regime.MoonMission => 1,
        Regime.SteadyClimb => 0.7,
        Regime.SidewaysChop => 0.4,
        _ => 0,
    };

    /// <summary>Takes one observation and returns the pool's regime.</summary>
    public Regime OnObservation(int pool, in FeatureVector features, in WindowView window, in Prediction prediction)
    {
        ref State state = ref _pools[pool];
        state.Age++;
        double gain = features[FeatureSchema.PriceChange10];
        if (IsRug(features, window, prediction, gain))
        {
            Enter(ref state, Regime.RugDump);
            state.Age = 0;
            return state.Current;
        }

        if (state.Current == Regime.RugDump && state.Age < RugHoldObservations)
        {
            return state.Current;
        }

        Regime wanted = Wanted(state.Current, gain, window);
        bool urgent = wanted == Regime.MoonMission;
        if (wanted != state.Current && (urgent || state.Age >= DwellObservations))
        {
            Enter(ref state, wanted);
        }

        return state.Current;
    }

    private static bool IsRug(in FeatureVector features, in WindowView window, in Prediction prediction, double gain) =>
        features[FeatureSchema.PriceChange1] <= -0.30
        || (window.Drawdown <= -0.35 && gain <= -0.20)
        || window.LogQuoteChange10 <= -0.35
        || (prediction.Made && prediction.Rug >= 0.5);

    // Comparisons with a missing value are false, so a pool too young for a ten-observation trend is in chop.
    private static Regime Wanted(Regime current, double gain, in WindowView window)
    {
        double ratio = window.EfficiencyRatio10;
        if ((gain >= 0.10 && ratio >= 0.5 && window.UpShare10 >= 0.6)
            || (current == Regime.MoonMission && gain >= 0.04 && ratio >= 0.25))
        {
            return Regime.MoonMission;
        }

        return (gain >= 0.02 && ratio >= 0.3) || (current == Regime.SteadyClimb && gain >= 0.005)
            ? Regime.SteadyClimb : Regime.SidewaysChop;
    }

    private static void Enter(ref State state, Regime regime)
    {
        state.Current = regime;
        state.Age = 0;
    }

    private struct State
    {
        public Regime Current;
        public int Age;
    }
}
