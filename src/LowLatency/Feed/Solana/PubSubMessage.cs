namespace LowLatency.Feed.Solana;

/// <summary>What a PubSub message is.</summary>
public enum PubSubKind : byte
{
    /// <summary>Nothing yet.</summary>
    None,

    /// <summary>The answer to a subscribe request: <see cref="PubSubMessage.Id"/>, <see cref="PubSubMessage.Subscription"/>.</summary>
    Ack,

    /// <summary>The answer to an unsubscribe request: <see cref="PubSubMessage.Id"/>, <see cref="PubSubMessage.Accepted"/>.</summary>
    Unsubscribed,

    /// <summary>A refused request: <see cref="PubSubMessage.ErrorCode"/>, <see cref="PubSubMessage.ErrorMessage"/>, the id if there is one.</summary>
    Error,

    /// <summary>slotNotification: <see cref="PubSubMessage.Slot"/>, <see cref="PubSubMessage.Parent"/>, <see cref="PubSubMessage.Root"/>.</summary>
    Slot,

    /// <summary>accountNotification: an account without its key, which the subscription tells.</summary>
    Account,

    /// <summary>programNotification: an account and its key.</summary>
    Program,

    /// <summary>logsNotification: <see cref="PubSubMessage.Signature"/>, <see cref="PubSubMessage.Failed"/>, <see cref="PubSubMessage.RayLogs"/>.</summary>
    Logs,

    /// <summary>transactionNotification (Helius), read for the same as <see cref="Logs"/>.</summary>
    Transaction,
}

/// <summary>How the data of an account is written.</summary>
public enum DataEncoding : byte
{
    /// <summary>Something else: jsonParsed, base58, bare text.</summary>
    Other,

    /// <summary>base64.</summary>
    Base64,

    /// <summary>base64 of a zstd frame.</summary>
    Base64Zstd,
}

/// <summary>
/// One PubSub message. It borrows the message's bytes and the buffer that the parser was given: it is valid until either is
/// used again. Fields that a kind does not have are zero or empty.
/// </summary>
public ref struct PubSubMessage
{
    /// <summary>What it is; the other fields depend on it.</summary>
    public PubSubKind Kind;

    /// <summary>How <see cref="DataText"/> is written.</summary>
    public DataEncoding Encoding;

    /// <summary>Whether <see cref="Id"/> was given; an error may have none.</summary>
    public bool HasId;

    /// <summary>Whether an unsubscribe request did something.</summary>
    public bool Accepted;

    /// <summary>Whether the transaction failed: its logs tell what did not happen.</summary>
    public bool Failed;

    /// <summary>Id of the request that is answered.</summary>
    public ulong Id;

    /// <summary>Id of the subscription; beyond 2^51 at some providers.</summary>
    public ulong Subscription;

    /// <summary>Slot of the notification.</summary>
    public ulong Slot;

    /// <summary>Slot before <see cref="Slot"/>.</summary>
    public ulong Parent;

    /// <summary>Last slot that cannot be rolled back.</summary>
    public ulong Root;

    /// <summary>Lamports of the account.</summary>
    public ulong Lamports;

    /// <summary>Code of a refused request.</summary>
    public long ErrorCode;

    /// <summary>Text of a refused request; JSON escapes are left as they are.</summary>
    public ReadOnlySpan<byte> ErrorMessage;

    /// <summary>Key of the account, base58 text; empty in <see cref="PubSubKind.Account"/>.</summary>
    public ReadOnlySpan<byte> Pubkey;

    /// <summary>Program that owns the account, base58 text.</summary>
    public ReadOnlySpan<byte> Owner;

    /// <summary>Data of the account, decoded into the parser's buffer.</summary>
    public ReadOnlySpan<byte> Data;

    /// <summary>Data of the account as written; JSON escapes are left as they are.</summary>
    public ReadOnlySpan<byte> DataText;

    /// <summary>First signature of the transaction, base58 text.</summary>
    public ReadOnlySpan<byte> Signature;

    /// <summary>The log lines, from "[" to "]"; empty where the node kept none.</summary>
    public ReadOnlySpan<byte> Logs;

    /// <summary>Where log lines with JSON escapes are resolved.</summary>
    internal Span<byte> Scratch;

    /// <summary>The ray_logs among <see cref="Logs"/>.</summary>
    public readonly RayLogReader RayLogs => new(Logs, Scratch);

    /// <summary>Tells what the account of a <see cref="PubSubKind.Account"/> or <see cref="PubSubKind.Program"/> message is.</summary>
    public readonly RejectReason Classify(out AccountKind kind) => AccountKinds.Classify(Owner, Lamports, Data, out kind);
}
