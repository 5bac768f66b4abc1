using System.CommandLine;
using LowLatency.Storage;

namespace LowLatency.Host;

/// <summary>Says why something was decided, from what the run left behind.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        Option<FileInfo> db = new("--db") { Description = "File that 'run' or 'replay --record' has written", Required = true };
        Option<long?> decision = new("--decision") { Description = "Number of a decision, taken or not" };
        Option<long?> trade = new("--trade") { Description = "Number of a closed position: its entry's decision, its orders, its path and what the other exits would have given" };
        Command command = new("explain", "Print the why-card of a decision or the story of a trade.") { db, decision, trade };
        command.SetAction(arguments =>
        {
            using RunReader reader = new(arguments.GetValue(db)!.FullName);
            IEnumerable<string> lines = (arguments.GetValue(decision), arguments.GetValue(trade)) switch
            {
                ({ } number, null) => WhyCard.Of(
                    reader, reader.Decision(number) ?? throw new ArgumentException($"there is no decision {number} in this file")),
                (null, { } number) => Story(reader, arguments.GetValue(db)!, number),
                _ => throw new ArgumentException("explain takes either --decision N or --trade N"),
            };
            foreach (string line in lines)
            {
                Console.WriteLine(line);
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    private static IEnumerable<string> Story(RunReader reader, FileInfo db, long number)
    {
        (RecordedRun run, RecordedTrade trade) = reader.Trade(number) ?? throw new ArgumentException($"there is no trade {number} in this file");
        using RecordingReader recording = new(db.FullName);
        return [.. TradeStory.Of(reader, run, trade, recording.Rows(run))];
    }
}
