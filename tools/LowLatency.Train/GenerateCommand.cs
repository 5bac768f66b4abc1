using System.CommandLine;
using System.Globalization;
using LowLatency.Simulation;
using LowLatency.Storage;

namespace LowLatency.Train;

/// <summary>Writes a recording of a simulated world in the user's schema.</summary>
internal static class GenerateCommand
{
    public static Command Create()
    {
        Option<string> world = new("--world") { Description = $"World: {string.Join(", ", World.Names)}", Required = true };
        Option<ulong> seed = new("--seed") { Description = "Seed of the world", DefaultValueFactory = static _ => 1UL };
        Option<int> rows = new("--rows") { Description = "Rows to write", Required = true };
        Option<string> output = new("--out") { Description = "SQLite file to write; it must not exist", Required = true };
        Option<double> density = new("--density") { Description = "Share of the full feed's pools (1 = 9,000 rows a minute): less spans more hours with as many rows", DefaultValueFactory = static _ => 0.1 };
        Command command = new("generate", "Write a recording of a simulated world. The same world, seed and rows give the same recording.") { world, seed, rows, density, output };
        command.SetAction(arguments =>
        {
            string path = arguments.GetValue(output)!;
            if (File.Exists(path) || arguments.GetValue(rows) < 1 || arguments.GetValue(density) is not (> 0 and <= 10) || !World.Names.Contains(arguments.GetValue(world)!))
            {
                Console.Error.WriteLine(File.Exists(path) ? $"'{path}' exists" : $"rows must be positive, the density above 0 and at most 10, and the world one of {string.Join(", ", World.Names)}");
                return ExitCodes.Usage;
            }

            using (RecordingWriter writer = new(path))
            {
                foreach (RecordedRow row in World.Create(arguments.GetValue(world)!, arguments.GetValue(seed), arguments.GetValue(density)).Rows().Take(arguments.GetValue(rows)))
                {
                    writer.Add(row);
                }
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{arguments.GetValue(rows)} rows of '{arguments.GetValue(world)}', seed {arguments.GetValue(seed)}, written to {path}"));
            return ExitCodes.Ok;
        });
        return command;
    }
}
