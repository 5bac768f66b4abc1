using System.CommandLine;
using System.Globalization;
using LowLatency.Feed;
using LowLatency.Pipeline;
using LowLatency.Storage;

namespace LowLatency.Host;

/// <summary>A recording through the same ring and the same handlers, as fast as they go.</summary>
internal static class ReplayCommand
{
    public static Command Create()
    {
        PipelineArguments pipeline = new();
        Option<FileInfo?> db = new("--db") { Description = "Recording to replay (SQLite, the user's schema)" };
        Option<FileInfo?> tape = new("--tape") { Description = "Tape to replay instead (recorded by 'run --tape'): the same messages, the same decisions" };
        Option<string?> record = new("--record") { Description = "SQLite file to record decisions, trades and positions into; default: none" };
        Command command = new("replay", "Replay a recording as fast as it goes, after a report of what is wrong with it; or a tape.") { db, tape, record };
        pipeline.AddTo(command);
        command.SetAction(async (arguments, cancellationToken) =>
        {
            bool json = pipeline.Json(arguments);
            if (arguments.GetValue(db) is null == arguments.GetValue(tape) is null)
            {
                throw new ArgumentException("replay takes either --db FILE or --tape FILE");
            }

            if (arguments.GetValue(tape) is { } file)
            {
                return await TapeAsync(pipeline, arguments, file, arguments.GetValue(record), cancellationToken).ConfigureAwait(false);
            }

            using RecordingReader reader = new(arguments.GetValue(db)!.FullName);
            if (!json)
            {
                Console.WriteLine($"load report of {arguments.GetValue(db)!.Name}");
                foreach (string line in LoadReport.Of(reader.Rows()).Lines())
                {
                    Console.WriteLine("  " + line);
                }
            }

            // Rows are read first: the figures are the pipeline's, not SQLite's.
            List<RecordedRow> rows = [.. reader.Rows()];
            using Session session = new(
                pipeline.Options(arguments, OutboxPolicy.Wait), pipeline.Settings(arguments), pipeline.Models(arguments),
                arguments.GetValue(record), static line => Console.Error.WriteLine(line));
            foreach (RecordedRow row in rows)
            {
                if (cancellationToken.IsCancellationRequested)
                {
                    break;
                }

                session.Pipeline.Publisher.OnRow(row);
            }

            await session.StopAsync().ConfigureAwait(false);
            if (!json)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"replayed {rows.Count} rows in {session.Elapsed.TotalSeconds:F3} s, {rows.Count / session.Elapsed.TotalSeconds:F0} rows/s"));
            }

            Summary.Print(session, json);
            return cancellationToken.IsCancellationRequested ? ExitCodes.Failed : ExitCodes.Ok;
        });
        return command;
    }

    private static async Task<int> TapeAsync(
        PipelineArguments pipeline, ParseResult arguments, FileInfo file, string? record, CancellationToken cancellationToken)
    {
        bool json = pipeline.Json(arguments);
        TapeClock clock = new();
        using TapeReader tape = new(file.OpenRead());
        using Session session = new(
            pipeline.Options(arguments, OutboxPolicy.Wait) with { Format = tape.Format }, pipeline.Settings(arguments), pipeline.Models(arguments),
            record, static line => Console.Error.WriteLine(line), clock);
        TapeReplayResult result = TapeReplay.Run(tape, session.Pipeline.Sink, clock, cancellationToken);
        await session.StopAsync().ConfigureAwait(false);
        string ended = string.Create(CultureInfo.InvariantCulture, $"replayed {result.Messages} messages in {session.Elapsed.TotalSeconds:F3} s, {result.Lost} lost when recorded; the tape's end: {result.End}");
        (json ? Console.Error : Console.Out).WriteLine(ended);
        Summary.Print(session, json);
        return result.End is TapeEnd.Whole or TapeEnd.TornTail ? ExitCodes.Ok : ExitCodes.Failed;
    }
}

/// <summary>Features and labels of a recording as CSV.</summary>
internal static class FeaturesCommand
{
    public static Command Create()
    {
        Option<FileInfo> db = new("--db") { Description = "Recording (SQLite, the user's schema)", Required = true };
        Option<string> output = new("--out") { Description = "CSV file to write", Required = true };
        Command command = new("features", "Write features and labels of a recording as CSV (an empty cell is missing).") { db, output };
        command.SetAction(arguments =>
        {
            using RecordingReader reader = new(arguments.GetValue(db)!.FullName);
            FeatureRow[] rows = FeatureTable.Build(reader.Rows());
            using StreamWriter writer = new(arguments.GetValue(output)!);
            FeatureTable.WriteCsv(writer, rows);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rows.Length} rows written to {arguments.GetValue(output)}"));
            return ExitCodes.Ok;
        });
        return command;
    }
}
