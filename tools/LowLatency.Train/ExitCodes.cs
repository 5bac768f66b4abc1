using LowLatency.Inference;

namespace LowLatency.Train;

/// <summary>What the process answers.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;
    public const int FailedCheck = 1;
    public const int Usage = 2;

    /// <summary>Runs a command; what a person can put right becomes a line on stderr and a code, anything else is a bug and throws.</summary>
    public static int Of(Func<int> command)
    {
        try
        {
            return command();
        }
        catch (ModelRefusedException e)
        {
            Console.Error.WriteLine(e.Message);
            return FailedCheck;
        }
        catch (Exception e) when (e is TrainingException or IOException or UnauthorizedAccessException or InvalidDataException)
        {
            Console.Error.WriteLine(e.Message);
            return Usage;
        }
    }
}
