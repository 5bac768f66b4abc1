using System.CommandLine;
using LowLatency.Simulation;
using LowLatency.Simulation.Faults;
using LowLatency.Storage;

namespace LowLatency.Host;

/// <summary>The gateway alone: a recording or a world over a WebSocket on loopback.</summary>
internal sealed class ServeCommand
{
    private const int DefaultPort = 9099;

    private static readonly Dictionary<string, GatewayFormat> Formats = new(StringComparer.Ordinal)
    {
        ["json"] = GatewayFormat.Json,
        ["messagepack"] = GatewayFormat.MessagePack,
        ["socketio"] = GatewayFormat.SocketIo,
        ["solana"] = GatewayFormat.Solana,
    };

    private readonly Option<FileInfo?> _db = new("--db") { Description = "Recording to serve (SQLite, the user's schema)" };

    private readonly Option<string?> _world = new("--world") { Description = $"World to serve instead: {string.Join(", ", World.Names)}" };

    private readonly Option<ulong> _seed = new("--seed") { Description = "Seed of the world, and of the choices of the gateway", DefaultValueFactory = static _ => 1UL };

    private readonly Option<int> _port = new("--port") { Description = "Port on loopback; 0 = any free one", DefaultValueFactory = static _ => DefaultPort };

    private readonly Option<double> _speed = new("--speed") { Description = "1 = as recorded, 10 = ten times as fast, 0 = as fast as the client reads", DefaultValueFactory = static _ => 1.0 };

    private readonly Option<string> _format = new("--format")
    {
        Description = "json and messagepack = a snapshot a message, socketio = the same as events of a Socket.IO v4 server, solana = an RPC PubSub node (subscribe to hear anything)",
        DefaultValueFactory = static _ => "json",
    };

    private readonly Option<double> _rate = new("--rate") { Description = "Messages per second of wall time, whatever the event time; 0 = by --speed" };

    private readonly Option<int> _burst = new("--burst") { Description = "With --rate: messages that leave together; 0 = a hundredth of a second's" };

    private readonly Option<int> _startAfter = new("--start-after") { Description = "solana: the world begins when a client has made this many subscriptions", DefaultValueFactory = static _ => 1 };

    private readonly FaultArguments _faults = new();

    public static Command Create()
    {
        ServeCommand serve = new();
        Command command = new("serve", "Serve a recording or a world over a WebSocket on loopback, until Ctrl-C; with faults on demand.");
        serve._format.AcceptOnlyFromAmong([.. Formats.Keys]);
        foreach (Option option in new Option[] { serve._db, serve._world, serve._seed, serve._port, serve._speed, serve._format, serve._rate, serve._burst, serve._startAfter })
        {
            command.Options.Add(option);
        }

        serve._faults.AddTo(command);
        command.SetAction(serve.RunAsync);
        return command;
    }

    /// <summary>A world to serve. A node tells no time, so its pools must have opened at times that fit the reader's clock.</summary>
    public static World Live(string name, ulong seed, GatewayFormat format) => format == GatewayFormat.Solana
        ? World.Create(name, seed, startMs: TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds())
        : World.Create(name, seed);

    private static Func<IEnumerable<RecordedRow>> Rows(FileInfo? db, string? world, ulong seed, GatewayFormat format)
    {
        if (db is null == world is null)
        {
            throw new ArgumentException("serve takes either --db FILE or --world NAME");
        }

        if (world is not null)
        {
            return Live(world, seed, format).Rows;
        }

        using RecordingReader reader = new(db!.FullName);
        RecordedRow[] rows = [.. reader.Rows()];
        return () => rows;
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        Func<IEnumerable<RecordedRow>> rows = Rows(arguments.GetValue(_db), arguments.GetValue(_world), arguments.GetValue(_seed), Formats[arguments.GetValue(_format)!]);
        GatewayOptions options = new(arguments.GetValue(_port), arguments.GetValue(_speed))
        {
            Format = Formats[arguments.GetValue(_format)!],
            Rate = arguments.GetValue(_rate),
            BurstSize = arguments.GetValue(_burst),
            Seed = arguments.GetValue(_seed),
            StartAfterSubscriptions = arguments.GetValue(_startAfter),
            Faults = _faults.Faults(arguments),
        };
        await using Gateway gateway = Gateway.Start(rows, options);
        Console.WriteLine($"serving {gateway.Endpoint}");
        try
        {
            await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine($"served {gateway.Messages} messages to {gateway.Clients} clients");
            foreach (GatewayFault fault in Enum.GetValues<GatewayFault>().Where(fault => gateway.Count(fault) > 0))
            {
                Console.WriteLine($"{fault}: {gateway.Count(fault)}");
            }
        }

        return ExitCodes.Ok;
    }
}
