using System.Globalization;
using LowLatency.Report;
using ScottPlot;

namespace LowLatency.Train.Compare;

/// <summary>Profiles side by side: the same tables for a console and for a page, and on the page the distributions.</summary>
internal static class CompareReport
{
    private const int PointsOfACurve = 200;

    /// <summary>Tables, each a title, columns and rows.</summary>
    public static IEnumerable<(string Title, string[] Columns, string[][] Rows)> Tables(IReadOnlyList<RecordingProfile> profiles)
    {
        string[] columns = ["", .. profiles.Select(static p => p.Name)];
        string[] Row(string name, Func<RecordingProfile, string> cell) => [name, .. profiles.Select(cell)];
        yield return ("Recordings", columns,
        [
            Row("rows", static p => Text($"{p.Rows}")),
            Row("pools", static p => Text($"{p.Pools}")),
            Row("hours", static p => Text($"{p.Hours:F1}")),
            Row("returns that are 0", static p => Percent(p.ZeroReturns)),
            Row("labelled rows", static p => Text($"{p.Labelled}")),
            Row("moon", static p => Text($"{Percent(p.Moon)} in {p.MoonPools} pools")),
            Row("rug", static p => Text($"{Percent(p.Rug)} in {p.RugPools} pools")),
            Row("rug by price / by reserve", static p => $"{Percent(p.RugByPrice)} / {Percent(p.RugByReserve)}"),
            Row("random entries succeed", static p => Outcome(p.RandomEntries)),
            Row("momentum entries succeed", static p => Outcome(p.MomentumEntries)),
        ]);
        yield return ("Rows by quality", columns, [.. profiles[0].Quality.Keys.Select(quality => Row(quality, p => Text($"{p.Quality[quality]}")))]);
        for (int i = 0; i < profiles[0].Distributions.Count; i++)
        {
            string name = profiles[0].Distributions[i].Name;
            yield return (Capital(name), columns, [.. RecordingProfile.Told.Select((q, at) => Row(Text($"{q:P0} below"), p => Number(p.Quantile[name][at])))]);
        }
    }

    public static string Html(IReadOnlyList<RecordingProfile> profiles)
    {
        HtmlPage page = new("Recordings side by side");
        page.Text("An entry succeeds where it is sold for more than it cost, 1.2 % for the round trip included: bought at the pool's next observation at least 800 ms later, sold at +15 %, at -12 % or after three minutes. Intervals of 95 % are bootstrapped over pools.");
        foreach ((string title, string[] columns, string[][] rows) in Tables(profiles))
        {
            page.Section(title).Table(columns, rows);
            int at = profiles[0].Distributions.TakeWhile(d => Capital(d.Name) != title).Count();
            if (at < profiles[0].Distributions.Count)
            {
                page.Picture($"{title}: share of the values that are at most x", Cumulative([.. profiles.Select(p => (p.Name, p.Distributions[at]))]));
            }
        }

        return page.ToString();
    }

    // The empirical distribution function of each, by 200 quantiles of its middle 98 %: the extremes would be all of the axis.
    private static Plot Cumulative((string Name, Distribution Distribution)[] curves)
    {
        Plot plot = new();
        foreach ((string name, Distribution distribution) in curves.Where(static c => c.Distribution.Sorted.Length > 0))
        {
            double[] shares = [.. Enumerable.Range(0, PointsOfACurve + 1).Select(static i => 0.01 + (0.98 * i / PointsOfACurve))];
            double[] values = [.. shares.Select(q => Quantiles.Of(distribution.Sorted, q)!.Value).Select(v => distribution.LogScale ? Math.Log10(v) : v)];
            ScottPlot.Plottables.Scatter line = plot.Add.ScatterLine(values, shares);
            line.LegendText = name;
            line.LineWidth = 2;
        }

        if (curves[0].Distribution.LogScale)
        {
            plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic
            {
                IntegerTicksOnly = true,
                LabelFormatter = static exponent => Text($"1e{exponent:F0}"),
            };
        }

        plot.XLabel(curves[0].Distribution.Name);
        plot.ShowLegend(Alignment.LowerRight);
        return plot;
    }

    private static string Outcome(EntryOutcome outcome) => outcome.Success is null
        ? "no entry"
        : Text($"{Percent(outcome.Success)} ({Percent(outcome.Low)} to {Percent(outcome.High)}), n {outcome.Entries} in {outcome.Pools} pools");

    private static string Percent(double? share) => share is { } known ? Text($"{100 * known:F1} %") : "-";

    private static string Number(double? value) => value is { } known ? Text($"{known:G4}") : "-";

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
