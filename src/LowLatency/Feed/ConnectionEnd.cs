namespace LowLatency.Feed;

/// <summary>How a connection ended.</summary>
public enum ConnectionEndKind : byte
{
    /// <summary>The server closed, with <see cref="ConnectionEnd.Code"/>.</summary>
    Closed,

    /// <summary>The server broke the protocol; it was told <see cref="ConnectionEnd.Code"/>.</summary>
    Violation,

    /// <summary>The stream ended or broke without a close frame.</summary>
    Lost,

    /// <summary>No byte came for too long.</summary>
    Mute,

    /// <summary>We closed.</summary>
    Cancelled,
}

/// <summary>How a connection ended, and what it had delivered.</summary>
/// <param name="Kind">How it ended.</param>
/// <param name="Code">The close code, received or sent.</param>
/// <param name="Messages">Data messages delivered.</param>
public readonly record struct ConnectionEnd(ConnectionEndKind Kind, ushort Code, long Messages);
