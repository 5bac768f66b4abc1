using System.Globalization;

namespace LowLatency.Positions;

/// <summary>Says everything that is wrong with settings at once, so that an operator mends them in one go.</summary>
public static class TradingSettingsValidation
{
    /// <summary>All problems as readable lines; empty where the settings can be used.</summary>
    public static IReadOnlyList<string> Validate(this TradingSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        List<string> problems = [];
        Ranges(settings, problems);
        Relations(settings, problems);
        return problems;
    }

    private static void Ranges(TradingSettings s, List<string> problems)
    {
        const decimal MaxSol = 600_000_000m; // about all SOL there is; keeps every sum far inside 64 bits
        Between(s.StartingBalanceSol, 0.1m, 1_000_000m, nameof(s.StartingBalanceSol), problems);
        Between(s.MinPoolSol, 0m, MaxSol, nameof(s.MinPoolSol), problems);
        Between(s.MaxPoolSol, 0m, MaxSol, nameof(s.MaxPoolSol), problems);
        Between(s.MinTradeSol, 0.000_001m, 1_000_000m, nameof(s.MinTradeSol), problems);
        Between(s.CashReserveSol, 0m, 1_000_000m, nameof(s.CashReserveSol), problems);
        Between(s.MaxOpenPositions, 1, 64, nameof(s.MaxOpenPositions), problems);
        Between(s.MinObservations, 1, 100, nameof(s.MinObservations), problems);
        Between(s.MaxLossesInARow, 1, 1_000, nameof(s.MaxLossesInARow), problems);
        Between(s.LossPauseMinutes, 0, 10_080, nameof(s.LossPauseMinutes), problems);
        Between(s.EntrySlippageBps, 0, 10_000, nameof(s.EntrySlippageBps), problems);
        Between(s.ExitSlippageBps, 0, 10_000, nameof(s.ExitSlippageBps), problems);
        Between(s.ExitSlippageWidenBps, 1, 10_000, nameof(s.ExitSlippageWidenBps), problems);

        const long DayMs = 86_400_000, SolLamports = 1_000_000_000;
        Between(s.MaxObservationLagMs, 0, DayMs, nameof(s.MaxObservationLagMs), problems);
        Between(s.CoolDownAfterLossMs, 0, 30 * DayMs, nameof(s.CoolDownAfterLossMs), problems);
        Between(s.FillLatencyMs, 1, 60_000, nameof(s.FillLatencyMs), problems);
        Between(s.EntryExpiryMs, 1, DayMs, nameof(s.EntryExpiryMs), problems);
        Between(s.SilentPoolExitMs, 1_000, 30 * DayMs, nameof(s.SilentPoolExitMs), problems);
        Between(s.TimeLimitMs, 1, 30 * DayMs, nameof(s.TimeLimitMs), problems);
        Between(s.BaseFeeLamports, 0, SolLamports, nameof(s.BaseFeeLamports), problems);
        Between(s.PriorityFeeLamports, 0, SolLamports, nameof(s.PriorityFeeLamports), problems);
        Between(s.TipLamports, 0, SolLamports, nameof(s.TipLamports), problems);
        Between(s.RentLamports, 0, SolLamports, nameof(s.RentLamports), problems);

        Fraction(s.MoonThreshold, nameof(s.MoonThreshold), problems);
        Fraction(s.RugThreshold, nameof(s.RugThreshold), problems);
        Fraction(s.RugExitProbability, nameof(s.RugExitProbability), problems);
        Fraction(s.EntryLandingFailureProbability, nameof(s.EntryLandingFailureProbability), problems);
        Fraction(s.ExitLandingFailureProbability, nameof(s.ExitLandingFailureProbability), problems);
        Fraction(s.StopLossFraction, nameof(s.StopLossFraction), problems);
        Fraction(s.TrailingStopFraction, nameof(s.TrailingStopFraction), problems);
        Fraction(s.SeedTradeFraction, nameof(s.SeedTradeFraction), problems);
        Fraction(s.MaxTradeFraction, nameof(s.MaxTradeFraction), problems);
        Fraction(s.MaxPoolShareFraction, nameof(s.MaxPoolShareFraction), problems);
        Fraction(s.MaxExposureFraction, nameof(s.MaxExposureFraction), problems);
        Fraction(s.MoonMissionSizeFactor, nameof(s.MoonMissionSizeFactor), problems);
        Fraction(s.SteadyClimbSizeFactor, nameof(s.SteadyClimbSizeFactor), problems);
        Fraction(s.SidewaysChopSizeFactor, nameof(s.SidewaysChopSizeFactor), problems);
        Fraction(s.ReduceDrawdownFraction, nameof(s.ReduceDrawdownFraction), problems);
        Fraction(s.MaxDrawdownFraction, nameof(s.MaxDrawdownFraction), problems);
        Fraction(s.MaxDailyLossFraction, nameof(s.MaxDailyLossFraction), problems);
        Between(s.TakeProfitFraction, 0.0, 1_000.0, nameof(s.TakeProfitFraction), problems);
        Between(s.TrailingActivationFraction, 0.0, 1_000.0, nameof(s.TrailingActivationFraction), problems);
        Between(s.MinPoolAgeMinutes, 0.0, 1e9, nameof(s.MinPoolAgeMinutes), problems);
        Between(s.MaxPoolAgeMinutes, 0.0, 1e9, nameof(s.MaxPoolAgeMinutes), problems);
    }

    private static void Relations(TradingSettings s, List<string> problems)
    {
        Require(s.MinPoolSol <= s.MaxPoolSol, "MinPoolSol is above MaxPoolSol: no pool could be entered", problems);
        Require(s.MinPoolAgeMinutes <= s.MaxPoolAgeMinutes, "MinPoolAgeMinutes is above MaxPoolAgeMinutes: no pool could be entered", problems);
        Require(s.RugThreshold <= s.RugExitProbability, "RugThreshold is above RugExitProbability: a position could be opened that closes at once", problems);
        Require(s.EntryExpiryMs > s.FillLatencyMs, "EntryExpiryMs is not above FillLatencyMs: every entry would expire before it can fill", problems);
        Require(s.StopLossFraction > 0, "StopLossFraction is 0: every position would close at once", problems);
        Require(s.TakeProfitFraction > 0, "TakeProfitFraction is 0: a position could close without a gain", problems);
        Require(
            (1 + s.TrailingActivationFraction) * (1 - s.TrailingStopFraction) >= 1,
            "TrailingStopFraction is too wide for TrailingActivationFraction: an armed trailing stop could lock in a loss", problems);
        Require(s.SeedTradeFraction <= s.MaxTradeFraction, "SeedTradeFraction is above MaxTradeFraction: it would never apply", problems);
        Require(s.MaxTradeFraction <= s.MaxExposureFraction, "MaxTradeFraction is above MaxExposureFraction: one trade could exceed the whole exposure", problems);
        Require(s.ReduceDrawdownFraction < s.MaxDrawdownFraction, "ReduceDrawdownFraction is not below MaxDrawdownFraction", problems);
        Require(s.MaxDailyLossFraction > 0, "MaxDailyLossFraction is 0: entries would stop at once", problems);
        Require(s.ExitLandingFailureProbability < 1, "ExitLandingFailureProbability is 1: no position could ever be closed", problems);
        Require(s.MinTradeSol + s.CashReserveSol < s.StartingBalanceSol, "MinTradeSol and CashReserveSol leave nothing of StartingBalanceSol to trade with", problems);
    }

    private static void Fraction(double value, string name, List<string> problems) => Between(value, 0.0, 1.0, name, problems);

    private static void Between<T>(T value, T least, T most, string name, List<string> problems)
        where T : IComparable<T>, IFormattable
    {
        // NaN compares below everything, so that it is out of any range.
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it must lie between {least} and {most}"));
        }
    }

    private static void Require(bool holds, string otherwise, List<string> problems)
    {
        if (!holds)
        {
            problems.Add(otherwise);
        }
    }
}
