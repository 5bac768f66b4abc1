using System.CommandLine;

namespace LowLatency.Train;

internal static class Program
{
    private static int Main(string[] arguments)
    {
        RootCommand root = new("""
            Makes and manages the foundation model.

            Exit codes: 0 done, 1 a check failed (nothing serves that did not pass), 2 wrong usage or data that does not suffice.
            """)
        {
            GenerateCommand.Create(),
            TrainCommand.Create(),
            ModelsCommand.Create(),
        };
        ParseResult result = root.Parse(arguments);
        int code = result.Invoke();
        return result.Errors.Count > 0 ? ExitCodes.Usage : code;
    }
}
