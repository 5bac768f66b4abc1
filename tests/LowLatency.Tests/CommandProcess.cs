using System.Diagnostics;

namespace LowLatency.Tests;

/// <summary>One of our programs in a process of its own, as a user starts it.</summary>
internal static class CommandProcess
{
    /// <summary>Runs to the end what lies beside the tests (<c>LowLatency.Host.dll</c>).</summary>
    public static async Task<(int Code, string Output, string Errors)> RunAsync(string assembly, params string[] arguments) =>
        await RunAsync(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, assembly), .. arguments]));

    /// <summary>Runs it to the end where more than its arguments is set.</summary>
    public static async Task<(int Code, string Output, string Errors)> RunAsync(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await errors);
    }
}
