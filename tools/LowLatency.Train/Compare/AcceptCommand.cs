using System.CommandLine;
using System.Globalization;
using LowLatency.Simulation;
using LowLatency.Train.LightGbm;
using Spectre.Console;

namespace LowLatency.Train.Compare;

/// <summary><c>accept</c>: whether the worlds are as hard as they should be.</summary>
internal static class AcceptCommand
{
    private const string Uninformative = "null";

    // The density of generate's default: as many rows over ten times the hours.
    private const double Density = 0.1;

    private static readonly Option<string[]> Worlds = new("--world")
    {
        Description = "Worlds to measure",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = static _ => [.. World.Names],
    };

    private static readonly Option<int> Rows = new("--rows") { Description = "Rows of each", HelpName = "N", DefaultValueFactory = static _ => 400_000 };
    private static readonly Option<ulong> Seed = new("--seed") { Description = "Seed of the worlds and of the shuffling", DefaultValueFactory = static _ => 1UL };

    public static Command Create()
    {
        Worlds.AcceptOnlyFromAmong([.. World.Names]);
        Command command = new("accept", """
            Measures each world against the bands of learning.md, section 9: ROC-AUC of a model trained on it and of one
            trained on shuffled labels, and how often random and momentum entries succeed. Exit code 1 where a band is missed.
            """)
        {
            Worlds, Rows, Seed,
        };
        command.SetAction(static arguments => ExitCodes.Of(() => Run(arguments)));
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        bool holds = true;
        ulong seed = arguments.GetValue(Seed);
        Table table = new Table().AddColumns("world", "figure", "value", "band", "");
        foreach (string world in arguments.GetValue(Worlds)!)
        {
            foreach (BandFigure figure in Acceptance.Of(
                World.Create(world, seed, Density).Rows().Take(arguments.GetValue(Rows)), world != Uninformative, new BoosterParameters(), seed))
            {
                holds &= figure.Holds;
                table.AddRow(world, figure.Name, figure.Value?.ToString("F3", CultureInfo.InvariantCulture) ?? "-",
                    string.Create(CultureInfo.InvariantCulture, $"{figure.Low:F2} to {figure.High:F2}"), figure.Holds ? "" : "MISSED");
            }
        }

        AnsiConsole.Write(table);
        return holds ? ExitCodes.Ok : ExitCodes.FailedCheck;
    }
}
