using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using LowLatency.Telemetry;
using Spectre.Console;

namespace LowLatency.Host;

/// <summary>Shows a <see cref="Report"/> to a person or a machine.</summary>
internal static class ReportText
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter() },
    };

    public static string ToJson(object report) => JsonSerializer.Serialize(report, Json);

    /// <summary>The live status as a table.</summary>
    public static Table ToTable(Report r)
    {
        Table table = new Table { Title = new TableTitle("LowLatency"), Border = TableBorder.Rounded, Expand = true }
            .AddColumn("what").AddColumn("now");
        foreach ((string name, string value) in StatusRows(r))
        {
            table.AddRow(Markup.Escape(name), Markup.Escape(value));
        }

        return table;
    }

    /// <summary>The live status as one plain line.</summary>
    public static string ToLine(Report r)
    {
        StageLatency wire = r.LatencyNs[(int)Stage.WireToDecision];
        return Text($"{r.ElapsedSeconds,6:F0}s {r.MessagesPerMinute,8:F0} msg/min received {r.Received} rejected {Sum(r.Rejected)} filtered {Sum(r.Filtered)} predicted {r.Predicted} entered {r.Entered} open {r.Open.Count} balance {r.BalanceSol:F4} equity {r.EquitySol:F4} SOL wire-to-decision p50 {Micro(wire.P50)} p99 {Micro(wire.P99)}") + string.Concat(r.Endpoints.Select(static (e, i) => Text($" #{i + 1} won {e.Won} copies {e.Copies} late {e.Late}{(e.Connected ? "" : " down")}")));
    }

    /// <summary>The summary at the end, as plain lines; the last is the hash line.</summary>
    public static IEnumerable<string> Summary(Report r)
    {
        yield return "";
        yield return "funnel";
        yield return Text($"  received            {r.Received,10}   ({r.MessagesPerMinute:F0} a minute, {r.Received / Math.Max(r.ElapsedSeconds, 1e-9):F0} a second)");
        foreach (EndpointReport e in r.Endpoints)
        {
            yield return Text($"  endpoint {e.Received,21}   {e.Endpoint}: {Race(e)}");
        }

        foreach (string line in Counts("rejected", r.Rejected).Concat(Counts("filtered", r.Filtered)))
        {
            yield return line;
        }

        if (r.Solana is { } node)
        {
            yield return $"  node: {Inline(node)}";
        }

        yield return Text($"  predicted           {r.Predicted,10}");
        foreach (string line in Counts("refused", r.Refused))
        {
            yield return line;
        }

        yield return Text($"  entered             {r.Entered,10}   ({(r.Received == 0 ? 0 : 100.0 * r.Entered / r.Received):F3} % of messages)");
        foreach (string sample in r.RejectedSamples)
        {
            yield return $"  first {sample}";
        }

        yield return "trades";
        foreach (string line in Counts("order", r.Fills).Concat(Counts("exit", r.Exits)))
        {
            yield return line;
        }

        TradeSummary t = r.Trades;
        yield return Text($"  closed {t.Trades}, win rate {t.WinRate:P1} (wins / closed), PnL {Report.Sol(t.PnlLamports):F4} SOL pessimistic, {Report.Sol(t.OptimisticPnlLamports):F4} optimistic, profit factor {t.ProfitFactor:F2} (gains / losses), expectancy {t.ExpectancyLamports / 1e9:F5} SOL a trade");
        yield return Text($"  max drawdown {t.MaxDrawdown:P2}, network fees {Report.Sol(t.FeesLamports):F5} SOL; with few trades none of these figures says much");
        foreach (OpenPosition p in r.Open)
        {
            yield return Text($"  open {p.PoolId} cost {Report.Sol(p.CostLamports):F4} unrealised {Report.Sol(p.UnrealisedLamports):F4} SOL");
        }

        yield return Text($"  balance {r.BalanceSol:F4} SOL, equity {r.EquitySol:F4} SOL, realised {r.RealisedSol:F4}, unrealised {r.UnrealisedSol:F4}, risk {r.Risk}");
        yield return "performance";
        foreach (StageLatency s in r.LatencyNs)
        {
            yield return Text($"  {s.Stage,-16} p50 {Micro(s.P50),10}  p99 {Micro(s.P99),10}  max {Micro(s.Max),10}  n {s.Count}");
        }

        yield return Text($"  {r.Topology}; {r.Pools} pools, {r.FeedGaps} feed gaps, {r.Gen0Collections} collections, {r.WorkingSetMb:F0} MB, {r.ElapsedSeconds:F2} s");
        yield return Text($"  regimes: {string.Join(", ", r.Regimes.Select(static c => $"{c.Name} {c.Value}"))}");
        yield return $"  model {r.Model}" + (r.Store is null ? "" : $"; recorded in {r.Store}");
        if (r.RingWait.Times > 0)
        {
            yield return Text($"  the feed waited for room in the ring {r.RingWait.Times} times, {r.RingWait.TotalMs:F1} ms in all, {r.RingWait.LongestMs:F1} ms at most");
        }

        if (r.Superseded > 0)
        {
            yield return Text($"  {r.Superseded} rows were superseded by later ones of their pools while the ring was full");
        }

        if (r.OutboxDropped > 0)
        {
            yield return Text($"  WARNING: {r.OutboxDropped} events were decided but not recorded, because the recorder lagged");
        }

        if (r.StoreFailures > 0)
        {
            yield return Text($"  WARNING: {r.StoreFailures} rows could not be recorded; the first: {r.StoreFailure}");
        }

        yield return r.HashLine;
    }

    private static IEnumerable<(string Name, string Value)> StatusRows(Report r)
    {
        yield return ("feed", Text($"{r.MessagesPerMinute:F0} messages a minute, {r.Received} received, {r.Pools} pools, {r.FeedGaps} gaps, {r.ElapsedSeconds:F0} s"));
        foreach (EndpointReport e in r.Endpoints)
        {
            yield return (e.Endpoint, Race(e) + (e.Connected ? "" : "   NOT CONNECTED"));
        }

        yield return ("rejected", Inline(r.Rejected));
        yield return ("filtered", Inline(r.Filtered));
        yield return ("predicted", Text($"{r.Predicted}"));
        yield return ("refused", Inline(r.Refused));
        yield return ("entered", Text($"{r.Entered}   orders: {Inline(r.Fills)}   exits: {Inline(r.Exits)}"));
        yield return ("money", Text($"balance {r.BalanceSol:F4} SOL, equity {r.EquitySol:F4}, realised {r.RealisedSol:F4}, unrealised {r.UnrealisedSol:F4}, risk {r.Risk}"));
        foreach (OpenPosition p in r.Open)
        {
            yield return ("position", Text($"{p.PoolId} cost {Report.Sol(p.CostLamports):F4} unrealised {Report.Sol(p.UnrealisedLamports):F4} SOL"));
        }

        foreach (StageLatency s in r.LatencyNs)
        {
            yield return (s.Stage.ToString(), Text($"p50 {Micro(s.P50)}  p99 {Micro(s.P99)}  max {Micro(s.Max)}"));
        }

        yield return ("regimes", Inline(r.Regimes));
        yield return ("model", $"{r.Model}   {r.Topology}");
    }

    private static string Race(EndpointReport e) => Text($"{e.Won} first, {e.Copies} copies dropped, {e.Late} too late");

    private static IEnumerable<string> Counts(string what, IReadOnlyList<Count> counts) =>
        counts.Select(c => Text($"  {what,-9} {c.Value,20}   {c.Name}"));

    private static string Inline(IReadOnlyList<Count> counts) =>
        counts.Count == 0 ? "-" : string.Join(", ", counts.Select(static c => Text($"{c.Name} {c.Value}")));

    private static long Sum(IReadOnlyList<Count> counts) => counts.Sum(static c => c.Value);

    private static string Micro(double nanoseconds) => Text($"{nanoseconds / 1000:F2} us");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
