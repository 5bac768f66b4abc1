using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace LowLatency.Feed;

/// <summary>One thread. One opening handshake (RFC 6455, section 4.1): what the client says, and whether the answer proves the upgrade.</summary>
internal sealed class Handshake
{
    public const int SwitchingProtocols = 101;

    private const int KeyBytes = 16;
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(1);

    private readonly FeedOptions _options;
    private readonly string _key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes));

    public Handshake(FeedOptions options) => _options = options;

    /// <summary>What was agreed on about compression, after a good answer.</summary>
    public DeflateAgreement? Deflate { get; private set; }

    /// <summary>The request's headers, without Host.</summary>
    public IEnumerable<KeyValuePair<string, string>> RequestHeaders()
    {
        yield return new("Connection", "Upgrade");
        yield return new("Upgrade", "websocket");
        yield return new("Sec-WebSocket-Version", "13");
        yield return new("Sec-WebSocket-Key", _key);
        if (_options.Deflate is { } offer)
        {
            yield return new("Sec-WebSocket-Extensions", offer.ToHeader());
        }

        foreach (KeyValuePair<string, string> header in _options.Headers)
        {
            yield return header;
        }
    }

    /// <summary>Judges the answer; <paramref name="header"/> gives a header's values joined with commas, or null.</summary>
    public OpenResult Check(int status, Func<string, string?> header, TimeProvider time)
    {
        if (status != SwitchingProtocols)
        {
            return new OpenResult(OpenFailure.HttpStatus, status, RetryAfter(header("Retry-After"), time));
        }

        if (header("Sec-WebSocket-Accept") != Accept(_key) || !Lists(header("Upgrade"), "websocket") || !Lists(header("Connection"), "Upgrade"))
        {
            return new OpenResult(OpenFailure.NotWebSocket);
        }

        bool agreed = DeflateAgreement.TryRead(header("Sec-WebSocket-Extensions"), _options.Deflate, out DeflateAgreement? deflate);
        Deflate = deflate;
        return new OpenResult(agreed && header("Sec-WebSocket-Protocol") is null ? OpenFailure.None : OpenFailure.ExtensionRefused);
    }

    // RFC 6455, section 1.3, prescribes SHA-1 here; it proves a handshake, it secures nothing.
    private static string Accept(string key) => Convert.ToBase64String(
        CryptographicOperations.HashData(HashAlgorithmName.SHA1, Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));

    private static bool Lists(string? values, string token) =>
        values is not null && values.Split(',', StringSplitOptions.TrimEntries).Contains(token, StringComparer.OrdinalIgnoreCase);

    private static TimeSpan? RetryAfter(string? value, TimeProvider time)
    {
        TimeSpan? asked = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) ? TimeSpan.FromSeconds(seconds)
            : DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset at) ? at - time.GetUtcNow()
            : null;
        return asked is not { } pause || pause < TimeSpan.Zero ? null : pause < LongestRetryAfter ? pause : LongestRetryAfter;
    }
}
