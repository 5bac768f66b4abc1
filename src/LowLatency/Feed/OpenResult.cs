namespace LowLatency.Feed;

/// <summary>Why a connection could not be opened.</summary>
public enum OpenFailure : byte
{
    /// <summary>It is open.</summary>
    None,

    /// <summary>The options cannot work: <see cref="FeedOptions.Problem"/>.</summary>
    InvalidOptions,

    /// <summary>It was cancelled.</summary>
    Cancelled,

    /// <summary>The host's name has no address.</summary>
    NameNotResolved,

    /// <summary>Nobody listens there.</summary>
    ConnectionRefused,

    /// <summary>The network could not reach the host, or lost it before it answered.</summary>
    ConnectionLost,

    /// <summary>No answer in time.</summary>
    TimedOut,

    /// <summary>TLS failed: no TLS there, or a certificate that is not to be trusted.</summary>
    TlsFailed,

    /// <summary>An answer that is no HTTP.</summary>
    NotHttp,

    /// <summary>An HTTP status other than 101.</summary>
    HttpStatus,

    /// <summary>A 101 that does not prove that WebSocket follows.</summary>
    NotWebSocket,

    /// <summary>An extension or subprotocol that was not offered, or a parameter that is not allowed.</summary>
    ExtensionRefused,
}

/// <summary>What came of opening a connection. Nothing in it contains the endpoint's path, query or user, or a header.</summary>
/// <param name="Failure">Why there is no connection.</param>
/// <param name="HttpStatus">The status that was not 101.</param>
/// <param name="RetryAfter">The pause that the server asks for.</param>
public readonly record struct OpenResult(OpenFailure Failure, int HttpStatus = 0, TimeSpan? RetryAfter = null)
{
    /// <summary>The open connection.</summary>
    public WebSocketConnection? Connection { get; init; }
}
