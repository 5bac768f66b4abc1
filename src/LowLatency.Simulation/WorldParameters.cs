namespace LowLatency.Simulation;

/// <summary>What a pool is by nature. Traders do not see it.</summary>
public enum Archetype : byte
{
    /// <summary>Hardly ever traded.</summary>
    DeadOnArrival,

    /// <summary>Loses value slowly.</summary>
    Bleeder,

    /// <summary>Insiders sell out over a few rows.</summary>
    SoftRug,

    /// <summary>Liquidity is pulled in one step.</summary>
    HardRug,

    /// <summary>Pumps again and again.</summary>
    Runner,

    /// <summary>Goes nowhere.</summary>
    Steady,
}

/// <summary>What becomes of a world's law from some row on.</summary>
public enum WorldPhase : byte
{
    /// <summary>The law stays: the control of a study of drift.</summary>
    Same,

    /// <summary>The signs change their meaning at once.</summary>
    Drift,

    /// <summary>Everything is bought.</summary>
    Mania,
}

/// <summary>How one archetype trades. A "row" is one observation of the pool, about two seconds.</summary>
/// <param name="Share">Share of new pools.</param>
/// <param name="MinRows">Shortest life in rows.</param>
/// <param name="MaxRows">Longest life in rows.</param>
/// <param name="Activity">Probability that anything is traded between two rows.</param>
/// <param name="Drift">Mean return of a row in which something was traded.</param>
/// <param name="Noise">Standard deviation of that return.</param>
/// <param name="Ignition">Probability per row that a pump is tried.</param>
public sealed record ArchetypeParameters(
    double Share, int MinRows, int MaxRows, double Activity, double Drift, double Noise, double Ignition);

/// <summary>What happens in a world in which nothing announces anything: probabilities per row, the same for every pool at every age.</summary>
/// <param name="Moon">A buy that lifts the price by 25 % or more.</param>
/// <param name="Dump">A sale that takes two thirds of the price or more.</param>
/// <param name="Pull">Two thirds of the liquidity or more are withdrawn, which leaves the price where it was.</param>
/// <param name="Death">The pool is never heard of again.</param>
public sealed record UnannouncedParameters(double Moon, double Dump, double Pull, double Death);

/// <summary>Everything a world can be tuned by. The worlds easy, realistic and hostile differ by <see cref="Bait"/> only.</summary>
public sealed record WorldParameters
{
    /// <summary>Share of pumps that end in a rug.</summary>
    public required double Bait { get; init; }

    /// <summary>Mean time between two new pools.</summary>
    public double ArrivalMeanMs { get; init; } = 1_340;

    /// <summary>Shortest time between two rows of a pool.</summary>
    public int MinRowGapMs { get; init; } = 1_000;

    /// <summary>Longest time between two rows of a pool.</summary>
    public int MaxRowGapMs { get; init; } = 3_200;

    /// <summary>Share of ignitions that become pumps; the others give back what they rose.</summary>
    public double TakeShare { get; init; } = 0.24;

    /// <summary>Mean return of a row while a pump ignites.</summary>
    public double IgnitionDrift { get; init; } = 0.022;

    /// <summary>Weakest mean return of a row of a pump.</summary>
    public double PumpMinDrift { get; init; } = 0.012;

    /// <summary>Strongest mean return of a row of a pump.</summary>
    public double PumpMaxDrift { get; init; } = 0.070;

    /// <summary>How much noisier a pump, or its failure, is than ordinary trade.</summary>
    public double PumpNoiseFactor { get; init; } = 1.7;

    /// <summary>Probability per row of a large buy out of nowhere: a moon that nothing announces.</summary>
    public double WhaleBuy { get; init; } = 0.0007;

    /// <summary>Probability that a pump goes on for another row.</summary>
    public double PumpPersistence { get; init; } = 0.94;

    /// <summary>Mean return of a row while a pump is sold off.</summary>
    public double DistributionDrift { get; init; } = -0.015;

    /// <summary>Share of rugs that are announced by small sales and skimmed liquidity.</summary>
    public double TellShare { get; init; } = 0.12;

    /// <summary>Probability per row that a harmless pool shows the same signs.</summary>
    public double FalseTell { get; init; } = 0.0050;

    /// <summary>Share of pools that the feed reports with SOL on the base side.</summary>
    public double SwappedShare { get; init; } = 0.10;

    /// <summary>Where set, it stands for every plan: only <see cref="Archetypes"/>' ordinary trade goes on beside it.</summary>
    public UnannouncedParameters? Unannounced { get; init; }

    /// <summary>By <see cref="Archetype"/>. Lives overlap widely: where they do not, a pool's age alone tells rugs from the rest.</summary>
    public IReadOnlyList<ArchetypeParameters> Archetypes { get; init; } =
    [
        new(0.46, 20, 70, 0.10, -0.0005, 0.004, 0),
        new(0.17, 100, 700, 0.55, -0.0022, 0.008, 0.0020),
        new(0.22, 40, 700, 0.60, 0.0003, 0.009, 0.0035),
        new(0.10, 40, 700, 0.60, 0.0006, 0.009, 0.0035),
        new(0.03, 200, 900, 0.75, 0.0004, 0.009, 0.0120),
        new(0.02, 300, 1_000, 0.50, 0.0000, 0.005, 0.0015),
    ];

    /// <summary>The parameters of a named world, or null.</summary>
    public static WorldParameters? Named(string name) => name switch
    {
        "easy" => new WorldParameters { Bait = 0 },
        "realistic" => new WorldParameters { Bait = 0.20 },
        "hostile" => new WorldParameters { Bait = 0.35 },

        // Base rates and rows per pool of the realistic world.
        "null" => new WorldParameters { Bait = 0, Unannounced = new(Moon: 0.0019, Dump: 0.0008, Pull: 0.0008, Death: 0.0042) },
        _ => null,
    };

    /// <summary>The law that this one becomes in a phase.</summary>
    public WorldParameters In(WorldPhase phase) => phase switch
    {
        // What announced a move before announces its end: pumps are short and mostly bait, the harmless show the signs of a
        // rug and rugs none, and more comes out of nowhere.
        WorldPhase.Drift => this with
        {
            PumpPersistence = 0.75,
            Bait = 0.60,
            TellShare = 0,
            FalseTell = FalseTell * 4,
            WhaleBuy = WhaleBuy * 1.5,
        },

        // More pools, more and longer pumps of which nearly every one takes.
        WorldPhase.Mania => this with
        {
            ArrivalMeanMs = ArrivalMeanMs / 2,
            TakeShare = 0.85,
            PumpMinDrift = PumpMinDrift * 1.5,
            PumpMaxDrift = PumpMaxDrift * 1.5,
            WhaleBuy = WhaleBuy * 2,
            Archetypes = [.. Archetypes.Select(static a => a with { Ignition = a.Ignition * 3 })],
        },
        _ => this,
    };
}
