using System.CommandLine;
using LowLatency.Feed;

namespace LowLatency.WebSocketConformance;

internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        Option<string> server = new("--server") { Description = "Fuzzing server (Autobahn wstest -m fuzzingserver)", DefaultValueFactory = static _ => "ws://127.0.0.1:9001" };
        Option<string> agent = new("--agent") { Description = "Name in the server's report", DefaultValueFactory = static _ => "LowLatency" };
        Option<string> cases = new("--cases") { Description = "Cases to run, with * and commas: 1.*,6.4.*", DefaultValueFactory = static _ => "*" };
        Option<string> reader = new("--reader") { Description = "pipe, socket or spin", DefaultValueFactory = static _ => "pipe" };
        reader.AcceptOnlyFromAmong("pipe", "socket", "spin");
        Option<bool> deflate = new("--deflate") { Description = "Offer permessage-deflate (cases 12 and 13)" };
        RootCommand root = new("Runs the feed's WebSocket client against a fuzzing server: echoes what each case sends. Exit code 0 unless the server cannot be talked to.")
        {
            server, agent, cases, reader, deflate,
        };
        root.SetAction((parsed, cancellationToken) =>
        {
            FeedReader kind = parsed.GetValue(reader) switch { "socket" => FeedReader.BlockingSocket, "spin" => FeedReader.SpinningSocket, _ => FeedReader.Pipe };

            // Both client parameters are offered: a fuzzing server can only ask for what it is offered (cases 13.2 to 13.7).
            DeflateOffer? offer = parsed.GetValue(deflate) ? new DeflateOffer { ClientNoContextTakeover = true } : null;
            FuzzingServer fuzzing = new(parsed.GetValue(server)!, parsed.GetValue(agent)!, kind, offer);
            return ConformanceRun.RunAsync(fuzzing, new CaseFilter(parsed.GetValue(cases)!), Console.Out, cancellationToken);
        });
        return await root.Parse(arguments).InvokeAsync().ConfigureAwait(false);
    }
}
