namespace LowLatency.Simulation.Faults;

/// <summary>A kind of trouble a gateway makes; each time it does, it counts one.</summary>
public enum GatewayFault : byte
{
    /// <summary>A WebSocket fragment beyond a message's first.</summary>
    Fragment,

    /// <summary>A write of <see cref="GatewayFaults.SegmentBytes"/> bytes or fewer.</summary>
    Segment,

    /// <summary>A ping between messages or between fragments of one.</summary>
    Ping,

    /// <summary>A silence.</summary>
    Stall,

    /// <summary>A connection that went deaf and dumb, but stays open.</summary>
    HalfOpen,

    /// <summary>A malformed message.</summary>
    Garbage,

    /// <summary>A frame that RFC 6455 forbids.</summary>
    Violation,

    /// <summary>A close with <see cref="GatewayFaults.CloseCode"/>.</summary>
    Close,

    /// <summary>A TCP reset.</summary>
    Reset,

    /// <summary>A connection refused with <see cref="GatewayFaults.RefuseStatus"/>.</summary>
    Refusal,

    /// <summary>A connection answered by something that is no WebSocket server.</summary>
    Impostor,

    /// <summary>A burst of a <see cref="GatewayOptions.Rate"/>.</summary>
    Burst,

    /// <summary>An older slot told again.</summary>
    Fork,

    /// <summary>A notification told twice.</summary>
    Duplicate,

    /// <summary>A pool whose vaults were closed.</summary>
    ClosedVault,

    /// <summary>A failed transaction's logs.</summary>
    FailedTransaction,
}

/// <summary>Malformed messages in well-formed frames.</summary>
[Flags]
public enum GarbageKinds
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The last message cut off.</summary>
    Truncated = 1,

    /// <summary>A text frame of random bytes that are not UTF-8: a strict client closes with 1007.</summary>
    InvalidUtf8 = 2,

    /// <summary>Random bytes in the other kind of frame: binary where text is due.</summary>
    WrongKind = 4,

    /// <summary>A message of <see cref="GatewayFaults.HugeBytes"/> bytes: a limited client closes with 1009.</summary>
    Huge = 8,

    /// <summary>Those that leave the connection of a strict client open.</summary>
    Survivable = Truncated | WrongKind,

    /// <summary>All.</summary>
    All = Truncated | InvalidUtf8 | WrongKind | Huge,
}

/// <summary>Frames that RFC 6455 forbids a server to send; a client closes with 1002.</summary>
[Flags]
public enum ViolationKinds
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>A masked frame.</summary>
    Masked = 1,

    /// <summary>A reserved bit set without an extension.</summary>
    ReservedBit = 2,

    /// <summary>A reserved opcode.</summary>
    ReservedOpcode = 4,

    /// <summary>A continuation of nothing.</summary>
    OrphanContinuation = 8,

    /// <summary>A ping in fragments.</summary>
    FragmentedPing = 16,

    /// <summary>A ping longer than 125 bytes.</summary>
    OversizePing = 32,

    /// <summary>All.</summary>
    All = Masked | ReservedBit | ReservedOpcode | OrphanContinuation | FragmentedPing | OversizePing,
}

/// <summary>What may listen where a gateway is expected.</summary>
public enum Impostor : byte
{
    /// <summary>Nothing else: the gateway itself.</summary>
    None,

    /// <summary>A web server: 200 and a line of plain text.</summary>
    PlainHttp,

    /// <summary>No HTTP at all: a line of text.</summary>
    NoHttp,
}
