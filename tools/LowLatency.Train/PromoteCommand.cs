using System.CommandLine;

namespace LowLatency.Train;

/// <summary><c>promote</c>: which version serves; also the way back to an older one.</summary>
internal static class PromoteCommand
{
    public static Command Create()
    {
        Option<string> version = new("--version") { Description = "The version that is to serve: v1, v2...", HelpName = "vN", Required = true };
        Option<DirectoryInfo> output = TrainCommand.OutOption();
        Command command = new("promote", """
            Makes a trained version the one that serves, after it has loaded exactly as it would at start. Rolling back is
            promoting an older version.

            Example: LowLatency.Train promote --version v1 --out onnx
            """)
        {
            version, output,
        };
        command.SetAction(result => ExitCodes.Of(() =>
        {
            Console.WriteLine(ModelPublisher.Promote(result.GetRequiredValue(output).FullName, result.GetRequiredValue(version)) + " serves");
            return ExitCodes.Ok;
        }));
        return command;
    }
}
