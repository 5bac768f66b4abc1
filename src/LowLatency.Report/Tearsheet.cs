using System.Globalization;
using LowLatency.Positions;
using LowLatency.Storage;
using ScottPlot;

namespace LowLatency.Report;

/// <summary>A <see cref="PerformanceReport"/> as one page that loads nothing.</summary>
public static class Tearsheet
{
    private const int TradesListed = 500;

    /// <summary>The page.</summary>
    public static HtmlPage Page(PerformanceReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        RunSummary model = report.Runs[0];
        HtmlPage page = new($"Tearsheet of {report.File}");
        page.Text(Text($"{report.Rows} rows of {report.Pools} pools, {Time(report.FromMs)} to {Time(report.ToMs)}; {report.RuggedPools} pools were rugged. Paper money: nothing was sent. {model.OpenAtEnd} positions are open at the end."));
        foreach (string warning in report.Warnings)
        {
            page.Text("Warning: " + warning);
        }

        page.Section("Figures, beside two baselines on the same tape")
            .Text(string.Join("; ", report.Runs.Select(static r => $"{r.Name}: {r.DecidedBy}"))
                + ". The baselines pass the same stages, checks, sizes, fills and exits, but for the stops of the account (day's loss, drawdown, losses in a row), which would end them within the hour; random entries have 64 places and all of the equity, because in three places they could not come at the model's rate: compare them by trade, not by sum. In brackets the 95 % interval of a seeded bootstrap (over pools; Sharpe and Sortino over minutes), then n; (!) = n is too small to say anything.")
            .Table(
                ["figure: formula", .. report.Runs.Select(static r => r.Name)],
                model.Figures.Select((f, i) => report.Runs.Select(r => Cell(r.Figures[i])).Prepend($"{f.Name}: {f.Formula}")))
            .Section("Equity and drawdown")
            .Picture("equity, SOL, over hours of event time", Curves(report, static m => m.Equity / (double)Lamports.PerSol))
            .Picture("deepest fall from the peak in each minute, %", Curves(report, static m => -100 * m.DrawdownFraction))
            .Section("Exits");
        foreach (RunSummary run in report.Runs)
        {
            page.Table([$"{run.Name}: exit", "trades", "wins", "profit and loss, SOL"], run.Exits.Select(static e => new[] { e.Reason, Text($"{e.Trades}"), Text($"{e.Wins}"), Text($"{e.PnlSol:F4}") }));
        }

        page.Section("Refusals")
            .Text("Candidates of the model by the first check that they failed, and by every check that they failed.")
            .Table(["check", "first", "any"], model.Refusals.Select(static r => new[] { r.Check, Text($"{r.First}"), Text($"{r.Any}") }));
        if (model.Refusals.Count > 0)
        {
            page.Picture("refusals by first failed check, log10 of their number", Bars(model.Refusals));
        }

        page.Section("Trades on the price path")
            .Text("The pools with the most trades. Up: entry filled. Down: exit filled. Line: the pool's price.");
        foreach (PricePath path in report.Paths)
        {
            page.Picture(Text($"{path.PoolId}, SOL a token relative to its first price, over minutes"), Path(path, model.Trades));
        }

        return page.Section("Trades")
            .Text(Text($"The first {TradesListed} of {model.Trades.Count}; 'lowlatency explain --db FILE --trade N' tells more, where the file is the run's own."))
            .Table(
                ["trade", "pool", "in", "held, s", "exit", "cost, SOL", "profit, SOL", "profit", "best", "worst"],
                model.Trades.Take(TradesListed).Select(static t => new[]
                {
                    Text($"{t.Id}"), t.PoolId, Time(t.EntryMs), Text($"{(t.ExitMs - t.EntryMs) / 1e3:F1}"), t.Reason, Text($"{Lamports.ToSol(t.Cost):F4}"),
                    Text($"{Lamports.ToSol(t.Pnl):F4}"), Text($"{t.Pnl / (double)t.Cost:+0.0%;-0.0%}"), Text($"{t.BestGain:+0.0%;-0.0%}"), Text($"{t.WorstGain:+0.0%;-0.0%}"),
                }));
    }

    /// <summary>A figure with its interval and n, as one line.</summary>
    public static string Cell(Figure figure)
    {
        ArgumentNullException.ThrowIfNull(figure);
        string interval = figure is { Low: { } low, High: { } high } ? $" [{Number(low, figure.Unit)}, {Number(high, figure.Unit)}]" : "";
        string rests = figure.Name == PerformanceFigures.Trades ? "" : Text($" n {figure.N}");
        return $"{Number(figure.Value, figure.Unit)}{interval}{rests}{(figure.TooFew ? " (!)" : "")}";
    }

    private static string Number(double value, string unit) => double.IsNaN(value) ? "-"
        : unit == "%" ? (Math.Abs(value) < 0.01 ? Text($"{100 * value:0.000} %") : Text($"{100 * value:0.0} %"))
        : unit == "SOL" ? Text($"{value:0.0000} SOL")
        : Text($"{value:0.##}");

    private static Plot Curves(PerformanceReport report, Func<AccountMinute, double> of)
    {
        Plot plot = new();
        foreach (RunSummary run in report.Runs.Where(static r => r.Account.Count > 0))
        {
            long first = run.Account[0].Minute;
            var line = plot.Add.ScatterLine(run.Account.Select(m => (m.Minute - first) / 60.0).ToArray(), run.Account.Select(of).ToArray());
            line.LegendText = run.Name;
        }

        plot.ShowLegend(Alignment.UpperLeft);
        return plot;
    }

    private static Plot Bars(IReadOnlyList<RefusalCount> refusals)
    {
        Plot plot = new();
        RefusalCount[] counted = [.. refusals.Where(static r => r.First > 0)];
        plot.Add.Bars(counted.Select(static r => Math.Log10(1 + r.First)).ToArray());
        plot.Axes.Bottom.SetTicks([.. counted.Select(static (_, i) => (double)i)], [.. counted.Select(static r => r.Check)]);
        plot.Axes.Bottom.TickLabelStyle.Rotation = 35;
        plot.Axes.Bottom.TickLabelStyle.Alignment = Alignment.MiddleLeft;
        plot.Axes.Bottom.MinimumSize = 110;
        return plot;
    }

    private static Plot Path(PricePath path, IReadOnlyList<RecordedTrade> trades)
    {
        Plot plot = new();
        (long startMs, double price) = path.Points[0];
        double Minutes(long ms) => (ms - startMs) / 60_000.0;
        double PriceAt(long ms) => path.Points.LastOrDefault(p => p.TimestampMs <= ms, path.Points[0]).Price / price;
        plot.Add.ScatterLine(path.Points.Select(p => Minutes(p.TimestampMs)).ToArray(), path.Points.Select(p => p.Price / price).ToArray());
        foreach (RecordedTrade trade in trades.Where(t => t.PoolId == path.PoolId))
        {
            plot.Add.Marker(Minutes(trade.EntryMs), PriceAt(trade.EntryMs), MarkerShape.FilledTriangleUp, 9, Colors.Green);
            plot.Add.Marker(Minutes(trade.ExitMs), PriceAt(trade.ExitMs), MarkerShape.FilledTriangleDown, 9, Colors.Red);
        }

        return plot;
    }

    private static string Time(long ms) => ms is long.MaxValue or long.MinValue ? "-"
        : DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + "Z";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
