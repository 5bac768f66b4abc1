namespace LowLatency.Feed;

/// <summary>Why a message produced no update. Each has a counter; a sample of the first of each is kept for the operator.</summary>
public enum RejectReason : byte
{
    /// <summary>Not rejected.</summary>
    None,

    /// <summary>Not a JSON object, or broken JSON (truncated, stray bytes, bad escape, bad number).</summary>
    MalformedJson,

    /// <summary>Not well-formed UTF-8.</summary>
    InvalidUtf8,

    /// <summary>Nested deeper than the parser's limit.</summary>
    TooDeep,

    /// <summary>Longer than the message limit.</summary>
    TooLong,

    /// <summary>A binary message where text was expected.</summary>
    UnexpectedBinary,

    /// <summary>A known member has another JSON type than its format says.</summary>
    WrongType,

    /// <summary>A known member appears twice.</summary>
    DuplicateMember,

    /// <summary>A member that every snapshot needs is absent (pool_id, timestamp, base_reserve, quote_reserve).</summary>
    MissingMember,

    /// <summary>A pool id or mint is not 32 to 44 characters of base58.</summary>
    InvalidKey,

    /// <summary>The timestamp is outside 2020-01-01 to 2100-01-01.</summary>
    InvalidTimestamp,

    /// <summary>Decimals above 18, or a negative open time, status or slot.</summary>
    OutOfRange,

    /// <summary>A row of a pool called <c>test_*</c> or <c>full_system_test_*</c>, or any id too short to be a pool's.</summary>
    TestPool,

    /// <summary>The feed never named this pool's mints, so its sides are unknown.</summary>
    UnknownPool,

    /// <summary>Older than the pool's last row.</summary>
    TimestampRegression,

    /// <summary>The pool table is full.</summary>
    PoolTableFull,
}

/// <summary>Facts about <see cref="RejectReason"/>.</summary>
public static class RejectReasons
{
    /// <summary>Number of members of <see cref="RejectReason"/>.</summary>
    public const int Count = (int)RejectReason.PoolTableFull + 1;
}
