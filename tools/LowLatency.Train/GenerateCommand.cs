using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using LowLatency.Simulation;
using LowLatency.Simulation.Faults;
using LowLatency.Storage;

namespace LowLatency.Train;

/// <summary>Writes a recording of a simulated world in the user's schema.</summary>
internal static class GenerateCommand
{
    private static readonly Option<string> Name = new("--world") { Description = "The world; in 'null' nothing that is seen tells what will be", Required = true };
    private static readonly Option<ulong> Seed = new("--seed") { Description = "Seed of the world and of its faults", DefaultValueFactory = static _ => 1UL };
    private static readonly Option<int> Rows = new("--rows") { Description = "Rows to take from the world", HelpName = "N", Required = true };
    private static readonly Option<string> Output = new("--out") { Description = "SQLite file to write; it must not exist", HelpName = "FILE", Required = true };
    private static readonly Option<double> Density = new("--density") { Description = "Share of the full feed's pools (1 = 9,000 rows a minute): less spans more hours with as many rows", DefaultValueFactory = static _ => 0.1 };

    private static readonly Option<(WorldPhase Phase, double From)> Phase = new("--phase")
    {
        Description = "same, drift (the signs change their meaning) or mania, from this share of the rows on: drift@0.5",
        HelpName = "NAME@SHARE",
        CustomParser = static result => Parse<WorldPhase>(result, '@'),
    };

    private static readonly Option<(RecordingFault Fault, double Share)[]> Faults = new("--fault")
    {
        Description = $"Share of the rows that the recorder spoils so, each fault of its own: {string.Join(", ", Enum.GetNames<RecordingFault>())}",
        HelpName = "NAME=SHARE",
        AllowMultipleArgumentsPerToken = true,
        CustomParser = static result => [.. result.Tokens.Select(token => Parse<RecordingFault>(token.Value, '=', result))],
    };

    public static Command Create()
    {
        Name.AcceptOnlyFromAmong([.. World.Names]);
        Rows.Validators.Add(static result => Check(result, result.GetValueOrDefault<int>() >= 1, "--rows is at least 1"));
        Density.Validators.Add(static result => Check(result, result.GetValueOrDefault<double>() is > 0 and <= 10, "--density is above 0 and at most 10"));
        Command command = new("generate", """
            Writes a recording of a simulated world. The same arguments give the same recording.

            Example: LowLatency.Train generate --world realistic --rows 100000 --phase drift@0.5 --fault torn=0.002 zero=0.001 --out world.sqlite
            """)
        {
            Name, Seed, Rows, Density, Phase, Faults, Output,
        };
        command.SetAction(static arguments => ExitCodes.Of(() => Run(arguments)));
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        string path = arguments.GetValue(Output)!;
        if (File.Exists(path))
        {
            throw new IOException($"'{path}' exists");
        }

        int taken = arguments.GetValue(Rows);
        ulong seed = arguments.GetValue(Seed);
        (WorldPhase phase, double from) = arguments.GetValue(Phase);
        RecordingFaults faults = new(seed, (arguments.GetValue(Faults) ?? []).Select(static f => KeyValuePair.Create(f.Fault, f.Share)));
        World world = World.Create(arguments.GetValue(Name)!, seed, arguments.GetValue(Density)).Then(phase, (long)(from * taken));
        using RecordingWriter writer = new(path);
        foreach (RecordedRow row in faults.Apply(world.Rows().Take(taken)))
        {
            writer.Add(row);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{writer.Rows} rows of '{arguments.GetValue(Name)}', seed {seed}, written to {path}"));
        foreach (RecordingFault fault in Enum.GetValues<RecordingFault>().Where(fault => faults.Count(fault) > 0))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{fault}: {faults.Count(fault)} rows"));
        }

        return ExitCodes.Ok;
    }

    private static (T Name, double Share) Parse<T>(ArgumentResult result, char separator)
        where T : struct, Enum => Parse<T>(result.Tokens[0].Value, separator, result);

    private static (T Name, double Share) Parse<T>(string text, char separator, ArgumentResult result)
        where T : struct, Enum
    {
        string[] parts = text.Split(separator);
        if (parts.Length == 2 && parts[0].All(char.IsAsciiLetter) && Enum.TryParse(parts[0], ignoreCase: true, out T name)
            && double.TryParse(parts[1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double share) && share <= 1)
        {
            return (name, share);
        }

        result.AddError($"'{text}' is not NAME{separator}SHARE with a share from 0 to 1 and a name of {string.Join(", ", Enum.GetNames<T>())}");
        return default;
    }

    private static void Check(OptionResult result, bool holds, string otherwise)
    {
        if (!holds)
        {
            result.AddError(otherwise);
        }
    }
}
