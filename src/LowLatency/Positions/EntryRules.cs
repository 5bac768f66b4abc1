using LowLatency.Features;
using LowLatency.Inference;
using LowLatency.Pools;

namespace LowLatency.Positions;

/// <summary>The entry conditions that look at the row, the models and the regime; those of the account are the stage's. Pure.</summary>
internal sealed class EntryRules
{
    /// <summary>Raydium's pool status "swap only".</summary>
    public const byte TradingStatus = 6;

    /// <summary>The pool's account or a vault of it is gone, where a row without reserves says it.</summary>
    public const byte ClosedStatus = 0;

    /// <summary>The feed does not say: counts as trading.</summary>
    public const byte UnknownStatus = 255;

    private readonly TradingSettings _settings;
    private readonly ulong _minPoolLamports;
    private readonly ulong _maxPoolLamports;

    public EntryRules(TradingSettings settings)
    {
        _settings = settings;
        _minPoolLamports = (ulong)Lamports.FromSol(settings.MinPoolSol);
        _maxPoolLamports = (ulong)Lamports.FromSol(settings.MaxPoolSol);
    }

    /// <summary>Whether the pool's status allows swaps.</summary>
    public static bool IsTrading(in PoolUpdate update) => update.Status is TradingStatus or UnknownStatus;

    /// <summary>Whether anything may be decided or filled on the row: not where it starts a segment.</summary>
    public static bool IsActionable(Quality quality) => quality is Quality.Ok or Quality.LiquidityEvent;

    /// <summary>Whether the row is too far behind the newest one of any pool to be acted on.</summary>
    public bool IsStale(in PoolUpdate update, long nowMs) => nowMs - update.TimestampMs > _settings.MaxObservationLagMs;

    /// <summary>All conditions that fail. A missing value (NaN) fails the condition that needs it.</summary>
    public EntryChecks Evaluate(
        in PoolUpdate update, in WindowView window, in FeatureVector features, in Prediction prediction, Regime regime, long nowMs)
    {
        EntryChecks failed = EntryChecks.None;
        Fail(ref failed, EntryChecks.NotTrading, !IsTrading(in update));
        Fail(ref failed, EntryChecks.Untradable, !PaperExchange.IsTradable(update.BaseAtoms, update.QuoteLamports));
        Fail(ref failed, EntryChecks.SegmentStart, !IsActionable(update.Quality));
        Fail(ref failed, EntryChecks.Stale, IsStale(in update, nowMs));
        Fail(ref failed, EntryChecks.WarmingUp, window.SegmentObservations < _settings.MinObservations);
        Fail(ref failed, EntryChecks.PoolTooSmall, update.QuoteLamports < _minPoolLamports);
        Fail(ref failed, EntryChecks.PoolTooLarge, update.QuoteLamports > _maxPoolLamports);
        double age = AgeMinutes(in update, in features);
        Fail(ref failed, EntryChecks.PoolTooYoung, !(age >= _settings.MinPoolAgeMinutes));
        Fail(ref failed, EntryChecks.PoolTooOld, !(age <= _settings.MaxPoolAgeMinutes));
        Fail(ref failed, EntryChecks.MoonTooLow, !(prediction.Moon > _settings.MoonThreshold));
        Fail(ref failed, EntryChecks.RugTooHigh, !(prediction.Rug < _settings.RugThreshold));
        Fail(ref failed, EntryChecks.RugSeen, ExitRules.ShowsRug(in features));
        Fail(ref failed, EntryChecks.RegimeRug, regime == Regime.Rug);
        return failed;
    }

    /// <summary>Since the pool opened; since it was first seen where the feed does not say when that was.</summary>
    private static double AgeMinutes(in PoolUpdate update, in FeatureVector features) => update.PoolOpenTimeS > 0
        ? (update.TimestampMs - (update.PoolOpenTimeS * 1_000.0)) / 60_000
        : features[FeatureSchema.PoolAgeMinutes];

    private static void Fail(ref EntryChecks failed, EntryChecks check, bool fails) => failed |= fails ? check : EntryChecks.None;
}
