using LowLatency.Pools;
using LowLatency.Positions;
using LowLatency.Storage;

namespace LowLatency.Telemetry;

/// <summary>What one exit alone would have given.</summary>
/// <param name="Reason">The exit.</param>
/// <param name="TriggeredMs">The observation that would have triggered it; null where none did before the recording ended.</param>
/// <param name="SoldMs">The observation that would have filled it; null where none came.</param>
/// <param name="Proceeds">Lamports that it would have paid.</param>
/// <param name="Pnl">Those less cost and the fees of both transactions.</param>
public sealed record ExitAlternative(ExitReason Reason, long? TriggeredMs, long? SoldMs, long? Proceeds, long? Pnl);

/// <summary>
/// The other ways out of a closed position on the observations that were recorded, judged by the rules themselves with every
/// other exit switched off. Each lands at its first attempt and takes what the reserves give. Pure.
/// </summary>
public static class ExitAlternatives
{
    /// <summary>The stop, the target, the trailing stop and the time limit, each alone.</summary>
    /// <param name="settings">The run's settings.</param>
    /// <param name="trade">The closed position.</param>
    /// <param name="tokens">Token atoms bought.</param>
    /// <param name="rows">Rows of its pool in order; those before the entry are passed over, those after corrected decimals not looked at.</param>
    public static IReadOnlyList<ExitAlternative> Of(TradingSettings settings, RecordedTrade trade, ulong tokens, IReadOnlyList<PoolUpdate> rows)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(trade);
        ArgumentNullException.ThrowIfNull(rows);
        TradingSettings none = settings with
        {
            StopLossFraction = double.PositiveInfinity,
            TakeProfitFraction = double.PositiveInfinity,
            TrailingActivationFraction = double.PositiveInfinity,
            TimeLimitMs = long.MaxValue,
        };
        return
        [
            Leave(ExitReason.StopLoss, none with { StopLossFraction = settings.StopLossFraction }, trade, tokens, rows),
            Leave(ExitReason.TakeProfit, none with { TakeProfitFraction = settings.TakeProfitFraction }, trade, tokens, rows),
            Leave(ExitReason.TrailingStop, none with { TrailingActivationFraction = settings.TrailingActivationFraction }, trade, tokens, rows),
            Leave(ExitReason.TimeLimit, none with { TimeLimitMs = settings.TimeLimitMs }, trade, tokens, rows),
        ];
    }

    private static ExitAlternative Leave(
        ExitReason reason, TradingSettings rules, RecordedTrade trade, ulong tokens, IReadOnlyList<PoolUpdate> rows)
    {
        Holding holding = new() { EntryMs = trade.EntryMs, EntryPrice = trade.Cost / (double)tokens, BestPrice = double.MinValue };
        long? triggered = null;
        foreach (PoolUpdate row in rows.SkipWhile(r => r.TimestampMs < trade.EntryMs).Where(static r => r.Quality.IsObservation()))
        {
            if (row.Quality == Quality.DecimalsChange)
            {
                break;
            }

            if (!PaperExchange.IsTradable(row.BaseAtoms, row.QuoteLamports))
            {
                continue;
            }

            holding.SeenMs = row.TimestampMs;
            holding.BaseAtoms = row.BaseAtoms;
            holding.QuoteLamports = row.QuoteLamports;
            holding.BestPrice = Math.Max(holding.BestPrice, holding.Price);
            if (!EntryRules.IsActionable(row.Quality))
            {
                continue;
            }

            if (triggered is { } from && row.TimestampMs - from >= rules.FillLatencyMs)
            {
                long proceeds = (long)PaperExchange.Sell(tokens, row.BaseAtoms, row.QuoteLamports);
                long fees = 2 * (rules.BaseFeeLamports + rules.PriorityFeeLamports + rules.TipLamports);
                return new ExitAlternative(reason, from, row.TimestampMs, proceeds, proceeds - trade.Cost - fees);
            }

            if (triggered is null && ExitRules.Decide(rules, in holding, default, default, Regime.SidewaysChop) != ExitReason.None)
            {
                triggered = row.TimestampMs;
            }
        }

        return new ExitAlternative(reason, triggered, null, null, null);
    }
}
