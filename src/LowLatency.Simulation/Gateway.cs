using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using LowLatency.Storage;

namespace LowLatency.Simulation;

/// <summary>How a gateway serves.</summary>
/// <param name="Port">Port on loopback; 0 = any that is free.</param>
/// <param name="Speed">Event time per wall time: 1 as recorded, 10 ten times as fast, 0 as fast as the client reads.</param>
/// <param name="Wire">What the rows look like on the wire.</param>
public sealed record GatewayOptions(int Port = 0, double Speed = 1, GatewayWire Wire = GatewayWire.Json);

/// <summary>
/// A WebSocket server on loopback that sends rows as snapshots, one a message. Every client gets a pass of its
/// own from the beginning; when the rows end it is closed with 1000. Safe for concurrent clients.
/// </summary>
public sealed class Gateway : IAsyncDisposable
{
    private const int MaxRequestBytes = 8_192;
    private const int RowsPerFlush = 256;

    private readonly Func<IEnumerable<RecordedRow>> _rows;
    private readonly GatewayOptions _options;
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private long _messages;
    private long _clients;

    private Gateway(Func<IEnumerable<RecordedRow>> rows, GatewayOptions options)
    {
        _rows = rows;
        _options = options;
        _listener = new TcpListener(IPAddress.Loopback, options.Port);
        _listener.Start();
        Endpoint = new Uri($"ws://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public Uri Endpoint { get; }

    /// <summary>Messages sent to all clients.</summary>
    public long Messages => Interlocked.Read(ref _messages);

    /// <summary>Clients accepted so far.</summary>
    public long Clients => Interlocked.Read(ref _clients);

    /// <summary>Starts serving; throws <see cref="SocketException"/> where the port is taken.</summary>
    public static Gateway Start(Func<IEnumerable<RecordedRow>> rows, GatewayOptions options) => new(rows, options);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _listener.Stop();
        await _accepting.ConfigureAwait(false);
        _stop.Dispose();
    }

    private static async Task<bool> UpgradeAsync(NetworkStream stream, CancellationToken stop)
    {
        byte[] request = new byte[MaxRequestBytes];
        int length = 0;
        while (length < request.Length && request.AsSpan(0, length).IndexOf("\r\n\r\n"u8) < 0)
        {
            int read = await stream.ReadAsync(request.AsMemory(length), stop).ConfigureAwait(false);
            if (read == 0)
            {
                return false;
            }

            length += read;
        }

        string? key = Encoding.ASCII.GetString(request, 0, length).Split("\r\n")
            .Where(static line => line.StartsWith("Sec-WebSocket-Key:", StringComparison.OrdinalIgnoreCase))
            .Select(static line => line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()).FirstOrDefault();
        if (key is null)
        {
            await stream.WriteAsync("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), stop).ConfigureAwait(false);
            return false;
        }

        string answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
            + Accept(key) + "\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), stop).ConfigureAwait(false);
        return true;
    }

    // RFC 6455, section 1.3, prescribes SHA-1 here; it proves a handshake, it secures nothing.
    private static string Accept(string key) => Convert.ToBase64String(
        CryptographicOperations.HashData(HashAlgorithmName.SHA1, Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));

    private async Task AcceptAsync()
    {
        List<Task> clients = [];
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token).ConfigureAwait(false);
                Interlocked.Increment(ref _clients);
                clients.RemoveAll(static task => task.IsCompleted);
                clients.Add(Task.Run(() => ServeAsync(client)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(clients).ConfigureAwait(false);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            client.NoDelay = true;
            using CancellationTokenSource gone = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            try
            {
                NetworkStream stream = client.GetStream();
                if (!await UpgradeAsync(stream, gone.Token).ConfigureAwait(false))
                {
                    return;
                }

                using BatchingStream batching = new(stream);
                using WebSocket socket = WebSocket.CreateFromStream(batching, new WebSocketCreationOptions { IsServer = true });
                TaskCompletionSource joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
                if (_options.Wire == GatewayWire.SocketIo)
                {
                    await socket.SendAsync(RowWire.Opening, WebSocketMessageType.Text, endOfMessage: true, gone.Token).ConfigureAwait(false);
                }
                else
                {
                    joined.SetResult();
                }

                Task reading = ReadAsync(socket, joined, gone);
                await joined.Task.WaitAsync(gone.Token).ConfigureAwait(false);
                if (_options.Wire == GatewayWire.SocketIo)
                {
                    await socket.SendAsync(RowWire.Joined, WebSocketMessageType.Text, endOfMessage: true, gone.Token).ConfigureAwait(false);
                }

                await SendAsync(socket, batching, gone.Token).ConfigureAwait(false);
                await batching.FlushBatchAsync(gone.Token).ConfigureAwait(false);
                batching.IsBatching = false;
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "end of rows", gone.Token).ConfigureAwait(false);
                await reading.ConfigureAwait(false);
            }
            catch (Exception e) when (e is OperationCanceledException or WebSocketException or IOException or SocketException or InvalidOperationException)
            {
                // The client went away, or the gateway stops: neither concerns the other clients.
                Debug.WriteLine(e.Message);
            }
        }
    }

    private static async Task ReadAsync(WebSocket socket, TaskCompletionSource joined, CancellationTokenSource gone)
    {
        byte[] buffer = new byte[1024];
        try
        {
            while (true)
            {
                ValueWebSocketReceiveResult result = await socket.ReceiveAsync(buffer.AsMemory(), gone.Token).ConfigureAwait(false);
                if (result.MessageType == WebSocketMessageType.Close)
                {
                    break;
                }

                if (buffer.AsSpan(0, result.Count).SequenceEqual("40"u8))
                {
                    joined.TrySetResult();
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or IOException)
        {
            Debug.WriteLine(e.Message);
        }

        await gone.CancelAsync().ConfigureAwait(false);
    }

    private async Task SendAsync(WebSocket socket, BatchingStream batching, CancellationToken stop)
    {
        using RowWire wire = new(_options.Wire);
        long started = Stopwatch.GetTimestamp();
        long firstMs = long.MinValue;
        int batched = 0;
        foreach (RecordedRow row in _rows())
        {
            firstMs = firstMs == long.MinValue ? row.TimestampMs : firstMs;
            TimeSpan wait = _options.Speed > 0
                ? TimeSpan.FromMilliseconds((row.TimestampMs - firstMs) / _options.Speed) - Stopwatch.GetElapsedTime(started)
                : TimeSpan.Zero;
            if (wait > TimeSpan.Zero || batched == RowsPerFlush)
            {
                await batching.FlushBatchAsync(stop).ConfigureAwait(false);
                batched = 0;
                if (wait > TimeSpan.Zero)
                {
                    await Task.Delay(wait, stop).ConfigureAwait(false);
                }
            }

            batching.IsBatching = true;
            await socket.SendAsync(wire.Write(row), wire.MessageType, endOfMessage: true, stop).ConfigureAwait(false);
            batched++;
            Interlocked.Increment(ref _messages);
        }
    }

    /// <summary>Collects the frames of rows that are due together, so that they leave in one write.</summary>
    private sealed class BatchingStream(NetworkStream inner) : Stream
    {
        private readonly ArrayBufferWriter<byte> _batch = new(128 * 1024);

        public bool IsBatching { get; set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public async ValueTask FlushBatchAsync(CancellationToken stop)
        {
            if (_batch.WrittenCount > 0)
            {
                await inner.WriteAsync(_batch.WrittenMemory, stop).ConfigureAwait(false);
                _batch.ResetWrittenCount();
            }
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (!IsBatching)
            {
                return inner.WriteAsync(buffer, cancellationToken);
            }

            _batch.Write(buffer.Span);
            return ValueTask.CompletedTask;
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            inner.ReadAsync(buffer, cancellationToken);

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            inner.ReadAsync(buffer, offset, count, cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override void Write(byte[] buffer, int offset, int count) => WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
