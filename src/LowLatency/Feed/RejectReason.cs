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

    /// <summary>Longer than the message limit, or account data longer than the buffer for it.</summary>
    TooLong,

    /// <summary>A binary message where text was expected.</summary>
    UnexpectedBinary,

    /// <summary>A known member has another JSON type than its format says.</summary>
    WrongType,

    /// <summary>A known member appears twice.</summary>
    DuplicateMember,

    /// <summary>A member that every message of its kind needs is absent (of snapshots: pool_id, timestamp, base_reserve, quote_reserve).</summary>
    MissingMember,

    /// <summary>A pool id, mint or account key is not 32 to 44 characters of base58, or a signature not 64 to 88.</summary>
    InvalidKey,

    /// <summary>The timestamp is outside 2020-01-01 to 2100-01-01.</summary>
    InvalidTimestamp,

    /// <summary>Decimals above 18, a negative open time, status or slot, an integer beyond 64 bits, a float that is not finite, or a code that its format does not have.</summary>
    OutOfRange,

    /// <summary>A row of a pool called <c>test_*</c> or <c>full_system_test_*</c>, or any id too short to be a pool's.</summary>
    TestPool,

    /// <summary>The feed never named this pool's mints, so its sides are unknown.</summary>
    UnknownPool,

    /// <summary>Older than the pool's last row.</summary>
    TimestampRegression,

    /// <summary>The pool table is full.</summary>
    PoolTableFull,

    /// <summary>A JSON object that is neither an answer nor a notification of JSON-RPC 2.0, or that is both.</summary>
    NotJsonRpc,

    /// <summary>A notification of a kind that nobody reads.</summary>
    UnknownMethod,

    /// <summary>Account data in another encoding than base64: base64+zstd, jsonParsed, base58.</summary>
    UnsupportedEncoding,

    /// <summary>Not base64 as nodes write it: a stray character, white space, or a length that is no multiple of four.</summary>
    InvalidBase64,

    /// <summary>The account's owner is no program whose accounts are read.</summary>
    UnknownProgram,

    /// <summary>The account's data has not the length of any kind that its owner's accounts are read as.</summary>
    InvalidAccountLength,

    /// <summary>A vault holds less than the pool owes from it: the two were not read in one slot.</summary>
    VaultBelowDebt,

    /// <summary>Logs of a transaction that failed: what they say did not happen.</summary>
    FailedTransaction,

    /// <summary>Logs without a <c>ray_log</c>.</summary>
    NoRayLog,

    /// <summary>A <c>ray_log</c> of a type that is not 0 to 4.</summary>
    UnknownRayLog,

    /// <summary>A <c>ray_log</c> whose length is not its type's.</summary>
    InvalidRayLogLength,

    /// <summary>An answer to a request that was not made, or is answered already.</summary>
    UnknownRequest,

    /// <summary>A notification of a subscription that was not made, or was ended.</summary>
    UnknownSubscription,

    /// <summary>A pool whose status is neither trading nor waiting to.</summary>
    PoolNotTrading,

    /// <summary>A pool that trades no token against SOL.</summary>
    NotASolPool,

    /// <summary>Every place of the watch list is taken by a pool that was heard of lately.</summary>
    WatchListFull,

    /// <summary>A Socket.IO event that carries no pool snapshot.</summary>
    UnknownEvent,

    /// <summary>No packet of Socket.IO 4 over Engine.IO 4.</summary>
    UnknownPacket,

    /// <summary>The Socket.IO server refused the session or ended it (44, 41).</summary>
    SessionEnded,

    /// <summary>Broken MessagePack: truncated, or the byte that no type has.</summary>
    MalformedPack,

    /// <summary>The MessagePack record has more or fewer elements than its format.</summary>
    WrongArrayLength,

    /// <summary>Bytes behind the MessagePack record.</summary>
    TrailingBytes,

    /// <summary>Of two endpoints that race, the other one has told a later row of the pool, though not this one.</summary>
    LateInRace,
}

/// <summary>Facts about <see cref="RejectReason"/>.</summary>
public static class RejectReasons
{
    /// <summary>Number of members of <see cref="RejectReason"/>.</summary>
    public const int Count = (int)RejectReason.LateInRace + 1;
}
