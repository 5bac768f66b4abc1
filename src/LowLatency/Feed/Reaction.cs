namespace LowLatency.Feed;

/// <summary>How long to stay away.</summary>
internal enum ReconnectPace : byte
{
    /// <summary>Exponential back-off.</summary>
    Backoff,

    /// <summary>The longest pause at once: another try will hardly fare better.</summary>
    Ceiling,

    /// <summary>5 to 30 s at random, as the registry of close codes asks for 1012.</summary>
    Restart,

    /// <summary>What the server asked for, at least.</summary>
    Asked,

    /// <summary>For good.</summary>
    Never,
}

/// <summary>
/// What a failure or a close gets: a pace, and a line for people. The one table of it.
/// <list type="table">
/// <item>400, 401, 403, 404 and every other 4xx, and redirects (never followed: they would carry the token elsewhere): never again</item>
/// <item>429, 503 with Retry-After: after what it says; 429 without: the ceiling; 408, 425, 5xx: back-off</item>
/// <item>no name, refused, lost, timeout: back-off</item>
/// <item>TLS failed, no HTTP, no WebSocket, an extension that was not offered: the ceiling</item>
/// <item>closed 1000, 1001, no code, unknown codes, stream broken, mute: back-off</item>
/// <item>closed 1012: 5 to 30 s; 1008, 1013: the ceiling</item>
/// <item>closed 1002, 1003, 1007, 1009, 1010, 1011, or a violation of the server's: the ceiling, for the same will come again</item>
/// </list>
/// </summary>
internal readonly record struct Reaction(ReconnectPace Pace, string What, TimeSpan Asked = default)
{
    public static Reaction To(in OpenResult result, FeedOptions options) => result.Failure switch
    {
        OpenFailure.InvalidOptions => new(ReconnectPace.Never, options.Problem() ?? "the feed's options cannot work"),
        OpenFailure.HttpStatus => ToStatus(result, options.Host),
        OpenFailure.NameNotResolved => new(ReconnectPace.Backoff, $"no connection to {options.Host}: its name has no address"),
        OpenFailure.ConnectionRefused => new(ReconnectPace.Backoff, $"no connection to {options.Host}: refused"),
        OpenFailure.TimedOut => new(ReconnectPace.Backoff, $"no connection to {options.Host}: no answer in {options.ConnectTimeoutMs} ms"),
        OpenFailure.TlsFailed => new(ReconnectPace.Ceiling, $"no connection to {options.Host}: TLS failed (no TLS there, or a certificate that is not trusted)"),
        OpenFailure.NotHttp => new(ReconnectPace.Ceiling, $"{options.Host} answered with something that is no HTTP"),
        OpenFailure.NotWebSocket => new(ReconnectPace.Ceiling, $"{options.Host} upgraded without proving that it speaks WebSocket"),
        OpenFailure.ExtensionRefused => new(ReconnectPace.Ceiling, $"{options.Host} agreed to an extension or a parameter that was not offered"),
        _ => new(ReconnectPace.Backoff, $"no connection to {options.Host}: it was lost before an answer"),
    };

    public static Reaction To(in ConnectionEnd end, FeedOptions options) => end.Kind switch
    {
        ConnectionEndKind.Mute => new(ReconnectPace.Backoff, $"the connection to {options.Host} was silent for too long"),
        ConnectionEndKind.Violation => new(ReconnectPace.Ceiling, $"{options.Host} broke the WebSocket protocol (answered with {end.Code})"),
        ConnectionEndKind.Closed => ToClose(end.Code, options.Host),
        _ => new(ReconnectPace.Backoff, $"the connection to {options.Host} broke"),
    };

    private static Reaction ToStatus(in OpenResult result, string host)
    {
        int status = result.HttpStatus;
        string what = $"{host} answered {status} instead of a WebSocket upgrade";
        return status switch
        {
            429 or 503 when result.RetryAfter is { } asked => new(ReconnectPace.Asked, what, asked),
            429 => new(ReconnectPace.Ceiling, what),
            408 or 425 => new(ReconnectPace.Backoff, what),
            >= 300 and < 400 => new(ReconnectPace.Never, what + " (redirects are not followed)"),
            >= 400 and < 500 => new(ReconnectPace.Never, what),
            _ => new(ReconnectPace.Backoff, what),
        };
    }

    private static Reaction ToClose(ushort code, string host)
    {
        (ReconnectPace pace, string meaning) = code switch
        {
            WebSocketCloseCode.Normal => (ReconnectPace.Backoff, "normally"),
            WebSocketCloseCode.GoingAway => (ReconnectPace.Backoff, "going away"),
            WebSocketCloseCode.NoStatus => (ReconnectPace.Backoff, "without a code"),
            WebSocketCloseCode.PolicyViolation => (ReconnectPace.Ceiling, "policy violation"),
            WebSocketCloseCode.InternalError => (ReconnectPace.Ceiling, "internal error"),
            WebSocketCloseCode.ServiceRestart => (ReconnectPace.Restart, "service restart"),
            WebSocketCloseCode.TryAgainLater => (ReconnectPace.Ceiling, "try again later"),
            WebSocketCloseCode.ProtocolError or WebSocketCloseCode.UnsupportedData or WebSocketCloseCode.InvalidPayload
                or WebSocketCloseCode.MessageTooBig or WebSocketCloseCode.MandatoryExtension => (ReconnectPace.Ceiling, "it did not like what we sent"),
            _ => (ReconnectPace.Backoff, "a code of its own"),
        };
        return new(pace, $"{host} closed the connection with {code} ({meaning})");
    }
}
