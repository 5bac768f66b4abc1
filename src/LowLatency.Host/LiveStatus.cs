using Spectre.Console;

namespace LowLatency.Host;

/// <summary>Shows the run while it lasts: a table on a terminal, a plain line every few seconds elsewhere.</summary>
internal static class LiveStatus
{
    private static readonly TimeSpan TableInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(5);

    public static async Task ShowAsync(Session session, Task until)
    {
        if (AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected)
        {
            await AnsiConsole.Live(ReportText.ToTable(session.Read())).StartAsync(async context =>
            {
                while (await Task.WhenAny(until, Task.Delay(TableInterval)).ConfigureAwait(false) != until)
                {
                    context.UpdateTarget(ReportText.ToTable(session.Read()));
                }
            }).ConfigureAwait(false);
            return;
        }

        while (await Task.WhenAny(until, Task.Delay(LineInterval)).ConfigureAwait(false) != until)
        {
            Console.WriteLine(ReportText.ToLine(session.Read()));
        }
    }
}

/// <summary>Prints what a run has done.</summary>
internal static class Summary
{
    public static void Print(Session session, bool json)
    {
        Report report = session.Read();
        if (json)
        {
            Console.WriteLine(ReportText.ToJson(report));
            return;
        }

        foreach (string line in ReportText.Summary(report))
        {
            Console.WriteLine(line);
        }
    }
}
