using System.Text.Json;
using LowLatency.Feed;

namespace LowLatency.WebSocketConformance;

/// <summary>All the cases of a fuzzing server, one after the other, a line for each.</summary>
internal static class ConformanceRun
{
    private const int CouldNotTalk = 1;
    private const string NoVerdict = "not told";

    public static async Task<int> RunAsync(FuzzingServer server, CaseFilter filter, TextWriter output, CancellationToken stop)
    {
        if (await server.CountAsync(stop).ConfigureAwait(false) is not { } count)
        {
            await Console.Error.WriteLineAsync($"{server.Address} does not say how many cases it has: no fuzzing server there?").ConfigureAwait(false);
            return CouldNotTalk;
        }

        SortedDictionary<string, int> verdicts = new(StringComparer.Ordinal);
        int run = 0;
        for (int number = 1; number <= count; number++)
        {
            string? id = Member(await server.InfoAsync(number, stop).ConfigureAwait(false), "id");
            if (!filter.TakesAll && (id is null || !filter.Takes(id)))
            {
                continue;
            }

            (OpenResult opened, ConnectionEnd end) = await server.RunCaseAsync(number, stop).ConfigureAwait(false);
            stop.ThrowIfCancellationRequested();
            run++;
            string verdict = Member(await server.VerdictAsync(number, stop).ConfigureAwait(false), "behavior") ?? NoVerdict;
            verdicts[verdict] = verdicts.GetValueOrDefault(verdict) + 1;
            string how = opened.Failure != OpenFailure.None ? $"not open: {opened.Failure}" : $"{end.Kind} {end.Code}, {end.Messages} echoed";
            await output.WriteLineAsync($"{number,4}  {id ?? "?",-10} {verdict,-14} {how}").ConfigureAwait(false);
        }

        bool reported = await server.UpdateReportsAsync(stop).ConfigureAwait(false);
        string summary = string.Join(", ", verdicts.Select(static pair => $"{pair.Value} {pair.Key}"));
        await output.WriteLineAsync($"{run} of {count} cases run: {summary}{(reported ? "" : "; the server wrote no report")}").ConfigureAwait(false);
        return reported ? 0 : CouldNotTalk;
    }

    private static string? Member(string? json, string name)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json ?? "null");
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(name, out JsonElement value) ? value.ToString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
