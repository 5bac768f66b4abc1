using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using LowLatency.Simulation.Faults;
using LowLatency.Simulation.Solana;
using LowLatency.Simulation.Wire;
using LowLatency.Storage;

namespace LowLatency.Simulation;

/// <summary>
/// A WebSocket server on loopback that serves rows in one of the <see cref="GatewayFormat"/>s, with the faults it is told to
/// make. Every client gets a pass of its own from the beginning; when the rows end it is closed with 1000. Safe for
/// concurrent clients.
/// </summary>
public sealed class Gateway : IAsyncDisposable
{
    private readonly Func<IEnumerable<RecordedRow>> _rows;
    private readonly GatewayOptions _options;
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly FaultCounts _counts = new();
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

    /// <summary>Messages sent to all clients: rows or notifications, without answers and without what a fault added.</summary>
    public long Messages => Interlocked.Read(ref _messages);

    /// <summary>Clients accepted so far, refused ones too.</summary>
    public long Clients => Interlocked.Read(ref _clients);

    /// <summary>Starts serving; throws <see cref="SocketException"/> where the port is taken and <see cref="ArgumentException"/> for options out of range.</summary>
    public static Gateway Start(Func<IEnumerable<RecordedRow>> rows, GatewayOptions options) => new(rows, options.Validated());

    /// <summary>How often a fault has happened.</summary>
    public long Count(GatewayFault fault) => _counts[fault];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _listener.Stop();
        await _accepting.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> clients = [];
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token).ConfigureAwait(false);
                long ordinal = Interlocked.Increment(ref _clients);
                clients.RemoveAll(static task => task.IsCompleted);
                clients.Add(Task.Run(() => ServeAsync(client, ordinal)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(clients).ConfigureAwait(false);
        }
    }

    private async Task ServeAsync(TcpClient client, long ordinal)
    {
        GatewayFaults faults = _options.Faults;
        faults = faults.FaultyConnections == 0 || ordinal <= faults.FaultyConnections ? faults : GatewayFaults.None;
        SeededRandom random = new(_options.Seed + (ulong)ordinal);
        using (client)
        {
            client.NoDelay = true;
            try
            {
                NetworkStream stream = client.GetStream();
                if (await TurnAwayAsync(stream, faults, ordinal).ConfigureAwait(false)
                    || !await Handshake.AcceptAsync(stream, _stop.Token).ConfigureAwait(false))
                {
                    return;
                }

                using FaultyWire wire = new(client.Client, stream, faults, _counts, new SeededRandom(random.NextBits()));
                using IConversation conversation = Converse(faults, random);
                Connection connection = new(wire, stream, conversation, _options, _counts, () => Interlocked.Increment(ref _messages));
                await connection.RunAsync(_rows(), _stop.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
            {
                // The client went away, or the gateway stops: neither concerns the other clients.
                Debug.WriteLine(e.Message);
            }
        }
    }

    private async Task<bool> TurnAwayAsync(NetworkStream stream, GatewayFaults faults, long ordinal)
    {
        if (faults.Impostor != Impostor.None)
        {
            _counts.Add(GatewayFault.Impostor);
            await Handshake.PretendAsync(stream, faults.Impostor, _stop.Token).ConfigureAwait(false);
            return true;
        }

        if (ordinal <= faults.RefuseFirst || (faults.RefuseEvery > 0 && ordinal % faults.RefuseEvery == 0))
        {
            _counts.Add(GatewayFault.Refusal);
            await Handshake.RefuseAsync(stream, faults, _stop.Token).ConfigureAwait(false);
            return true;
        }

        return false;
    }

    private IConversation Converse(GatewayFaults faults, SeededRandom random) => _options.Format switch
    {
        GatewayFormat.SocketIo => new SocketIoConversation(_options, random),
        GatewayFormat.Solana => new SolanaNode(_options, faults, _counts, random),
        _ => new SnapshotConversation(ISnapshotWriter.Of(_options.Format)),
    };
}
