using System.Diagnostics;
using System.Net.Sockets;

namespace LowLatency.Feed;

/// <summary>
/// One thread of its own reads and watches; the socket is only ever used synchronously. Receives land in one pinned buffer and
/// are decoded there. A blocking reader wakes at least every <see cref="LongestWaitMs"/> to see a cancellation or a silence;
/// a spinning one looks between two receives.
/// </summary>
internal sealed class SocketConnection : WebSocketConnection
{
    private const int LongestWaitMs = 100;
    private const int SpinsBetweenReceives = 16;

    private readonly Socket _socket;
    private readonly byte[] _buffer;
    private readonly bool _spins;
    private readonly TimeSpan _look;
    private int _waitMs;
    private int _from;
    private int _to;
    private long _lastLook = Stopwatch.GetTimestamp();
    private long _goneAt = long.MaxValue;

    /// <summary>Takes over the socket; the buffer holds, between the two positions, what came after the upgrade.</summary>
    public SocketConnection(Socket socket, byte[] buffer, int from, int to, FeedOptions options, DeflateAgreement? deflate, TimeProvider time)
        : base(options, deflate, time)
    {
        (_socket, _buffer) = (socket, buffer);
        (_from, _to) = from < to ? (from, to) : (0, 0);
        _spins = options.Reader == FeedReader.SpinningSocket;
        TimeSpan pause = Liveness.Pause(StallTimeout);
        _look = pause.TotalMilliseconds < LongestWaitMs ? pause : TimeSpan.FromMilliseconds(LongestWaitMs);
        _waitMs = (int)_look.TotalMilliseconds;
        socket.ReceiveTimeout = _waitMs;
        socket.SendTimeout = options.StallTimeoutMs;
        socket.Blocking = !_spins;
    }

    public override Task<ConnectionEnd> RunAsync(IFeedSink sink, CancellationToken cancellationToken)
    {
        TaskCompletionSource<ConnectionEnd> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Thread reader = new(() =>
        {
            try
            {
                Options.ReaderThreadStart?.Invoke();
                ended.SetResult(Run(sink, cancellationToken));
            }
#pragma warning disable CA1031 // Not swallowed: whoever awaits the run gets it.
            catch (Exception e)
#pragma warning restore CA1031
            {
                ended.SetException(e);
            }
        })
        { IsBackground = true, Name = "feed" };
        reader.Start();
        return ended.Task;
    }

    private protected override ValueTask WriteAsync(ReadOnlyMemory<byte> frames, CancellationToken cancellationToken)
    {
        ReadOnlySpan<byte> rest = frames.Span;
        long started = Stopwatch.GetTimestamp();
        while (!rest.IsEmpty)
        {
            int sent = _socket.Send(rest, SocketFlags.None, out SocketError error);
            rest = rest[sent..];
            if (error == SocketError.WouldBlock && _spins && Stopwatch.GetElapsedTime(started) < StallTimeout)
            {
                _socket.Poll(_look, SelectMode.SelectWrite);
            }
            else if (error != SocketError.Success)
            {
                throw new IOException("the socket does not take what is sent");
            }
        }

        return ValueTask.CompletedTask;
    }

    private protected override void Close() => _socket.Dispose();

    private ConnectionEnd Run(IFeedSink sink, CancellationToken stop)
    {
        ConnectionEnd? end = null;
        Liveness liveness = new(StallTimeout, Time);
        sink.OnConnected(this);
        try
        {
            Flush();
            while (true)
            {
                SocketError error = SocketError.Success;
                int read = _from < _to ? _to : _socket.Receive(_buffer, SocketFlags.None, out error);
                if (read > 0)
                {
                    long received = Stopwatch.GetTimestamp();
                    Works();
                    if (end is null && Take(read, sink, received) is var status and not FrameStatus.NeedMore)
                    {
                        end = Answer(status);
                        GoneAfter(Options.CloseTimeoutMs);
                    }

                    Waits();
                    Flush();
                }
                else if (error is not (SocketError.WouldBlock or SocketError.TimedOut or SocketError.Interrupted))
                {
                    return end ?? EndAs(ConnectionEndKind.Lost);
                }
                else
                {
                    if (sink.HasBacklog)
                    {
                        sink.OnBatchEnd();
                    }

                    if (IsMute(liveness))
                    {
                        return end ?? EndAs(ConnectionEndKind.Mute);
                    }
                }

                WaitAtMost(sink.HasBacklog ? BacklogPauseMs : (int)_look.TotalMilliseconds);

                if (stop.IsCancellationRequested && _goneAt == long.MaxValue)
                {
                    Leave();
                    GoneAfter(Options.CloseTimeoutMs);
                    Flush();
                }

                if (_goneAt != long.MaxValue && Stopwatch.GetTimestamp() >= _goneAt)
                {
                    return end ?? EndAs(ConnectionEndKind.Cancelled);
                }
            }
        }
        catch (Exception e) when (IsGone(e))
        {
            return end ?? EndAs(ConnectionEndKind.Lost);
        }
    }

    private FrameStatus Take(int read, IFeedSink sink, long received)
    {
        ReadOnlySpan<byte> bytes = _buffer.AsSpan(_from, read - _from);
        (_from, _to) = (0, 0);
        FrameStatus status = Deliver(bytes, sink, received);
        sink.OnBatchEnd();
        return status;
    }

    // A call into the kernel: only where it changes something.
    private void WaitAtMost(int milliseconds)
    {
        if (!_spins && milliseconds != _waitMs)
        {
            _waitMs = milliseconds;
            _socket.ReceiveTimeout = milliseconds;
        }
    }

    private void Flush() => FlushAsync().AsTask().GetAwaiter().GetResult();

    private void GoneAfter(int milliseconds) => _goneAt = Stopwatch.GetTimestamp() + (milliseconds * Stopwatch.Frequency / 1_000);

    // Nothing came: the blocking reader's wait is over, the spinning one has looked once more.
    private bool IsMute(Liveness liveness)
    {
        if (_spins)
        {
            Thread.SpinWait(SpinsBetweenReceives);
            if (Stopwatch.GetElapsedTime(_lastLook) < _look)
            {
                return false;
            }
        }

        _lastLook = Stopwatch.GetTimestamp();
        LivenessAdvice advice = Look(liveness);
        Flush();
        return advice == LivenessAdvice.GiveUp;
    }
}
