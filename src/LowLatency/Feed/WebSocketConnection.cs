using System.Net.Sockets;

namespace LowLatency.Feed;

/// <summary>
/// One logical thread reads (<see cref="RunAsync"/>); any thread may send. One open WebSocket: frames to a sink, pings answered,
/// the closing handshake from either side, silence found. Two kinds, one behaviour: <see cref="FeedReader"/> chooses.
/// Answers leave after each batch that was read, in the order they were given.
/// </summary>
public abstract class WebSocketConnection : IFeedSender, IDisposable
{
    /// <summary>Time between two calls of a sink that has a backlog, while nothing comes.</summary>
    private protected const int BacklogPauseMs = 1;

    private readonly OutgoingFrames _outgoing;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly WebSocketFrameDecoder _decoder;
    private long _reads;
    private bool _busy;
    private bool _leaving;
    private long _messages;

    private protected WebSocketConnection(FeedOptions options, DeflateAgreement? deflate, TimeProvider time)
    {
        Options = options;
        Deflate = deflate;
        Time = time;
        _outgoing = new OutgoingFrames(deflate);
        _decoder = new WebSocketFrameDecoder(options.MaxMessageBytes, deflate);
    }

    /// <summary>What was agreed on about compression; null = none.</summary>
    public DeflateAgreement? Deflate { get; }

    private protected FeedOptions Options { get; }

    private protected TimeProvider Time { get; }

    private protected TimeSpan StallTimeout => TimeSpan.FromMilliseconds(Options.StallTimeoutMs);

    /// <summary>Connects and upgrades. Does not throw for what a network or a server can do.</summary>
    public static async Task<OpenResult> OpenAsync(FeedOptions options, TimeProvider? time = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Problem() is not null ? new OpenResult(OpenFailure.InvalidOptions)
            : options.Reader == FeedReader.Pipe ? await HttpUpgrade.OpenAsync(options, time ?? TimeProvider.System, cancellationToken).ConfigureAwait(false)
            : await SocketUpgrade.OpenAsync(options, time ?? TimeProvider.System, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Reads until the connection ends; once. Cancelling says goodbye with 1000 and waits shortly for the answer; what still
    /// arrives meanwhile is not delivered. Throws what the sink throws, and nothing else.
    /// </summary>
    public abstract Task<ConnectionEnd> RunAsync(IFeedSink sink, CancellationToken cancellationToken);

    /// <summary>
    /// Any thread. Queues a whole message; false where the close frame has been queued. It leaves with the next batch that is
    /// read, or with <see cref="FlushAsync"/>.
    /// </summary>
    public bool TrySend(ReadOnlySpan<byte> payload, bool isText) => _outgoing.TryAdd(isText ? FrameHeader.Text : FrameHeader.Binary, payload);

    /// <inheritdoc/>
    public void SendText(ReadOnlySpan<byte> utf8) => TrySend(utf8, isText: true);

    /// <summary>Any thread. Writes what is queued.</summary>
    public async ValueTask FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_outgoing.IsEmpty)
        {
            return;
        }

        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (!_outgoing.IsEmpty)
            {
                await WriteAsync(_outgoing.Take(), cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Close();
        _outgoing.Dispose();
        _decoder.Dispose();
        _writing.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static bool IsGone(Exception e) => e is IOException or SocketException or OperationCanceledException or ObjectDisposedException;

    private protected abstract ValueTask WriteAsync(ReadOnlyMemory<byte> frames, CancellationToken cancellationToken);

    private protected abstract void Close();

    /// <summary>Delivers what whole frames are in <paramref name="bytes"/>; NeedMore = read on, anything else ends the reading.</summary>
    private protected FrameStatus Deliver(ReadOnlySpan<byte> bytes, IFeedSink sink, long received)
    {
        while (true)
        {
            FrameStatus status = _decoder.Decode(ref bytes, out ReadOnlySpan<byte> payload);
            switch (status)
            {
                case FrameStatus.Message when !Volatile.Read(ref _leaving):
                    _messages++;
                    sink.OnMessage(payload, _decoder.IsText, received);
                    break;
                case FrameStatus.Ping:
                    _outgoing.TryAdd(FrameHeader.Pong, payload);
                    break;
                case FrameStatus.Message or FrameStatus.Pong:
                    break;
                default:
                    return status;
            }
        }
    }

    /// <summary>The reader got something and is not waiting for the server until <see cref="Waits"/>.</summary>
    private protected void Works()
    {
        Volatile.Write(ref _busy, true);
        Volatile.Write(ref _reads, _reads + 1);
    }

    private protected void Waits() => Volatile.Write(ref _busy, false);

    private protected LivenessAdvice Look(Liveness liveness)
    {
        LivenessAdvice advice = liveness.Look(Volatile.Read(ref _reads), Volatile.Read(ref _busy));
        if (advice == LivenessAdvice.Ping)
        {
            _outgoing.TryAdd(FrameHeader.Ping, default);
        }

        return advice;
    }

    /// <summary>Queues our close frame because we leave; nothing is delivered any more.</summary>
    private protected void Leave()
    {
        Volatile.Write(ref _leaving, true);
        _outgoing.TryAddClose(WebSocketCloseCode.Normal);
    }

    /// <summary>Queues the answer to a close, or the verdict on a violation, where we have not closed first.</summary>
    private protected ConnectionEnd Answer(FrameStatus status)
    {
        _outgoing.TryAddClose(_decoder.CloseCode);
        return EndAs(status == FrameStatus.Close ? ConnectionEndKind.Closed : ConnectionEndKind.Violation, _decoder.CloseCode);
    }

    private protected ConnectionEnd EndAs(ConnectionEndKind kind, ushort code = WebSocketCloseCode.Abnormal) =>
        new(Volatile.Read(ref _leaving) ? ConnectionEndKind.Cancelled : kind, code, _messages);
}
