namespace LowLatency.Feed;

/// <summary>How a feed is reached. The endpoint carries the provider's secret: it is never shown, only <see cref="Host"/> is.</summary>
public sealed record FeedOptions
{
    /// <summary>The WebSocket endpoint (ws or wss).</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>Extra request headers.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>End instead of reconnecting when the server closes with 1000: for gateways that serve a recording.</summary>
    public bool StopOnNormalClose { get; init; }

    /// <summary>Longest time to connect and upgrade.</summary>
    public int ConnectTimeoutMs { get; init; } = 10_000;

    /// <summary>A connection without a byte for this long is dead; a ping is sent at half of it.</summary>
    public int StallTimeoutMs { get; init; } = 30_000;

    /// <summary>First pause before a reconnect; it doubles each time.</summary>
    public int BackoffFloorMs { get; init; } = 250;

    /// <summary>Longest pause before a reconnect.</summary>
    public int BackoffCeilingMs { get; init; } = 15_000;

    /// <summary>Scheme, host and port: all of the endpoint that may be shown.</summary>
    public string Host => Endpoint.IsAbsoluteUri ? $"{Endpoint.Scheme}://{Endpoint.Host}:{Endpoint.Port}" : "(not an absolute URL)";

    /// <summary>The record without its secrets.</summary>
    public override string ToString() => Host;
}
