using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace LowLatency.Tests.Feed;

/// <summary>One frame that a client sent, unmasked, with the key that masked it.</summary>
internal sealed record ClientFrame(int First, byte[] Payload, string Key)
{
    public int Opcode => First & 15;

    public string Text => Encoding.UTF8.GetString(Payload);
}

/// <summary>The server's side of one connection: what a script writes and reads with.</summary>
internal sealed class ScriptedPeer(Stream stream, CancellationToken stop)
{
    public CancellationToken Stop => stop;

    /// <summary>The bare stream, for a server that is not scripted.</summary>
    public Stream Stream => stream;

    public async Task SendAsync(params byte[][] pieces)
    {
        foreach (byte[] piece in pieces)
        {
            await stream.WriteAsync(piece, stop);
            await stream.FlushAsync(stop);
        }
    }

    public Task SendHexAsync(string hex) => SendAsync(Frames.Hex(hex));

    /// <summary>The next frame; null at the end of the stream.</summary>
    public async Task<ClientFrame?> ReadAsync()
    {
        byte[] head = new byte[2];
        if (await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, stop) < head.Length)
        {
            return null;
        }

        Assert.True((head[1] & 0x80) != 0, "a client masks what it sends");
        long length = head[1] & 0x7F;
        byte[] extended = new byte[length == 126 ? 2 : length == 127 ? 8 : 0];
        await stream.ReadExactlyAsync(extended, stop);
        if (extended.Length > 0)
        {
            length = extended.Aggregate(0L, static (sum, b) => (sum << 8) | b);
        }

        byte[] key = new byte[4];
        await stream.ReadExactlyAsync(key, stop);
        byte[] payload = new byte[length];
        await stream.ReadExactlyAsync(payload, stop);
        for (int i = 0; i < payload.Length; i++)
        {
            payload[i] ^= key[i % 4];
        }

        return new ClientFrame(head[0], payload, Convert.ToHexString(key));
    }
}

/// <summary>
/// A server on loopback that reads the upgrade request, answers it by hand, runs a script on each connection, then drops it.
/// An answer may contain {accept}; none = a good one.
/// </summary>
internal sealed class ScriptedServer : IDisposable
{
    public const string Upgrade = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<Task> _serving = new();

    public ScriptedServer(Func<ScriptedPeer, Task> script, string answer = Upgrade + "\r\n")
        : this(script, _ => answer)
    {
    }

    /// <summary>With an answer that depends on how many requests came before.</summary>
    public ScriptedServer(Func<ScriptedPeer, Task> script, Func<int, string> answer)
    {
        _listener.Start();
        _ = AcceptAsync(script, answer);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The requests so far, in the order they came.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Every script so far, to its end.</summary>
    public Task ServedAsync() => Task.WhenAll(_serving);

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Stop();
        _stop.Dispose();
    }

    private async Task AcceptAsync(Func<ScriptedPeer, Task> script, Func<int, string> answer)
    {
        CancellationToken stop = _stop.Token;
        while (!stop.IsCancellationRequested)
        {
            TcpClient client = await _listener.AcceptTcpClientAsync(stop);
            _serving.Enqueue(Task.Run(() => ServeAsync(client, script, answer, stop), stop));
        }
    }

    private async Task ServeAsync(TcpClient client, Func<ScriptedPeer, Task> script, Func<int, string> answer, CancellationToken stop)
    {
        using (client)
        {
            client.NoDelay = true;
            NetworkStream stream = client.GetStream();
            StringBuilder request = new();
            byte[] one = new byte[1];
            while (!request.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one, stop) == 1)
            {
                request.Append((char)one[0]);
            }

            int before = Requests.Count;
            Requests.Enqueue(request.ToString());
            string key = request.ToString().Split("\r\n").FirstOrDefault(static l => l.StartsWith("Sec-WebSocket-Key: ", StringComparison.Ordinal))?[19..] ?? "";
            string accept = Convert.ToBase64String(CryptographicOperations.HashData(
                HashAlgorithmName.SHA1, Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
            await stream.WriteAsync(Encoding.Latin1.GetBytes(answer(before).Replace("{accept}", accept, StringComparison.Ordinal)), stop);
            await script(new ScriptedPeer(stream, stop));
        }
    }
}
