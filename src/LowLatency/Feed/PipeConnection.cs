using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;

namespace LowLatency.Feed;

/// <summary>
/// One logical thread reads, one watches. A PipeReader over the framework's upgraded stream. While nothing comes the watch calls
/// a sink that has something to do: the gate makes the two one thread to it.
/// </summary>
internal sealed class PipeConnection(Stream stream, IDisposable[] owned, FeedOptions options, DeflateAgreement? deflate, TimeProvider time)
    : WebSocketConnection(options, deflate, time)
{
    private const int ReadBufferBytes = 512 * 1024;
    private const int MinReadBytes = 4 * 1024;
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private bool _mute;

    public override async Task<ConnectionEnd> RunAsync(IFeedSink sink, CancellationToken cancellationToken)
    {
        using CancellationTokenSource alive = new();
        Task watching = WatchAsync(sink, alive, cancellationToken);
        try
        {
            lock (_gate)
            {
                sink.OnConnected(this);
            }

            return await ReadAsync(sink, alive).ConfigureAwait(false);
        }
        finally
        {
            await alive.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(false);
        }
    }

    private protected override async ValueTask WriteAsync(ReadOnlyMemory<byte> frames, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(frames, cancellationToken).ConfigureAwait(false);
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private protected override void Close()
    {
        stream.Dispose();
        foreach (IDisposable part in owned)
        {
            part.Dispose();
        }
    }

    private async Task<ConnectionEnd> ReadAsync(IFeedSink sink, CancellationTokenSource alive)
    {
        PipeReader reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: ReadBufferBytes, minimumReadSize: MinReadBytes, leaveOpen: true));
        ConnectionEnd? end = null;
        try
        {
            await FlushAsync(alive.Token).ConfigureAwait(false);
            while (true)
            {
                ReadResult result = sink.HasBacklog
                    ? await ReadAndDrainAsync(reader, sink, alive.Token).ConfigureAwait(false)
                    : await reader.ReadAsync(alive.Token).ConfigureAwait(false);
                long received = Stopwatch.GetTimestamp();
                Works();

                // Past the close frame bytes have no meaning: the rest is read for the end of the stream only.
                FrameStatus status = end is null ? Deliver(result.Buffer, sink, received) : FrameStatus.NeedMore;
                reader.AdvanceTo(result.Buffer.End);
                if (status != FrameStatus.NeedMore)
                {
                    end = Answer(status);
                    alive.CancelAfter(Options.CloseTimeoutMs);
                }

                Waits();
                await FlushAsync(alive.Token).ConfigureAwait(false);
                if (result.IsCompleted)
                {
                    return end ?? EndAs(ConnectionEndKind.Lost);
                }
            }
        }
        catch (Exception e) when (IsGone(e))
        {
            return end ?? EndAs(Volatile.Read(ref _mute) ? ConnectionEndKind.Mute : ConnectionEndKind.Lost);
        }
        finally
        {
            await reader.CompleteAsync().ConfigureAwait(false);
        }
    }

    // While nothing comes the sink is called, on the same logical thread, between two looks at the read.
    private async ValueTask<ReadResult> ReadAndDrainAsync(PipeReader reader, IFeedSink sink, CancellationToken cancellationToken)
    {
        Task<ReadResult> reading = reader.ReadAsync(cancellationToken).AsTask();
        while (sink.HasBacklog && await Task.WhenAny(reading, Task.Delay(BacklogPauseMs, CancellationToken.None)).ConfigureAwait(false) != reading)
        {
            lock (_gate)
            {
                sink.OnBatchEnd();
            }
        }

        return await reading.ConfigureAwait(false);
    }

    private FrameStatus Deliver(in ReadOnlySequence<byte> buffer, IFeedSink sink, long received)
    {
        lock (_gate)
        {
            FrameStatus status = FrameStatus.NeedMore;
            SequencePosition next = buffer.Start;
            while (status == FrameStatus.NeedMore && buffer.TryGet(ref next, out ReadOnlyMemory<byte> segment))
            {
                status = Deliver(segment.Span, sink, received);
            }

            sink.OnBatchEnd();
            return status;
        }
    }

    // A reader at work sees to the sink itself.
    private void DrainInSilence(IFeedSink sink)
    {
        if (sink.HasBacklog && _gate.TryEnter())
        {
            try
            {
                sink.OnBatchEnd();
            }
            finally
            {
                _gate.Exit();
            }
        }
    }

    private async Task WatchAsync(IFeedSink sink, CancellationTokenSource alive, CancellationToken stop)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(alive.Token, stop);
        using PeriodicTimer timer = new(Liveness.Pause(StallTimeout) is var pause && pause < LongestPause ? pause : LongestPause, Time);
        Liveness liveness = new(StallTimeout, Time);
        try
        {
            while (await timer.WaitForNextTickAsync(either.Token).ConfigureAwait(false))
            {
                DrainInSilence(sink);
                if (Look(liveness) == LivenessAdvice.GiveUp)
                {
                    Volatile.Write(ref _mute, true);
                    await alive.CancelAsync().ConfigureAwait(false);
                }

                await FlushAsync(either.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (IsGone(e))
        {
            // Without a watch there is no reading: a stream that takes nothing has nothing to give either.
            await (stop.IsCancellationRequested && !alive.IsCancellationRequested ? LeaveAsync(alive) : alive.CancelAsync()).ConfigureAwait(false);
        }
    }

    // Goodbye comes first: cancelling a read of an upgraded stream drops the connection.
    private async Task LeaveAsync(CancellationTokenSource alive)
    {
        Leave();
        alive.CancelAfter(Options.CloseTimeoutMs);
        try
        {
            await FlushAsync(alive.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (IsGone(e))
        {
            await alive.CancelAsync().ConfigureAwait(false);
        }
    }
}
