using System.CommandLine;
using LowLatency.Simulation;
using LowLatency.Storage;

namespace LowLatency.Host;

/// <summary>The gateway alone: a recording or a world over a WebSocket on loopback.</summary>
internal static class ServeCommand
{
    private const int DefaultPort = 9099;

    public static Command Create()
    {
        Option<FileInfo?> db = new("--db") { Description = "Recording to serve (SQLite, the user's schema)" };
        Option<string?> world = new("--world") { Description = $"World to serve instead: {string.Join(", ", World.Names)}" };
        Option<ulong> seed = new("--seed") { Description = "Seed of the world", DefaultValueFactory = static _ => 1UL };
        Option<int> port = new("--port") { Description = "Port on loopback; 0 = any free one", DefaultValueFactory = static _ => DefaultPort };
        Option<double> speed = new("--speed") { Description = "1 = as recorded, 10 = ten times as fast, 0 = as fast as the client reads", DefaultValueFactory = static _ => 1.0 };
        Option<GatewayWire> wire = new("--wire") { Description = "What the messages are" };
        Command command = new("serve", "Serve a recording or a world over a WebSocket on loopback, until Ctrl-C.") { db, world, seed, port, speed, wire };
        command.SetAction(async (arguments, cancellationToken) =>
        {
            Func<IEnumerable<RecordedRow>> rows = Rows(arguments.GetValue(db), arguments.GetValue(world), arguments.GetValue(seed));
            await using Gateway gateway = Gateway.Start(rows, new GatewayOptions(arguments.GetValue(port), arguments.GetValue(speed), arguments.GetValue(wire)));
            Console.WriteLine($"serving {gateway.Endpoint}");
            try
            {
                await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                Console.WriteLine($"served {gateway.Messages} messages to {gateway.Clients} clients");
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    private static Func<IEnumerable<RecordedRow>> Rows(FileInfo? db, string? world, ulong seed)
    {
        if (db is null == world is null)
        {
            throw new ArgumentException("serve takes either --db FILE or --world NAME");
        }

        if (world is not null)
        {
            return World.Create(world, seed).Rows;
        }

        using RecordingReader reader = new(db!.FullName);
        RecordedRow[] rows = [.. reader.Rows()];
        return () => rows;
    }
}
