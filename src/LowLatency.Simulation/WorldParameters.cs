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

/// <summary>Everything a world can be tuned by. The three worlds differ by <see cref="Bait"/> only.</summary>
public sealed record WorldParameters
{
    /// <summary>Share of pumps that end in a rug.</summary>
    public required double Bait { get; init; }

    /// <summary>Mean time between two new pools.</summary>
    public double ArrivalMeanMs { get; init; } = 1_150;

    /// <summary>Shortest time between two rows of a pool.</summary>
    public int MinRowGapMs { get; init; } = 1_000;

    /// <summary>Longest time between two rows of a pool.</summary>
    public int MaxRowGapMs { get; init; } = 3_200;

    /// <summary>Share of ignitions that become pumps; the others fizzle out.</summary>
    public double TakeShare { get; init; } = 0.50;

    /// <summary>Mean return of a row while a pump ignites.</summary>
    public double IgnitionDrift { get; init; } = 0.013;

    /// <summary>Weakest mean return of a row of a pump.</summary>
    public double PumpMinDrift { get; init; } = 0.010;

    /// <summary>Strongest mean return of a row of a pump.</summary>
    public double PumpMaxDrift { get; init; } = 0.060;

    /// <summary>How much noisier a pump, or its failure, is than ordinary trade.</summary>
    public double PumpNoiseFactor { get; init; } = 1.7;

    /// <summary>Probability per row of a large buy out of nowhere: a moon that nothing announces.</summary>
    public double WhaleBuy { get; init; } = 0.0025;

    /// <summary>Probability that a pump goes on for another row.</summary>
    public double PumpPersistence { get; init; } = 0.94;

    /// <summary>Mean return of a row while a pump is sold off.</summary>
    public double DistributionDrift { get; init; } = -0.011;

    /// <summary>Share of rugs that are announced by small sales and skimmed liquidity.</summary>
    public double TellShare { get; init; } = 0.30;

    /// <summary>Probability per row that a harmless pool shows the same signs.</summary>
    public double FalseTell { get; init; } = 0.0030;

    /// <summary>Share of pools that the feed reports with SOL on the base side.</summary>
    public double SwappedShare { get; init; } = 0.10;

    /// <summary>By <see cref="Archetype"/>.</summary>
    public IReadOnlyList<ArchetypeParameters> Archetypes { get; init; } =
    [
        new(0.46, 20, 70, 0.10, -0.0005, 0.004, 0),
        new(0.17, 120, 600, 0.55, -0.0022, 0.008, 0.0020),
        new(0.22, 60, 350, 0.60, 0.0003, 0.009, 0.0035),
        new(0.10, 60, 350, 0.60, 0.0006, 0.009, 0.0035),
        new(0.03, 400, 1_600, 0.75, 0.0004, 0.009, 0.0090),
        new(0.02, 600, 2_000, 0.50, 0.0000, 0.005, 0.0015),
    ];

    /// <summary>The parameters of a named world, or null.</summary>
    public static WorldParameters? Named(string name) => name switch
    {
        "easy" => new WorldParameters { Bait = 0 },
        "realistic" => new WorldParameters { Bait = 0.20 },
        "hostile" => new WorldParameters { Bait = 0.35 },
        _ => null,
    };
}
