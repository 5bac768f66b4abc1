using System.CommandLine;

namespace LowLatency.Host;

internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        RootCommand root = new("""
            Trades Raydium pools on paper, in one process: socket to decision to ledger.

            Without a command it starts a simulated world on loopback, connects to it as a client and trades until Ctrl-C.
            Exit codes: 0 done, 1 a check or the feed failed, 2 wrong usage or configuration.
            """);
        RunCommand run = new();
        run.AddTo(root);
        Command named = new("run", "Connect to a feed (or to a simulated world of one's own) and trade on paper until Ctrl-C.");
        new RunCommand().AddTo(named);
        root.Subcommands.Add(named);
        root.Subcommands.Add(ReplayCommand.Create());
        root.Subcommands.Add(FeaturesCommand.Create());
        root.Subcommands.Add(ServeCommand.Create());
        root.Subcommands.Add(DecodeCommand.Create());
        root.Subcommands.Add(ExplainCommand.Create());
        root.Subcommands.Add(ReportCommand.Create());

        ParseResult result = root.Parse(arguments);
        if (result.Errors.Count > 0)
        {
            foreach (System.CommandLine.Parsing.ParseError error in result.Errors)
            {
                await Console.Error.WriteLineAsync(error.Message).ConfigureAwait(false);
            }

            await Console.Error.WriteLineAsync("--help says what there is").ConfigureAwait(false);
            return ExitCodes.Usage;
        }

        try
        {
            return await result.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }).ConfigureAwait(false);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or InvalidDataException or ArgumentException
            or Inference.ModelRefusedException or Microsoft.Data.Sqlite.SqliteException or System.Net.Sockets.SocketException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
            return ExitCodes.Usage;
        }
    }
}

internal static class ExitCodes
{
    public const int Ok = 0;
    public const int Failed = 1;
    public const int Usage = 2;
}
