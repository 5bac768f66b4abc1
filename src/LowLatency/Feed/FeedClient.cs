using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace LowLatency.Feed;

/// <summary>Why <see cref="FeedClient.RunAsync"/> ended.</summary>
public enum FeedEnd : byte
{
    /// <summary>It was cancelled.</summary>
    Cancelled,

    /// <summary>The server closed with 1000, and the options say that this is the end.</summary>
    ClosedNormally,

    /// <summary>The server will not have us, however often we ask (wrong URL, 400, 401, 403, 404).</summary>
    Refused,
}

/// <summary>
/// A WebSocket client that stays connected: upgrade and TLS by the framework, everything after by <see cref="WebSocketFrameDecoder"/>
/// over a PipeReader. Reconnects with exponential back-off and jitter. One run at a time. Nothing it reports contains the
/// endpoint's path, query or user.
/// </summary>
public sealed class FeedClient(FeedOptions options, IFeedSink sink, Action<string>? report = null)
{
    private const int ReadBufferBytes = 64 * 1024;
    private const int MinReadBytes = 4 * 1024;
    private const int MaskBytes = 4;
    private const int CloseWaitMs = 1_000;

    private readonly WebSocketFrameDecoder _decoder = new();
    private long _lastReceived;

    /// <summary>Connections opened so far.</summary>
    public int Connections { get; private set; }

    /// <summary>Runs until cancelled, closed for good, or refused.</summary>
    public async Task<FeedEnd> RunAsync(CancellationToken cancellationToken)
    {
        if (!options.Endpoint.IsAbsoluteUri || options.Endpoint.Scheme is not ("ws" or "wss"))
        {
            report?.Invoke("the feed's URL must begin with ws:// or wss://");
            return FeedEnd.Refused;
        }

        using SocketsHttpHandler handler = new() { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromMilliseconds(options.ConnectTimeoutMs) };
        using HttpMessageInvoker http = new(handler);
        for (int attempt = 0; ; attempt++)
        {
            int before = Connections;
            FeedEnd? end = await ConnectOnceAsync(http, cancellationToken).ConfigureAwait(false);
            if (cancellationToken.IsCancellationRequested)
            {
                return FeedEnd.Cancelled;
            }

            if (end is { } known)
            {
                return known;
            }

            attempt = Connections > before ? 0 : attempt;
            double pause = Math.Min(options.BackoffCeilingMs, options.BackoffFloorMs * Math.Pow(2, Math.Min(attempt, 16)));

            // Jitter keeps a crowd of clients from returning at once; it decides nothing behind the ring.
            pause *= 0.5 + (RandomNumberGenerator.GetInt32(1_000) / 2_000.0);
            try
            {
                await Task.Delay(TimeSpan.FromMilliseconds(pause), cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return FeedEnd.Cancelled;
            }
        }
    }

    private static string Accept(string key) => Convert.ToBase64String(
        CryptographicOperations.HashData(HashAlgorithmName.SHA1, Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));

    private async Task<FeedEnd?> ConnectOnceAsync(HttpMessageInvoker http, CancellationToken cancellationToken)
    {
        string key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        UriBuilder uri = new(options.Endpoint) { Scheme = options.Endpoint.Scheme == "wss" ? "https" : "http", Port = options.Endpoint.Port };
        using HttpRequestMessage request = new(HttpMethod.Get, uri.Uri) { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.TryAddWithoutValidation("Connection", "Upgrade");
        request.Headers.TryAddWithoutValidation("Upgrade", "websocket");
        request.Headers.TryAddWithoutValidation("Sec-WebSocket-Version", "13");
        request.Headers.TryAddWithoutValidation("Sec-WebSocket-Key", key);
        foreach ((string name, string value) in options.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        try
        {
            using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(options.ConnectTimeoutMs);
            using HttpResponseMessage response = await http.SendAsync(request, patience.Token).ConfigureAwait(false);
            if (response.StatusCode != HttpStatusCode.SwitchingProtocols)
            {
                bool final = response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound;
                report?.Invoke($"{options.Host} answered {(int)response.StatusCode} instead of a WebSocket upgrade; {(final ? "giving up" : "trying again")}");
                return final ? FeedEnd.Refused : null;
            }

            if (!response.Headers.TryGetValues("Sec-WebSocket-Accept", out IEnumerable<string>? accepted) || accepted.First() != Accept(key))
            {
                report?.Invoke($"{options.Host} upgraded without proving that it speaks WebSocket; trying again");
                return null;
            }

            patience.CancelAfter(Timeout.Infinite);
            using Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            return await ServeAsync(stream, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException || IsGone(e))
        {
            if (!cancellationToken.IsCancellationRequested)
            {
                // The exception's own text may quote the URL; only its kind is shown.
                string kind = e is HttpRequestException h ? h.HttpRequestError.ToString() : e is OperationCanceledException ? "timeout" : "connection lost";
                report?.Invoke($"no connection to {options.Host}: {kind}; trying again");
            }

            return null;
        }
    }

    private async Task<FeedEnd?> ServeAsync(Stream stream, CancellationToken cancellationToken)
    {
        using SemaphoreSlim writing = new(1, 1);
        using CancellationTokenSource alive = new();
        _decoder.Reset();
        Volatile.Write(ref _lastReceived, Stopwatch.GetTimestamp());
        Connections++;
        sink.OnConnected();
        Task watching = WatchAsync(stream, writing, alive, cancellationToken);
        FeedEnd? end = null;
        try
        {
            end = await ReadAsync(stream, writing, alive.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (IsGone(e))
        {
            if (!cancellationToken.IsCancellationRequested)
            {
                report?.Invoke($"the connection to {options.Host} {(e is OperationCanceledException ? "was silent for too long" : "broke")}; reconnecting");
            }
        }

        await alive.CancelAsync().ConfigureAwait(false);
        await watching.ConfigureAwait(false);
        if (end is null && !cancellationToken.IsCancellationRequested)
        {
            sink.OnInterrupted();
        }

        return end;
    }

    private static bool IsGone(Exception e) => e is IOException or OperationCanceledException or ObjectDisposedException;

    private async Task<FeedEnd?> ReadAsync(Stream stream, SemaphoreSlim writing, CancellationToken cancellationToken)
    {
        PipeReader reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: ReadBufferBytes, minimumReadSize: MinReadBytes, leaveOpen: true));
        try
        {
            while (true)
            {
                ReadResult result = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                long received = Stopwatch.GetTimestamp();
                Volatile.Write(ref _lastReceived, received);
                ReadOnlySequence<byte> buffer = result.Buffer;
                FrameStatus status = Drain(ref buffer, received, out byte[]? pong);
                reader.AdvanceTo(buffer.Start, status == FrameStatus.NeedMore ? result.Buffer.End : buffer.Start);
                if (pong is not null)
                {
                    await SendAsync(stream, writing, 0x8A, pong, cancellationToken).ConfigureAwait(false);
                }
                else if (status is FrameStatus.Close or FrameStatus.Violation)
                {
                    return await EndAsync(stream, writing, status, cancellationToken).ConfigureAwait(false);
                }
                else if (result.IsCompleted && status == FrameStatus.NeedMore)
                {
                    throw new IOException("the server ended the stream without a close frame");
                }
            }
        }
        finally
        {
            await reader.CompleteAsync().ConfigureAwait(false);
        }
    }

    private FrameStatus Drain(ref ReadOnlySequence<byte> buffer, long received, out byte[]? pong)
    {
        pong = null;
        while (true)
        {
            FrameStatus status = _decoder.Decode(ref buffer, out ReadOnlySpan<byte> payload);
            switch (status)
            {
                case FrameStatus.Message:
                    sink.OnMessage(payload, _decoder.IsText, received);
                    break;
                case FrameStatus.Pong:
                    break;
                case FrameStatus.Ping:
                    pong = payload.ToArray();
                    return status;
                default:
                    sink.OnBatchEnd();
                    return status;
            }
        }
    }

    private async Task<FeedEnd?> EndAsync(Stream stream, SemaphoreSlim writing, FrameStatus status, CancellationToken cancellationToken)
    {
        ushort code = _decoder.CloseCode;
        ushort answer = code == WebSocketFrameDecoder.NoStatus ? WebSocketFrameDecoder.NormalClosure : code;
        await TryCloseAsync(stream, writing, answer, cancellationToken).ConfigureAwait(false);
        if (status == FrameStatus.Close && code == WebSocketFrameDecoder.NormalClosure && options.StopOnNormalClose)
        {
            return FeedEnd.ClosedNormally;
        }

        report?.Invoke(status == FrameStatus.Close
            ? $"{options.Host} closed the connection with {code}; reconnecting"
            : $"{options.Host} broke the WebSocket protocol (answered with {code}); reconnecting");
        return null;
    }

    private async Task TryCloseAsync(Stream stream, SemaphoreSlim writing, ushort code, CancellationToken cancellationToken)
    {
        byte[] payload = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(payload, code);
        try
        {
            await SendAsync(stream, writing, 0x88, payload, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (IsGone(e))
        {
            report?.Invoke($"{options.Host} was gone before it could be told goodbye");
        }
    }

    // Control frames only: at most 125 bytes, masked with a fresh random key as a client must.
    private static async Task SendAsync(Stream stream, SemaphoreSlim writing, byte head, byte[] payload, CancellationToken cancellationToken)
    {
        byte[] frame = new byte[2 + MaskBytes + payload.Length];
        frame[0] = head;
        frame[1] = (byte)(0x80 | payload.Length);
        RandomNumberGenerator.Fill(frame.AsSpan(2, MaskBytes));
        for (int i = 0; i < payload.Length; i++)
        {
            frame[2 + MaskBytes + i] = (byte)(payload[i] ^ frame[2 + (i % MaskBytes)]);
        }

        await writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await stream.WriteAsync(frame, cancellationToken).ConfigureAwait(false);
            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            writing.Release();
        }
    }

    private async Task WatchAsync(Stream stream, SemaphoreSlim writing, CancellationTokenSource alive, CancellationToken stop)
    {
        bool pinged = false;
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(alive.Token, stop);
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(Math.Max(10, options.StallTimeoutMs / 8)));
        try
        {
            while (await timer.WaitForNextTickAsync(either.Token).ConfigureAwait(false))
            {
                double silentMs = Stopwatch.GetElapsedTime(Volatile.Read(ref _lastReceived)).TotalMilliseconds;
                if (silentMs >= options.StallTimeoutMs)
                {
                    await alive.CancelAsync().ConfigureAwait(false);
                }
                else if (silentMs >= options.StallTimeoutMs / 2.0)
                {
                    if (!pinged)
                    {
                        await SendAsync(stream, writing, 0x89, [], either.Token).ConfigureAwait(false);
                    }

                    pinged = true;
                }
                else
                {
                    pinged = false;
                }
            }
        }
        catch (Exception e) when (IsGone(e))
        {
            if (stop.IsCancellationRequested && !alive.IsCancellationRequested)
            {
                // Goodbye comes first: cancelling a read of an upgraded stream drops the connection.
                using CancellationTokenSource shortly = new(CloseWaitMs);
                await TryCloseAsync(stream, writing, WebSocketFrameDecoder.NormalClosure, shortly.Token).ConfigureAwait(false);
                await alive.CancelAsync().ConfigureAwait(false);
            }
        }
    }
}
