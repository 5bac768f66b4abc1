using System.Globalization;

namespace LowLatency.Feed;

/// <summary>What client and server agreed on about compression.</summary>
/// <param name="ServerNoContextTakeover">The server compresses each message by itself.</param>
/// <param name="ClientNoContextTakeover">We compress each message by itself.</param>
/// <param name="ServerMaxWindowBits">Window of the server's compressor.</param>
/// <param name="ClientMaxWindowBits">Window that ours may not exceed.</param>
public sealed record DeflateAgreement(
    bool ServerNoContextTakeover = false,
    bool ClientNoContextTakeover = false,
    int ServerMaxWindowBits = DeflateOffer.MaxWindowBits,
    int ClientMaxWindowBits = DeflateOffer.MaxWindowBits)
{
    internal const string Name = "permessage-deflate";

    /// <summary>
    /// Reads a server's Sec-WebSocket-Extensions. False where it agrees to what was not offered, or says it in a way that
    /// RFC 7692 does not allow: then the connection is to be failed. No header = no compression, which is fine.
    /// </summary>
    internal static bool TryRead(string? header, DeflateOffer? offer, out DeflateAgreement? agreement)
    {
        agreement = null;
        if (string.IsNullOrWhiteSpace(header))
        {
            return true;
        }

        // One extension with one set of parameters is all that can answer one offer.
        string[] parts = header.Split(';', StringSplitOptions.TrimEntries);
        if (offer is null || header.Contains(',', StringComparison.Ordinal) || !parts[0].Equals(Name, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        Dictionary<string, string?> parameters = new(StringComparer.OrdinalIgnoreCase);
        foreach (string part in parts.AsSpan(1))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? part : part[..equals].TrimEnd();
            if (!parameters.TryAdd(name, equals < 0 ? null : Unquoted(part[(equals + 1)..].TrimStart())))
            {
                return false;
            }
        }

        return TryAgree(parameters, offer, out agreement);
    }

    private static bool TryAgree(Dictionary<string, string?> parameters, DeflateOffer offer, out DeflateAgreement? agreement)
    {
        agreement = null;
        bool good = TryTakeFlag(parameters, "server_no_context_takeover", out bool serverForgets)
            & TryTakeFlag(parameters, "client_no_context_takeover", out bool clientForgets)
            & TryTakeBits(parameters, "server_max_window_bits", out int? serverBits)
            & TryTakeBits(parameters, "client_max_window_bits", out int? clientBits);

        // What the server has to honour it has to repeat; what it may choose must have been offered.
        good = good && parameters.Count == 0
            && (serverForgets || !offer.ServerNoContextTakeover)
            && (offer.ServerMaxWindowBits is not { } most || serverBits <= most)
            && (clientBits is null || clientBits <= offer.ClientMaxWindowBits);
        if (good)
        {
            agreement = new DeflateAgreement(
                serverForgets,
                clientForgets || offer.ClientNoContextTakeover,
                serverBits ?? DeflateOffer.MaxWindowBits,
                clientBits ?? offer.ClientMaxWindowBits ?? DeflateOffer.MaxWindowBits);
        }

        return good;
    }

    private static bool TryTakeFlag(Dictionary<string, string?> parameters, string name, out bool isSet)
    {
        isSet = parameters.Remove(name, out string? value);
        return value is null;
    }

    private static bool TryTakeBits(Dictionary<string, string?> parameters, string name, out int? bits)
    {
        bits = null;
        if (!parameters.Remove(name, out string? text))
        {
            return true;
        }

        bool good = text is { Length: 1 or 2 } && text[0] != '0' && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value)
            && value is >= DeflateOffer.MinWindowBits and <= DeflateOffer.MaxWindowBits;
        bits = good ? int.Parse(text!, CultureInfo.InvariantCulture) : null;
        return good;
    }

    private static string Unquoted(string value) => value.Length >= 2 && value[0] == '"' && value[^1] == '"' ? value[1..^1] : value;
}
