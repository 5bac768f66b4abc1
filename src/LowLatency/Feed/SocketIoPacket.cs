namespace LowLatency.Feed;

/// <summary>What one text message of a Socket.IO feed is.</summary>
public enum SocketIoKind : byte
{
    /// <summary>Not taken; <see cref="SocketIoPacket.Reason"/> says why.</summary>
    Rejected,

    /// <summary>An event with a pool snapshot: <see cref="SocketIoPacket.Payload"/>.</summary>
    Snapshot,

    /// <summary>Engine.IO is open (<c>0{...}</c>); the answer asks for the namespace.</summary>
    Open,

    /// <summary>The namespace is joined (<c>40{...}</c>).</summary>
    Joined,

    /// <summary>A ping (<c>2</c>); the answer is its pong.</summary>
    Ping,

    /// <summary>Nothing to do: a pong, a noop, an acknowledgement, the notice that the server is about to close.</summary>
    Idle,
}

/// <summary>One packet, taken apart. Borrows the message: valid as long as that is.</summary>
public readonly ref struct SocketIoPacket
{
    /// <summary>What it is.</summary>
    public SocketIoKind Kind { get; init; }

    /// <summary>Why it was not taken.</summary>
    public RejectReason Reason { get; init; }

    /// <summary>The JSON text of the snapshot, not yet judged; empty unless the packet is one.</summary>
    public ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>The text message to send back at once; empty where none is due. One of a few constants.</summary>
    public ReadOnlyMemory<byte> Reply { get; init; }

    /// <summary>Milliseconds between the server's pings, from the packet that opens; otherwise 0.</summary>
    public int PingIntervalMs { get; init; }

    /// <summary>Milliseconds the server waits for a pong, from the packet that opens; otherwise 0.</summary>
    public int PingTimeoutMs { get; init; }
}
