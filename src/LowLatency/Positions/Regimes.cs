using LowLatency.Features;
using LowLatency.Inference;

namespace LowLatency.Positions;

/// <summary>The market regime of one pool.</summary>
public enum Regime : byte
{
    /// <summary>No clear direction; every pool begins here.</summary>
    SidewaysChop,

    /// <summary>A slow rise.</summary>
    SteadyClimb,

    /// <summary>A fast, straight rise.</summary>
    MoonMission,

    /// <summary>A rug or a dump, under way or feared.</summary>
    Rug,
}

/// <summary>
/// The regime of each pool (learning.md 8), renewed on each observation, with two kinds of memory: a regime is left by a
/// wider condition than it is entered by, and not before five observations in it, except into Rug or Moon Mission.
/// Rug stays for 20 observations after the last one that shows it. One thread; no allocation after construction.
/// A missing value (NaN) satisfies no condition.
/// </summary>
public sealed class Regimes
{
    /// <summary>Number of regimes.</summary>
    public const int Count = 4;

    /// <summary>Observations a regime lasts at least, except into Rug or Moon Mission.</summary>
    public const int DwellObservations = 5;

    /// <summary>Observations for which Rug is held after the last one that shows it.</summary>
    public const int RugHoldObservations = 20;

    private readonly State[] _states;
    private readonly int[] _pools = new int[Count];
    private readonly long[] _transitions = new long[Count * Count];

    /// <summary>Room for the pools 0 .. maxPools - 1.</summary>
    public Regimes(int maxPools) => _states = new State[maxPools];

    /// <summary>Pools in each regime, indexed by <see cref="Regime"/>; pools without an observation are in none.</summary>
    public ReadOnlySpan<int> PoolsPerRegime => _pools;

    /// <summary>
    /// Observations by the regime before (row; a pool begins in <see cref="Regime.SidewaysChop"/>) and after (column): the
    /// diagonal holds those that stayed. Others may read a figure that is one event old.
    /// </summary>
    public ReadOnlySpan<long> Transitions => _transitions;

    /// <summary>Takes in one observation of a pool and gives its regime.</summary>
    public Regime Observe(int pool, in WindowView window, in FeatureVector features, in Prediction prediction)
    {
        ref State state = ref _states[pool];
        if (!state.Seen)
        {
            state.Seen = true;
            _pools[(int)state.Regime]++;
        }

        state.Dwell = Math.Min(state.Dwell + 1, DwellObservations);
        Regime next;
        if (IsRug(in window, in features, in prediction))
        {
            state.RugHold = RugHoldObservations;
            next = Regime.Rug;
        }
        else if (state.RugHold > 0 && --state.RugHold > 0)
        {
            next = Regime.Rug;
        }
        else
        {
            next = Quiet(state.Regime, features[FeatureSchema.PriceChange10], window.EfficiencyRatio10, window.UpShare10);
        }

        Regime before = state.Regime;
        if (next != before && (next >= Regime.MoonMission || state.Dwell == DwellObservations))
        {
            _pools[(int)before]--;
            _pools[(int)next]++;
            state.Regime = next;
            state.Dwell = 0;
        }

        _transitions[((int)before * Count) + (int)state.Regime]++;
        return state.Regime;
    }

    private static bool IsRug(in WindowView window, in FeatureVector features, in Prediction prediction) =>
        features[FeatureSchema.PriceChange1] <= -0.30
        || (window.Drawdown <= -0.35 && features[FeatureSchema.PriceChange10] <= -0.20)
        || window.LogQuoteChange10 <= -0.35
        || (prediction.Made && prediction.Rug >= 0.5);

    private static Regime Quiet(Regime current, double gain, double efficiency, double upShare)
    {
        if ((gain >= 0.10 && efficiency >= 0.5 && upShare >= 0.6)
            || (current == Regime.MoonMission && gain >= 0.04 && efficiency >= 0.25))
        {
            return Regime.MoonMission;
        }

        bool climbs = (gain >= 0.02 && efficiency >= 0.3) || (current == Regime.SteadyClimb && gain >= 0.005);
        return climbs ? Regime.SteadyClimb : Regime.SidewaysChop;
    }

    private struct State
    {
        public bool Seen;
        public Regime Regime;
        public int Dwell;
        public int RugHold;
    }
}
