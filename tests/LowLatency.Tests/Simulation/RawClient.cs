using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using LowLatency.Simulation;

namespace LowLatency.Tests.Simulation;

/// <summary>A WebSocket client that sees every frame as it is. Every wait ends after <see cref="PatienceSeconds"/>.</summary>
internal sealed class RawClient : IDisposable
{
    private const int PatienceSeconds = 30;

    private readonly TcpClient _tcp = new() { NoDelay = true };
    private readonly CancellationTokenSource _patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private Stream _stream = Stream.Null;

    private RawClient() => _patience.CancelAfter(TimeSpan.FromSeconds(PatienceSeconds));

    public static async Task<RawClient> ConnectAsync(Gateway gateway)
    {
        RawClient client = await OpenAsync(gateway);
        StringBuilder head = new();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            head.Append((char)(await client.ReadAsync(1))[0]);
        }

        Assert.StartsWith("HTTP/1.1 101 ", head.ToString(), StringComparison.Ordinal);
        return client;
    }

    /// <summary>All that is answered to the opening handshake by a server that then closes.</summary>
    public static async Task<string> AnswerAsync(Gateway gateway)
    {
        using RawClient client = await OpenAsync(gateway);
        using StreamReader reader = new(client._stream, Encoding.ASCII);
        return await reader.ReadToEndAsync(client._patience.Token);
    }

    public void Dispose()
    {
        _tcp.Dispose();
        _patience.Dispose();
    }

    public Task SendTextAsync(string text) => SendFrameAsync(0x81, Encoding.UTF8.GetBytes(text));

    public async Task SendFrameAsync(byte first, byte[] payload)
    {
        byte[] key = [1, 2, 3, 4];
        List<byte> frame = [first];
        if (payload.Length < 126)
        {
            frame.Add((byte)(0x80 | payload.Length));
        }
        else
        {
            frame.AddRange([0x80 | 126, (byte)(payload.Length >> 8), (byte)payload.Length]);
        }

        frame.AddRange(key);
        frame.AddRange(payload.Select((b, i) => (byte)(b ^ key[i % 4])));
        await _tcp.GetStream().WriteAsync(frame.ToArray(), _patience.Token);
    }

    /// <summary>The next frame's two leading bytes and its payload.</summary>
    public async Task<(byte First, byte Second, byte[] Payload)> ReadFrameAsync()
    {
        byte[] header = await ReadAsync(2);
        int length = header[1] & 0x7F;
        length = length switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(await ReadAsync(2)),
            127 => (int)BinaryPrimitives.ReadInt64BigEndian(await ReadAsync(8)),
            _ => length,
        };
        return (header[0], header[1], await ReadAsync(length));
    }

    /// <summary>The next text message, which must be a whole frame.</summary>
    public async Task<string> ReadTextAsync()
    {
        (byte first, byte second, byte[] payload) = await ReadFrameAsync();
        Assert.Equal(0x81, first);
        Assert.True(second < 0x80, "a server does not mask");
        return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(payload);
    }

    /// <summary>Text messages until the close frame, which must say 1000.</summary>
    public async Task<List<string>> ReadToCloseAsync()
    {
        List<string> messages = [];
        while (true)
        {
            (byte first, _, byte[] payload) = await ReadFrameAsync();
            if (first == 0x88)
            {
                Assert.Equal(1000, BinaryPrimitives.ReadUInt16BigEndian(payload));
                return messages;
            }

            Assert.Equal(0x81, first);
            messages.Add(Encoding.UTF8.GetString(payload));
        }
    }

    /// <summary>Skips whole text messages as fast as it goes; returns how many a second.</summary>
    public async Task<double> SkipTextsAsync(int count)
    {
        byte[] buffer = new byte[256 * 1024];
        int filled = 0;
        long started = Stopwatch.GetTimestamp();
        for (int seen = 0; seen < count;)
        {
            int read = await _stream.ReadAsync(buffer.AsMemory(filled), _patience.Token);
            Assert.NotEqual(0, read);
            filled += read;
            int at = 0;
            while (filled - at >= 4)
            {
                Assert.Equal(0x81, buffer[at]);
                int length = buffer[at + 1] == 126 ? 4 + BinaryPrimitives.ReadUInt16BigEndian(buffer.AsSpan(at + 2)) : 2 + buffer[at + 1];
                if (filled - at < length)
                {
                    break;
                }

                at += length;
                seen++;
            }

            buffer.AsSpan(at, filled - at).CopyTo(buffer);
            filled -= at;
        }

        return count / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Sends a JSON-RPC request and reads its answer, which must come next.</summary>
    public async Task<JsonElement> CallAsync(string request)
    {
        await SendTextAsync(request);
        return JsonSerializer.Deserialize<JsonElement>(await ReadTextAsync());
    }

    /// <summary>True if no byte comes for so long.</summary>
    public async Task<bool> IsSilentAsync(TimeSpan time)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(_patience.Token);
        end.CancelAfter(time);
        try
        {
            await _stream.ReadExactlyAsync(new byte[1], end.Token);
            return false;
        }
        catch (OperationCanceledException) when (!_patience.IsCancellationRequested)
        {
            return true;
        }
    }

    private static async Task<RawClient> OpenAsync(Gateway gateway)
    {
        RawClient client = new();
        await client._tcp.ConnectAsync(gateway.Endpoint.Host, gateway.Endpoint.Port, client._patience.Token);
        client._stream = new BufferedStream(client._tcp.GetStream(), 64 * 1024);
        await client._tcp.GetStream().WriteAsync(
            "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"u8.ToArray(),
            client._patience.Token);
        return client;
    }

    private async Task<byte[]> ReadAsync(int length)
    {
        byte[] bytes = new byte[length];
        await _stream.ReadExactlyAsync(bytes, _patience.Token);
        return bytes;
    }
}
