using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace LowLatency.Features;

/// <summary>The feature vector of one observation, in the order of <see cref="FeatureSchema"/>; NaN = missing.</summary>
[InlineArray(FeatureSchema.Count)]
public struct FeatureVector
{
    private double _first;
}

/// <summary>Names, order and version of the features. A model names the hash it was trained on; another hash is refused.</summary>
public static class FeatureSchema
{
    /// <summary>Number of features.</summary>
    public const int Count = 16;

    /// <summary>
    /// The seed's own features, which come first. Those after them are without unit: drawdown_100, the price over the highest
    /// of the window's 100 observations less 1; log_k_change_10, ln k over k 10 observations back, missing with fewer.
    /// </summary>
    public const int SeedCount = 14;

    /// <summary>Version of the definitions; raised whenever a value may change under an unchanged name.</summary>
    public const int DefinitionsVersion = 1;

    /// <summary>Version of the label definitions.</summary>
    public const int LabelsVersion = 1;

    /// <summary>Observations a pool needs in its segment before a prediction is made (the seed's rule).</summary>
    public const int MinObservations = 3;

    /// <summary>Index of each feature in the vector.</summary>
    public const int PriceChange1 = 0, PriceChange3 = 1, PriceChange10 = 2, ConsecutiveGains = 3, KConstant = 4,
        LiquidityChange = 5, ReserveRatio = 6, VolumeSpike = 7, VolumeMa5 = 8, MassiveDump = 9, ReserveDrain = 10,
        PoolAgeMinutes = 11, PriceAcceleration = 12, VolumeAcceleration = 13, Drawdown100 = 14, LogKChange10 = 15;

    private static readonly string[] AllNames =
    [
        "price_change_1", "price_change_3", "price_change_10", "consecutive_gains", "k_constant",
        "liquidity_change", "reserve_ratio", "volume_spike", "volume_ma_5", "massive_dump", "reserve_drain",
        "pool_age_minutes", "price_acceleration", "volume_acceleration", "drawdown_100", "log_k_change_10",
    ];

    /// <summary>Names in order; also the column names of a recording's feature file.</summary>
    public static ReadOnlySpan<string> Names => AllNames;

    /// <summary>SHA-256, in lower-case hex, over the definitions' version and the names in order.</summary>
    public static string Hash { get; } = Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes($"v{DefinitionsVersion}\n{string.Join('\n', AllNames)}\n")));
}
