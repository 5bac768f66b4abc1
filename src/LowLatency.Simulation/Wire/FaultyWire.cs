using System.Buffers;
using System.Net.Sockets;
using LowLatency.Simulation.Faults;

namespace LowLatency.Simulation.Wire;

/// <summary>How a connection ended, seen from the gateway.</summary>
internal enum WireEnd : byte
{
    /// <summary>It has not.</summary>
    None,

    /// <summary>A close frame was sent.</summary>
    Closed,

    /// <summary>The socket was reset.</summary>
    Reset,

    /// <summary>Nothing is sent or read any more.</summary>
    HalfOpen,
}

/// <summary>
/// The sending half of one connection: frames, collects and writes, with the faults it was given. Safe from any thread:
/// one at a time holds the gate, also through a stall, so that nothing is answered in it.
/// </summary>
internal sealed class FaultyWire(Socket socket, Stream stream, GatewayFaults faults, FaultCounts counts, SeededRandom random) : IDisposable
{
    private const int FlushBytes = 64 * 1024;

    private readonly SemaphoreSlim _gate = new(1);
    private readonly ArrayBufferWriter<byte> _frames = new(2 * FlushBytes);
    private long _told;

    /// <summary>Set under the gate.</summary>
    public WireEnd End { get; private set; }

    /// <summary>Sends a counted message and whatever fault is due after it; false = the connection has ended.</summary>
    public async ValueTask<bool> TellAsync(ReadOnlyMemory<byte> payload, bool isText, CancellationToken stop)
    {
        await _gate.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            if (End != WireEnd.None)
            {
                return false;
            }

            _told++;
            Frame(payload.Span, isText);
            BadExtras(payload.Span, isText);
            if (_frames.WrittenCount >= FlushBytes)
            {
                await WriteAsync(stop).ConfigureAwait(false);
            }

            if (Due(faults.StallEvery))
            {
                counts.Add(GatewayFault.Stall);
                await WriteAsync(stop).ConfigureAwait(false);
                await Task.Delay(faults.StallMs, stop).ConfigureAwait(false);
            }

            return !EndsHere() || await EndAsync(stop).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Lets <paramref name="speak"/> fill an outbox and sends it at once, uncounted and whole.</summary>
    public async ValueTask<bool> AnswerAsync(Func<Outbox, bool> speak, CancellationToken stop)
    {
        await _gate.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            Outbox answers = new();

            // What comes behind our close frame is heard out and not answered: its end is the client's close frame. To hang up
            // before would reset the connection, and take from the client what it has not read yet.
            bool goesOn = End != WireEnd.None || speak(answers);
            for (int i = 0; i < answers.Count; i++)
            {
                ServerFrames.Write(_frames, answers[i].IsText ? ServerFrames.Text : ServerFrames.Binary, answers[i].Payload.Span);
            }

            if (answers.Count > 0)
            {
                await WriteAsync(stop).ConfigureAwait(false);
            }

            return goesOn;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Sends a control frame at once, after everything collected, unless the connection has ended.</summary>
    public async ValueTask ControlAsync(byte opcode, ReadOnlyMemory<byte> payload, CancellationToken stop)
    {
        await _gate.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            if (End == WireEnd.None)
            {
                End = opcode == ServerFrames.Close ? WireEnd.Closed : End;
                ServerFrames.Write(_frames, opcode, payload.Span);
                await WriteAsync(stop).ConfigureAwait(false);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Writes what is collected.</summary>
    public async ValueTask FlushAsync(CancellationToken stop)
    {
        await _gate.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            await WriteAsync(stop).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private bool Due(int every) => every > 0 && _told % every == 0;

    private bool EndsHere() => _told == faults.CloseAfter || _told == faults.ResetAfter || _told == faults.HalfOpenAfter;

    private void Frame(ReadOnlySpan<byte> payload, bool isText)
    {
        byte opcode = isText ? ServerFrames.Text : ServerFrames.Binary;
        int longest = faults.FragmentBytes > 0 ? faults.FragmentBytes : int.MaxValue;
        bool pings = Due(faults.PingEvery);
        while (payload.Length > longest)
        {
            ServerFrames.Write(_frames, opcode, payload[..longest], final: false);
            counts.Add(GatewayFault.Fragment);
            opcode = ServerFrames.Continuation;
            payload = payload[longest..];
            if (pings)
            {
                Ping();
            }
        }

        ServerFrames.Write(_frames, opcode, payload);
        if (pings)
        {
            Ping();
        }
    }

    private void Ping()
    {
        counts.Add(GatewayFault.Ping);
        Span<byte> payload = stackalloc byte[sizeof(long)];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(payload, _told);
        ServerFrames.Write(_frames, ServerFrames.Ping, payload);
    }

    private void BadExtras(ReadOnlySpan<byte> last, bool isText)
    {
        if (Due(faults.GarbageEvery))
        {
            counts.Add(GatewayFault.Garbage);
            Malformed.Message(_frames, faults.Garbage, last, isText, faults.HugeBytes, random);
        }

        if (Due(faults.ViolationEvery))
        {
            counts.Add(GatewayFault.Violation);
            Malformed.Frame(_frames, faults.Violations, random);
        }
    }

    // Counted before the last bytes leave, so that a client that has seen them finds them counted.
    private async ValueTask<bool> EndAsync(CancellationToken stop)
    {
        (WireEnd end, GatewayFault fault) = _told == faults.CloseAfter ? (WireEnd.Closed, GatewayFault.Close)
            : _told == faults.ResetAfter ? (WireEnd.Reset, GatewayFault.Reset)
            : (WireEnd.HalfOpen, GatewayFault.HalfOpen);
        End = end;
        counts.Add(fault);
        if (end == WireEnd.Closed)
        {
            ServerFrames.WriteClose(_frames, faults.CloseCode, "on demand"u8);
        }

        await WriteAsync(stop).ConfigureAwait(false);
        if (end == WireEnd.Reset)
        {
            // Closed here and at once: disposing the client would send a FIN first.
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
            socket.Close(0);
        }

        return false;
    }

    private async ValueTask WriteAsync(CancellationToken stop)
    {
        ReadOnlyMemory<byte> rest = _frames.WrittenMemory;
        while (faults.SegmentBytes > 0 && !rest.IsEmpty)
        {
            int length = Math.Min(faults.SegmentBytes, rest.Length);
            counts.Add(GatewayFault.Segment);
            await stream.WriteAsync(rest[..length], stop).ConfigureAwait(false);
            rest = rest[length..];
        }

        if (!rest.IsEmpty)
        {
            await stream.WriteAsync(rest, stop).ConfigureAwait(false);
        }

        _frames.ResetWrittenCount();
    }
}
