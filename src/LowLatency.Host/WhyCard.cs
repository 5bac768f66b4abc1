using System.Globalization;
using LowLatency.Features;
using LowLatency.Positions;
using LowLatency.Storage;

namespace LowLatency.Host;

/// <summary>Everything that one decision left behind, as lines.</summary>
internal static class WhyCard
{
    private static readonly string[] Stages = ["decode", "hop", "features", "inference", "decision"];

    public static IEnumerable<string> Of(RunReader reader, RecordedDecision d)
    {
        TradingSettings s = d.Run.Settings;
        yield return Text($"decision {d.Id}: {(d.Failed == EntryChecks.None ? "entered" : "refused, " + d.Failed.PrimaryName())}");
        yield return Text($"  pool {d.PoolId} at {Time(d.TimestampMs)}, row {d.SourceId} of the feed, event {d.Sequence} of run {d.Run.Id}");
        yield return Text($"  {d.Quality}, observation {d.SegmentObservations} of its segment, {d.BaseReserve:R} tokens, {d.QuoteReserve:R} SOL, price {d.QuoteReserve / d.BaseReserve:G9}, regime {d.Regime}");
        yield return $"features (schema {d.Run.SchemaHash[..8]})";
        for (int i = 0; i < FeatureSchema.Count; i++)
        {
            yield return Text($"  {FeatureSchema.Names[i],-20} {(double.IsNaN(d.Features[i]) ? "missing" : d.Features[i].ToString("R", CultureInfo.InvariantCulture))}");
        }

        yield return $"models ({d.ModelVersion ?? d.Run.ModelVersion})";
        yield return Text($"  moon   margin {d.Prediction.MoonMargin,9:F4}   probability {Inference.Logistic.Probability(d.Prediction.MoonMargin):F6}");
        yield return Text($"  rug    margin {d.Prediction.RugMargin,9:F4}   probability {Inference.Logistic.Probability(d.Prediction.RugMargin):F6}");
        bool alone = d.Prediction.Moon == Inference.Logistic.Probability(d.Prediction.MoonMargin) && d.Prediction.Rug == Inference.Logistic.Probability(d.Prediction.RugMargin);
        yield return Text($"  blend  {(alone ? "the foundation alone" : "not the foundation's answer")}: moon {d.Prediction.Moon:F6} (more than {s.MoonThreshold} enters), rug {d.Prediction.Rug:F6} (less than {s.RugThreshold} enters)");
        yield return "checks";
        for (int bit = 0; bit < EntryCheckNames.Count; bit++)
        {
            bool failed = ((uint)d.Failed & (1u << bit)) != 0;
            yield return Text($"  {(failed ? "FAILED" : "passed"),-7} {EntryCheckNames.All[bit],-16} {Seen((EntryChecks)(1u << bit), d, s)}").TrimEnd();
        }

        yield return "size";
        yield return Text($"  {Sol(d.SizeLamports)} SOL of {Sol(d.Size.Wanted)} wanted at equity {Sol(d.Size.Equity)}; bound by {Bound(d.Size.Limit, s)}{(d.SizeLamports == 0 ? Text($"; less than the smallest trade, {s.MinTradeSol} SOL") : "")}");
        if (d.OrderId != 0)
        {
            yield return Text($"order {d.OrderId}: {d.QuotedOut} token atoms quoted, at least {d.MinimumOut} wanted");
            foreach (RecordedOrder o in reader.OrderEvents(d.Run, d.OrderId))
            {
                yield return Event(o, d.TimestampMs);
            }
        }

        yield return Text($"latency {d.LatencyNs.Sum() / 1e3:F1} us: {string.Join(", ", Stages.Zip(d.LatencyNs, static (name, ns) => Text($"{name} {ns / 1e3:F1}")))}");
    }

    /// <summary>One thing that happened to an order.</summary>
    public static string Event(RecordedOrder o, long sinceMs) => Text(
        $"  +{o.TimestampMs - sinceMs,7} ms  order {o.OrderId,-5} {o.Event,-13} {(o.Reason == "None" ? "" : o.Reason),-12} in {o.AmountIn} {(o.Event.EndsWith("Ordered", StringComparison.Ordinal) ? "quoted" : "out")} {o.AmountOut} (at least {o.MinimumOut}), fees {o.Fees} lamports");

    public static string Sol(long lamports) => Lamports.ToSol(lamports).ToString("F6", CultureInfo.InvariantCulture);

    public static string Time(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    // What the check looked at, where the card holds it; the account's limits are states of the run.
    private static string Seen(EntryChecks check, RecordedDecision d, TradingSettings s) => check switch
    {
        EntryChecks.NotTrading => d.Status == byte.MaxValue ? "the feed does not say: counts as trading" : Text($"status {d.Status}"),
        EntryChecks.SegmentStart => d.Quality.ToString(),
        EntryChecks.Stale => Text($"at most {s.MaxObservationLagMs} ms behind the newest row"),
        EntryChecks.WarmingUp => Text($"{d.SegmentObservations} observations, at least {s.MinObservations}"),
        EntryChecks.PoolTooSmall => Text($"{d.QuoteReserve:F3} SOL, at least {s.MinPoolSol}"),
        EntryChecks.PoolTooLarge => Text($"{d.QuoteReserve:F3} SOL, at most {s.MaxPoolSol}"),
        EntryChecks.PoolTooYoung => Text($"{Age(d):F2} minutes, at least {s.MinPoolAgeMinutes}"),
        EntryChecks.PoolTooOld => Text($"{Age(d):F2} minutes, at most {s.MaxPoolAgeMinutes}"),
        EntryChecks.CoolDown => Text($"{s.CoolDownAfterLossMs / 1000} s after a loss in this pool"),
        EntryChecks.MoonTooLow => Text($"{d.Prediction.Moon:F6}, more than {s.MoonThreshold}"),
        EntryChecks.RugTooHigh => Text($"{d.Prediction.Rug:F6}, less than {s.RugThreshold}"),
        EntryChecks.RugSeen => Text($"massive_dump {d.Features[FeatureSchema.MassiveDump]}, reserve_drain {d.Features[FeatureSchema.ReserveDrain]}"),
        EntryChecks.RegimeRug => d.Regime.ToString(),
        EntryChecks.DrawdownLimit => Text($"below {s.MaxDrawdownFraction:P1}"),
        EntryChecks.DailyLoss => Text($"below {s.MaxDailyLossFraction:P1}"),
        EntryChecks.LossStreak => Text($"fewer than {s.MaxLossesInARow} losses in a row"),
        EntryChecks.MaxPositions => Text($"at most {s.MaxOpenPositions}"),
        EntryChecks.ExposureLimit => Text($"at most {s.MaxExposureFraction:P1} of equity"),
        EntryChecks.SizeTooSmall => Text($"at least {s.MinTradeSol} SOL"),
        _ => "",
    };

    private static double Age(RecordedDecision d) => d.PoolOpenTimeS > 0
        ? (d.TimestampMs - (d.PoolOpenTimeS * 1_000.0)) / 60_000
        : d.Features[FeatureSchema.PoolAgeMinutes];

    private static string Bound(SizeLimit limit, TradingSettings s) => limit switch
    {
        SizeLimit.TradeShare => Text($"{s.MaxTradeFraction:P1} of equity in one trade"),
        SizeLimit.PoolShare => Text($"{s.MaxPoolShareFraction:P1} of the pool's SOL"),
        SizeLimit.Exposure => Text($"{s.MaxExposureFraction:P1} of equity in all"),
        SizeLimit.FreeCash => Text($"the cash above {s.CashReserveSol} SOL"),
        _ => "no cap",
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
