using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LowLatency.Simulation.Faults;

namespace LowLatency.Simulation.Wire;

/// <summary>The server's half of the opening handshake, and the ways not to shake hands.</summary>
internal static class Handshake
{
    private const int MaxRequestBytes = 8_192;

    /// <summary>Upgrades, or answers 400 and returns false.</summary>
    public static async Task<bool> AcceptAsync(Stream stream, CancellationToken stop)
    {
        string? request = await ReadAsync(stream, stop).ConfigureAwait(false);
        string? key = request?.Split("\r\n")
            .Where(static line => line.StartsWith("Sec-WebSocket-Key:", StringComparison.OrdinalIgnoreCase))
            .Select(static line => line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()).FirstOrDefault();
        string answer = key is null
            ? "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            : "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + Proof(key) + "\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), stop).ConfigureAwait(false);
        return key is not null;
    }

    /// <summary>Answers the request with a status that is no upgrade.</summary>
    public static Task RefuseAsync(Stream stream, GatewayFaults faults, CancellationToken stop) => AnswerAsync(
        stream,
        string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {faults.RefuseStatus} Refused\r\nContent-Length: 0\r\nConnection: close\r\n")
            + (faults.RetryAfterSeconds > 0 ? string.Create(CultureInfo.InvariantCulture, $"Retry-After: {faults.RetryAfterSeconds}\r\n") : "") + "\r\n",
        stop);

    /// <summary>Answers the request as a server that has never heard of WebSocket.</summary>
    public static Task PretendAsync(Stream stream, Impostor impostor, CancellationToken stop) => AnswerAsync(
        stream,
        impostor == Impostor.PlainHttp
            ? "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 11\r\nConnection: close\r\n\r\nIt works!\r\n"
            : "220 mail.invalid ready\r\n",
        stop);

    private static async Task AnswerAsync(Stream stream, string answer, CancellationToken stop)
    {
        // The request is read first: closing a socket with unread bytes resets it, and the answer would be lost.
        await ReadAsync(stream, stop).ConfigureAwait(false);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), stop).ConfigureAwait(false);
    }

    private static async Task<string?> ReadAsync(Stream stream, CancellationToken stop)
    {
        byte[] request = new byte[MaxRequestBytes];
        int length = 0;
        while (length < request.Length && request.AsSpan(0, length).IndexOf("\r\n\r\n"u8) < 0)
        {
            int read = await stream.ReadAsync(request.AsMemory(length), stop).ConfigureAwait(false);
            if (read == 0)
            {
                return null;
            }

            length += read;
        }

        return Encoding.ASCII.GetString(request, 0, length);
    }

    // RFC 6455, section 1.3, prescribes SHA-1 here; it proves a handshake, it secures nothing.
    private static string Proof(string key) => Convert.ToBase64String(
        CryptographicOperations.HashData(HashAlgorithmName.SHA1, Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
}
