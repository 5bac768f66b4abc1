using System.Globalization;
using LowLatency.Pools;
using LowLatency.Storage;
using LowLatency.Telemetry;

namespace LowLatency.Host;

/// <summary>A closed position from its decision to its end, and the ways out that were not taken, as lines.</summary>
internal static class TradeStory
{
    public static IEnumerable<string> Of(RunReader reader, RecordedRun run, RecordedTrade t, IEnumerable<RecordedRow> rows)
    {
        IReadOnlyList<RecordedOrder> orders = reader.OrderEvents(run, t);
        RecordedOrder? entry = orders.FirstOrDefault(static o => o.Event == "EntryFilled");
        yield return Text($"trade {t.Id}: pool {t.PoolId}, {t.Reason}, {Gain(t.Pnl, t.Cost)} ({WhyCard.Sol(t.Pnl)} SOL pessimistic, {WhyCard.Sol(t.OptimisticPnl)} optimistic)");
        yield return Text($"  decided {WhyCard.Time(t.DecisionMs)}, in after {t.EntryMs - t.DecisionMs} ms, held for {(t.ExitMs - t.EntryMs) / 1e3:F1} s");
        yield return Text($"  paid {WhyCard.Sol(t.Cost)} SOL, received {WhyCard.Sol(t.Proceeds)}, fees {WhyCard.Sol(t.Fees)}");
        yield return Text($"  best price on the way {t.BestGain:+0.00%;-0.00%}, worst {t.WorstGain:+0.00%;-0.00%} (against the average buy price)");
        yield return "orders";
        foreach (RecordedOrder order in orders)
        {
            yield return WhyCard.Event(order, t.DecisionMs);
        }

        yield return "each other exit alone, on the recorded observations (lands at once, both transactions' fees paid)";
        PoolUpdate[] path = [.. ClassifiedRows.Of(rows).Where(r => r.PoolId == t.PoolId).Select(static r => r.Update)];
        foreach (ExitAlternative a in entry is null ? [] : ExitAlternatives.Of(run.Settings, t, entry.AmountOut, path))
        {
            yield return Text($"  {a.Reason,-13} ") + (a switch
            {
                { TriggeredMs: null } => "was not reached before the recording ended",
                { SoldMs: null } => "was reached, and no later row could fill it",
                _ => Text($"{Gain(a.Pnl!.Value, t.Cost)} ({WhyCard.Sol(a.Pnl.Value)} SOL), sold after {(a.SoldMs - t.EntryMs) / 1e3:F1} s"),
            });
        }

        if (entry is not null && reader.DecisionOfOrder(run, entry.OrderId) is { } decision)
        {
            foreach (string line in WhyCard.Of(reader, decision))
            {
                yield return line;
            }
        }
    }

    private static string Gain(long pnl, long cost) => Text($"{pnl / (double)cost:+0.00%;-0.00%}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
