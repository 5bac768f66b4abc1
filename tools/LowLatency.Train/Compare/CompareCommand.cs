using System.CommandLine;
using System.Text.Json;
using LowLatency.Storage;
using Spectre.Console;

namespace LowLatency.Train.Compare;

/// <summary><c>compare</c>: what recordings are like, side by side.</summary>
internal static class CompareCommand
{
    private const int WidthOfAFile = 400; // characters: no table of a dozen recordings wraps

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private static readonly Option<FileInfo[]> Db = new("--db")
    {
        Description = "Recordings, real or generated",
        HelpName = "FILE",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<FileInfo?> Out = new("--out") { Description = "Write a self-contained HTML page with the distributions too", HelpName = "FILE" };
    private static readonly Option<bool> Json = new("--json") { Description = "Print the figures for machines instead of tables" };

    public static Command Create()
    {
        Command command = new("compare", """
            Puts recordings side by side: returns, gaps between rows, rows per pool, lifetimes, base rates, qualities, and
            how often random and momentum entries succeed.

            Example: LowLatency.Train compare --db real.sqlite world.sqlite --out compare.html
            """)
        {
            Db, Out, Json,
        };
        command.SetAction(static arguments => ExitCodes.Of(() => Run(arguments)));
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        List<RecordingProfile> profiles = [];
        foreach (FileInfo file in arguments.GetRequiredValue(Db))
        {
            using RecordingReader reader = new(file.FullName);
            profiles.Add(RecordingProfile.Of(Path.GetFileNameWithoutExtension(file.Name), reader.Rows()));
        }

        if (arguments.GetValue(Out) is { } page)
        {
            File.WriteAllText(page.FullName, CompareReport.Html(profiles));
        }

        if (arguments.GetValue(Json))
        {
            Console.WriteLine(JsonSerializer.Serialize(profiles, Indented));
            return ExitCodes.Ok;
        }

        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = WidthOfAFile;
        }

        foreach ((string title, string[] columns, string[][] rows) in CompareReport.Tables(profiles))
        {
            Table table = new Table { Title = new TableTitle(Markup.Escape(title)) }.AddColumns([.. columns.Select(Markup.Escape)]);
            foreach (string[] row in rows)
            {
                table.AddRow([.. row.Select(Markup.Escape)]);
            }

            AnsiConsole.Write(table);
        }

        return ExitCodes.Ok;
    }
}
