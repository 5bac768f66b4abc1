using System.Diagnostics;
using LowLatency.Simulation.Faults;
using LowLatency.Storage;

namespace LowLatency.Simulation.Wire;

/// <summary>
/// One client after its handshake: a sender of rows, a reader of what it says, a heartbeat. The conversation is entered by
/// one of them at a time; an answer is on the wire before anything that follows from it is said.
/// </summary>
internal sealed class Connection(FaultyWire wire, Stream stream, IConversation conversation, GatewayOptions options, FaultCounts counts, Action told)
{
    private static readonly byte[] NormalClose = [0x03, 0xE8, .. "end of rows"u8];
    private static readonly byte[] GoingAway = [0x03, 0xE9];

    private readonly Lock _turn = new();
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Serves until the rows end, the client goes or <paramref name="stop"/>.</summary>
    public async Task RunAsync(IEnumerable<RecordedRow> rows, CancellationToken stop)
    {
        using CancellationTokenSource gone = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using CancellationTokenSource deaf = CancellationTokenSource.CreateLinkedTokenSource(gone.Token);
        await SpeakAsync(outbox => { conversation.Open(outbox); return true; }, gone.Token).ConfigureAwait(false);
        Task hearing = HearAsync(gone, deaf.Token);
        Task beating = BeatAsync(gone);
        try
        {
            await _begun.Task.WaitAsync(gone.Token).ConfigureAwait(false);
            await TellAsync(rows, gone.Token).ConfigureAwait(false);
            await wire.ControlAsync(ServerFrames.Close, NormalClose, gone.Token).ConfigureAwait(false);
            if (wire.End == WireEnd.HalfOpen)
            {
                await deaf.CancelAsync().ConfigureAwait(false);
                await Task.Delay(Timeout.Infinite, gone.Token).ConfigureAwait(false);
            }
            else if (wire.End == WireEnd.Closed)
            {
                await hearing.ConfigureAwait(false);
            }
        }
        finally
        {
            await gone.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(hearing, beating).ConfigureAwait(false);
        }
    }

    private async Task TellAsync(IEnumerable<RecordedRow> rows, CancellationToken stop)
    {
        Outbox outbox = new();
        Pace pace = new(options.Speed, options.Rate, options.EffectiveBurst);
        using IEnumerator<long> moments = conversation.Tell(rows, outbox).GetEnumerator();
        long count = 0;
        for (bool more = true; more;)
        {
            stop.ThrowIfCancellationRequested();
            outbox.Clear();
            lock (_turn)
            {
                more = moments.MoveNext();
            }

            for (int i = 0; i < outbox.Count; i++, count++)
            {
                if (pace.IsBurstStart(count))
                {
                    counts.Add(GatewayFault.Burst);
                    await WaitAsync(pace.UntilBurst(count), stop).ConfigureAwait(false);
                }

                if (wire.End != WireEnd.None)
                {
                    return;
                }

                told();
                if (!await wire.TellAsync(outbox[i].Payload, outbox[i].IsText, stop).ConfigureAwait(false))
                {
                    return;
                }
            }

            await WaitAsync(more ? pace.UntilEvent(moments.Current) : TimeSpan.Zero, stop).ConfigureAwait(false);
        }
    }

    private async ValueTask WaitAsync(TimeSpan wait, CancellationToken stop)
    {
        if (wait > TimeSpan.Zero)
        {
            await wire.FlushAsync(stop).ConfigureAwait(false);
            await Task.Delay(wait, stop).ConfigureAwait(false);
        }
    }

    private async Task HearAsync(CancellationTokenSource gone, CancellationToken deaf)
    {
        ClientFrames frames = new(stream);
        try
        {
            bool goesOn = true;
            while (goesOn)
            {
                (byte opcode, ReadOnlyMemory<byte> payload) = await frames.ReadAsync(deaf).ConfigureAwait(false);
                switch (opcode)
                {
                    case ServerFrames.Text or ServerFrames.Binary:
                        goesOn = await SpeakAsync(outbox => conversation.Hear(payload.Span, outbox), deaf).ConfigureAwait(false);
                        break;
                    case ServerFrames.Ping:
                        await wire.ControlAsync(ServerFrames.Pong, payload, deaf).ConfigureAwait(false);
                        break;
                    case ServerFrames.Close:
                        await wire.ControlAsync(ServerFrames.Close, payload, deaf).ConfigureAwait(false);
                        goesOn = false;
                        break;
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            Debug.WriteLine(e.Message);
        }

        // A connection that was made deaf stays; one whose client went away does not.
        if (!deaf.IsCancellationRequested)
        {
            await gone.CancelAsync().ConfigureAwait(false);
        }
    }

    private async Task BeatAsync(CancellationTokenSource gone)
    {
        try
        {
            if (conversation.BeatEvery == Timeout.InfiniteTimeSpan)
            {
                return;
            }

            using PeriodicTimer timer = new(conversation.BeatEvery);
            while (await timer.WaitForNextTickAsync(gone.Token).ConfigureAwait(false))
            {
                if (!await SpeakAsync(conversation.Beat, gone.Token).ConfigureAwait(false) && wire.End == WireEnd.None)
                {
                    await wire.ControlAsync(ServerFrames.Close, GoingAway, gone.Token).ConfigureAwait(false);
                    await gone.CancelAsync().ConfigureAwait(false);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            Debug.WriteLine(e.Message);
        }
    }

    private async ValueTask<bool> SpeakAsync(Func<Outbox, bool> speak, CancellationToken stop)
    {
        bool goesOn = await wire.AnswerAsync(
            outbox =>
            {
                lock (_turn)
                {
                    return speak(outbox);
                }
            },
            stop).ConfigureAwait(false);
        if (conversation.HasBegun)
        {
            _begun.TrySetResult();
        }

        return goesOn;
    }
}
