using System.Numerics;

namespace LowLatency.Positions;

/// <summary>The checks an entry must pass, in the order in which they are named as the reason. A set bit = the check failed.</summary>
[Flags]
public enum EntryChecks : uint
{
    /// <summary>Nothing failed.</summary>
    None = 0,

    /// <summary>The feed says a status other than trading.</summary>
    NotTrading = 1u << 0,

    /// <summary>The reserves do not fit 64 bits, exceed all SOL there is, or buy nothing: integer money cannot be computed.</summary>
    Untradable = 1u << 1,

    /// <summary>The row starts a segment (after a feed gap or corrected decimals): nothing is decided on it.</summary>
    SegmentStart = 1u << 2,

    /// <summary>The row is further behind the newest event than allowed.</summary>
    Stale = 1u << 3,

    /// <summary>Too few observations in the segment.</summary>
    WarmingUp = 1u << 4,

    /// <summary>Less SOL in the pool than allowed.</summary>
    PoolTooSmall = 1u << 5,

    /// <summary>More SOL in the pool than allowed.</summary>
    PoolTooLarge = 1u << 6,

    /// <summary>The pool is younger than allowed.</summary>
    PoolTooYoung = 1u << 7,

    /// <summary>The pool is older than allowed.</summary>
    PoolTooOld = 1u << 8,

    /// <summary>A position in this pool is open.</summary>
    AlreadyHeld = 1u << 9,

    /// <summary>An entry order for this pool is pending.</summary>
    OrderPending = 1u << 10,

    /// <summary>The pool cools down after a loss.</summary>
    CoolDown = 1u << 11,

    /// <summary>The moon probability is not above its threshold.</summary>
    MoonTooLow = 1u << 12,

    /// <summary>The rug probability is not below its threshold.</summary>
    RugTooHigh = 1u << 13,

    /// <summary>This very row drains the reserve or dumps the price.</summary>
    RugSeen = 1u << 14,

    /// <summary>The pool's regime is Rug.</summary>
    RegimeRug = 1u << 15,

    /// <summary>The drawdown reached its limit.</summary>
    DrawdownLimit = 1u << 16,

    /// <summary>The UTC day's loss reached its limit.</summary>
    DailyLoss = 1u << 17,

    /// <summary>Too many losses in a row: paused.</summary>
    LossStreak = 1u << 18,

    /// <summary>All positions are taken.</summary>
    MaxPositions = 1u << 19,

    /// <summary>Another smallest trade would exceed the exposure limit.</summary>
    ExposureLimit = 1u << 20,

    /// <summary>The cash above the reserve does not cover a smallest trade with its costs.</summary>
    NoFreeCash = 1u << 21,

    /// <summary>Fraction, factors and caps leave less than the smallest trade.</summary>
    SizeTooSmall = 1u << 22,

    /// <summary>An operator has paused entries.</summary>
    Paused = 1u << 23,
}

/// <summary>Names of the <see cref="EntryChecks"/>, for counters and why-cards.</summary>
public static class EntryCheckNames
{
    private static readonly string[] AllNames =
    [
        "not_trading", "untradable", "segment_start", "stale", "warming_up", "pool_too_small", "pool_too_large",
        "pool_too_young", "pool_too_old", "already_held", "order_pending", "cool_down", "moon_too_low", "rug_too_high",
        "rug_seen", "regime_rug", "drawdown_limit", "daily_loss", "loss_streak", "max_positions", "exposure_limit",
        "no_free_cash", "size_too_small", "paused",
    ];

    /// <summary>Number of checks.</summary>
    public const int Count = 24;

    /// <summary>Names by bit number.</summary>
    public static ReadOnlySpan<string> All => AllNames;

    /// <summary>The first check in order of evaluation that failed: the lowest set bit.</summary>
    public static EntryChecks Primary(this EntryChecks failed) => (EntryChecks)((uint)failed & (~(uint)failed + 1));

    /// <summary>Name of the first failed check; "none" where none failed.</summary>
    public static string PrimaryName(this EntryChecks failed)
    {
        int bit = BitOperations.TrailingZeroCount((uint)failed);
        return bit < AllNames.Length ? AllNames[bit] : "none";
    }
}
