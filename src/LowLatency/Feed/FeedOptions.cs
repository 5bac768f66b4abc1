using System.Buffers;

namespace LowLatency.Feed;

/// <summary>How bytes are read off a feed's connection.</summary>
public enum FeedReader : byte
{
    /// <summary>A PipeReader over the framework's upgraded stream: ws and wss, proxies, any thread of the pool.</summary>
    Pipe,

    /// <summary>Blocking receives of a plain socket on a thread of its own: ws only; cheapest per message and per second.</summary>
    BlockingSocket,

    /// <summary>Receives that never wait, in a loop on a thread of its own: ws only; the fastest answer, for a core to spare.</summary>
    SpinningSocket,
}

/// <summary>How a feed is reached. The endpoint carries the provider's secret: it is never shown, only <see cref="Host"/> is.</summary>
public sealed record FeedOptions
{
    /// <summary>Half a minute: a gateway may have nothing to say for a while, and answers pings.</summary>
    public const int DefaultStallTimeoutMs = 30_000;

    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>The WebSocket endpoint (ws or wss).</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>Extra request headers.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Who reads.</summary>
    public FeedReader Reader { get; init; }

    /// <summary>Runs first on each thread of a socket reader: the place to pin it to a core.</summary>
    public Action? ReaderThreadStart { get; init; }

    /// <summary>Offer of permessage-deflate; null = none, which is faster where bytes are cheap.</summary>
    public DeflateOffer? Deflate { get; init; }

    /// <summary>Longest message, after decompression.</summary>
    public int MaxMessageBytes { get; init; } = WebSocketFrameDecoder.DefaultMaxMessageBytes;

    /// <summary>End instead of reconnecting when the server closes with 1000: for gateways that serve a recording.</summary>
    public bool StopOnNormalClose { get; init; }

    /// <summary>Longest time to connect and upgrade.</summary>
    public int ConnectTimeoutMs { get; init; } = 10_000;

    /// <summary>A connection without a byte for this long is dead; a ping is sent at half of it.</summary>
    public int StallTimeoutMs { get; init; } = DefaultStallTimeoutMs;

    /// <summary>Longest wait for the server's half of a closing handshake.</summary>
    public int CloseTimeoutMs { get; init; } = 1_000;

    /// <summary>First pause before a reconnect; it doubles each time.</summary>
    public int BackoffFloorMs { get; init; } = 250;

    /// <summary>Longest pause before a reconnect, unless the server asks for a longer one.</summary>
    public int BackoffCeilingMs { get; init; } = 15_000;

    /// <summary>Scheme, host and port: all of the endpoint that may be shown.</summary>
    public string Host => Endpoint.IsAbsoluteUri ? $"{Endpoint.Scheme}://{Endpoint.Host}:{Endpoint.Port}" : "(not an absolute URL)";

    /// <summary>Why these options cannot work, in one line that shows no secret; null where they can.</summary>
    public string? Problem()
    {
        if (!Endpoint.IsAbsoluteUri || Endpoint.Scheme is not ("ws" or "wss") || Endpoint.Host.Length == 0)
        {
            return "the feed's URL must begin with ws:// or wss://";
        }

        if (Reader != FeedReader.Pipe && Endpoint.Scheme == "wss")
        {
            return $"the reader {Reader} speaks ws only: TLS is the framework's, so wss wants the reader {FeedReader.Pipe}";
        }

        foreach ((string name, string value) in Headers)
        {
            if (name.Length == 0 || value.AsSpan().ContainsAnyExceptInRange(' ', '~') || !IsToken(name) || IsReserved(name))
            {
                return "a request header of the feed has a name or a value that HTTP does not allow there";
            }
        }

        return Deflate is { } d && (!InRange(d.ServerMaxWindowBits) || !InRange(d.ClientMaxWindowBits))
            ? $"a compression window is {DeflateOffer.MinWindowBits} to {DeflateOffer.MaxWindowBits} bits"
            : Math.Min(Math.Min(MaxMessageBytes, ConnectTimeoutMs), Math.Min(StallTimeoutMs, BackoffFloorMs)) < 1 || BackoffCeilingMs < BackoffFloorMs || CloseTimeoutMs < 0
            ? "the feed's limits and timeouts must be positive, and the back-off's ceiling not below its floor"
            : null;
    }

    /// <summary>The record without its secrets.</summary>
    public override string ToString() => Host;

    private static bool InRange(int? bits) => bits is null or (>= DeflateOffer.MinWindowBits and <= DeflateOffer.MaxWindowBits);

    private static bool IsToken(string name) => !name.AsSpan().ContainsAnyExcept(TokenCharacters);

    // What the handshake says itself cannot be said twice.
    private static bool IsReserved(string name) => name.StartsWith("Sec-WebSocket-", StringComparison.OrdinalIgnoreCase)
        || name.ToUpperInvariant() is "HOST" or "CONNECTION" or "UPGRADE" or "CONTENT-LENGTH" or "TRANSFER-ENCODING" or "EXPECT";
}
