namespace LowLatency.Feed;

/// <summary>What a client asks for when it offers permessage-deflate (RFC 7692, section 7.1).</summary>
public sealed record DeflateOffer
{
    /// <summary>Smallest and largest window, as powers of two.</summary>
    public const int MinWindowBits = 8, MaxWindowBits = 15;

    /// <summary>Ask the server to forget between messages: less memory on its side, weaker compression.</summary>
    public bool ServerNoContextTakeover { get; init; }

    /// <summary>Announce that we forget between messages.</summary>
    public bool ClientNoContextTakeover { get; init; }

    /// <summary>Largest window the server may use; null = any.</summary>
    public int? ServerMaxWindowBits { get; init; }

    /// <summary>
    /// Largest window that we use. 15 lets the server choose a smaller one; then we send uncompressed, which is always allowed,
    /// because the framework's compressor has one window only. Null = the server may not choose.
    /// </summary>
    public int? ClientMaxWindowBits { get; init; } = MaxWindowBits;

    /// <summary>The offer as a header's value.</summary>
    internal string ToHeader() => DeflateAgreement.Name
        + (ServerNoContextTakeover ? "; server_no_context_takeover" : "")
        + (ClientNoContextTakeover ? "; client_no_context_takeover" : "")
        + (ServerMaxWindowBits is { } server ? $"; server_max_window_bits={server}" : "")
        + (ClientMaxWindowBits is not { } client ? "" : client == MaxWindowBits ? "; client_max_window_bits" : $"; client_max_window_bits={client}");
}
