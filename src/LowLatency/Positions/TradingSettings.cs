namespace LowLatency.Positions;

/// <summary>Every number of the trading rules. Immutable; <see cref="Validate"/> before use. Origins: "seed" = the system this one replaces.</summary>
public sealed record TradingSettings
{
    /// <summary>Lamports in one SOL.</summary>
    public const long LamportsPerSol = 1_000_000_000;

    /// <summary>Paper money at the start (seed: 10 SOL).</summary>
    public double StartingBalanceSol { get; init; } = 10;

    /// <summary>Most positions and buys at a time (seed: 3).</summary>
    public int MaxPositions { get; init; } = 3;

    /// <summary>A moon probability must be above this (seed: 0.7).</summary>
    public double MinMoonProbability { get; init; } = 0.7;

    /// <summary>A rug probability must be below this (seed: 0.3).</summary>
    public double MaxRugProbability { get; init; } = 0.3;

    /// <summary>A rug probability from which a position is left (learning.md, regimes).</summary>
    public double ExitRugProbability { get; init; } = 0.5;

    /// <summary>Least SOL in a pool: below it one position is a large part of the pool.</summary>
    public double MinPoolSol { get; init; } = 20;

    /// <summary>Most SOL in a pool: above it a pool rarely moves by 15 % in ten rows.</summary>
    public double MaxPoolSol { get; init; } = 5_000;

    /// <summary>Least time since the pool was first seen.</summary>
    public double MinPoolAgeMinutes { get; init; }

    /// <summary>Longest time since the pool was first seen.</summary>
    public double MaxPoolAgeMinutes { get; init; } = 1_440;

    /// <summary>Part of equity in one position (learning.md, caps).</summary>
    public double PositionFraction { get; init; } = 0.05;

    /// <summary>Part of equity in all positions (learning.md, caps).</summary>
    public double MaxExposureFraction { get; init; } = 0.10;

    /// <summary>Part of the pool's SOL in one position (learning.md, caps).</summary>
    public double MaxPoolShare { get; init; } = 0.01;

    /// <summary>Smallest position worth its fees (learning.md).</summary>
    public double MinPositionSol { get; init; } = 0.05;

    /// <summary>Cash that entries leave alone, so that exits can always pay their fees.</summary>
    public double CashReserveSol { get; init; } = 0.05;

    /// <summary>Loss at which a position is left.</summary>
    public double StopLossFraction { get; init; } = 0.12;

    /// <summary>Gain at which a position is left: a little above the 15 % that the moon model predicts.</summary>
    public double TakeProfitFraction { get; init; } = 0.18;

    /// <summary>Gain from which the trailing stop is armed.</summary>
    public double TrailingActivationFraction { get; init; } = 0.08;

    /// <summary>Fall from the best price at which an armed trailing stop sells.</summary>
    public double TrailingDistanceFraction { get; init; } = 0.06;

    /// <summary>Longest holding time, in event time.</summary>
    public long MaxHoldMs { get; init; } = 180_000;

    /// <summary>Time between a decision and the earliest observation that can fill it: two slots (trading.md).</summary>
    public long FillLatencyMs { get; init; } = 800;

    /// <summary>A buy that meets no observation for this long is dropped.</summary>
    public long EntryExpiryMs { get; init; } = 10_000;

    /// <summary>Slippage tolerance of a buy.</summary>
    public double EntrySlippageFraction { get; init; } = 0.03;

    /// <summary>Slippage tolerance of a sale's first try; it doubles on each retry.</summary>
    public double ExitSlippageFraction { get; init; } = 0.05;

    /// <summary>Probability that a buy does not land (trading.md).</summary>
    public double EntryNotLandedProbability { get; init; } = 0.10;

    /// <summary>Probability that a sale does not land (trading.md).</summary>
    public double ExitNotLandedProbability { get; init; } = 0.15;

    /// <summary>Seed of the landing lottery.</summary>
    public long LandingSeed { get; init; } = 1;

    /// <summary>Base fee of a transaction (one signature).</summary>
    public long BaseFeeLamports { get; init; } = 5_000;

    /// <summary>Priority fee of a transaction, landed or failed.</summary>
    public long PriorityFeeLamports { get; init; } = 100_000;

    /// <summary>Tip, paid on landing only.</summary>
    public long TipLamports { get; init; } = 100_000;

    /// <summary>Rent of a token account, locked while the position is open.</summary>
    public long RentLamports { get; init; } = 2_039_280;

    /// <summary>A pool in which a position lost is left alone for this long.</summary>
    public long PoolCoolDownMs { get; init; } = 300_000;

    /// <summary>Losses in a row after which no entry is made for <see cref="LossStreakPauseMs"/>.</summary>
    public int MaxLossesInRow { get; init; } = 5;

    /// <summary>Pause after a streak of losses.</summary>
    public long LossStreakPauseMs { get; init; } = 600_000;

    /// <summary>Loss in a UTC day that halts entries until the next (learning.md).</summary>
    public double MaxDayLossFraction { get; init; } = 0.03;

    /// <summary>Drawdown that halts entries for good (learning.md).</summary>
    public double MaxDrawdownFraction { get; init; } = 0.10;

    /// <summary>What is wrong with these settings, one line each; empty where nothing is.</summary>
    public IReadOnlyList<string> Validate()
    {
        List<string> problems = [];
        void Need(bool holds, string problem)
        {
            if (!holds)
            {
                problems.Add(problem);
            }
        }

        foreach ((string name, double value) in new[]
        {
            (nameof(MinMoonProbability), MinMoonProbability), (nameof(MaxRugProbability), MaxRugProbability),
            (nameof(ExitRugProbability), ExitRugProbability), (nameof(PositionFraction), PositionFraction),
            (nameof(MaxExposureFraction), MaxExposureFraction), (nameof(MaxPoolShare), MaxPoolShare),
            (nameof(StopLossFraction), StopLossFraction), (nameof(TrailingDistanceFraction), TrailingDistanceFraction),
            (nameof(EntrySlippageFraction), EntrySlippageFraction), (nameof(ExitSlippageFraction), ExitSlippageFraction),
            (nameof(EntryNotLandedProbability), EntryNotLandedProbability), (nameof(ExitNotLandedProbability), ExitNotLandedProbability),
            (nameof(MaxDayLossFraction), MaxDayLossFraction), (nameof(MaxDrawdownFraction), MaxDrawdownFraction),
        })
        {
            Need(value is >= 0 and <= 1, $"{name} is {value}; it must be from 0 to 1");
        }

        foreach ((string name, long value) in new[]
        {
            (nameof(MaxHoldMs), MaxHoldMs), (nameof(FillLatencyMs), FillLatencyMs), (nameof(EntryExpiryMs), EntryExpiryMs),
            (nameof(BaseFeeLamports), BaseFeeLamports), (nameof(PriorityFeeLamports), PriorityFeeLamports),
            (nameof(TipLamports), TipLamports), (nameof(RentLamports), RentLamports), (nameof(PoolCoolDownMs), PoolCoolDownMs),
            (nameof(LossStreakPauseMs), LossStreakPauseMs),
        })
        {
            Need(value is >= 0 and <= 1_000_000_000_000, $"{name} is {value}; it must be from 0 to 1e12");
        }

        Need(StartingBalanceSol is > 0 and <= 1e6, $"{nameof(StartingBalanceSol)} is {StartingBalanceSol}; it must be above 0 and at most 1e6");
        Need(MaxPositions is >= 1 and <= 64, $"{nameof(MaxPositions)} is {MaxPositions}; it must be from 1 to 64");
        Need(MaxLossesInRow >= 1, $"{nameof(MaxLossesInRow)} is {MaxLossesInRow}; it must be at least 1");
        Need(TakeProfitFraction > 0, $"{nameof(TakeProfitFraction)} is {TakeProfitFraction}; it must be above 0");
        Need(TrailingActivationFraction >= 0, $"{nameof(TrailingActivationFraction)} is {TrailingActivationFraction}; it must not be negative");
        Need(MinPoolSol >= 0 && MinPoolSol < MaxPoolSol, $"{nameof(MinPoolSol)} ({MinPoolSol}) must be below {nameof(MaxPoolSol)} ({MaxPoolSol})");
        Need(MinPoolAgeMinutes >= 0 && MinPoolAgeMinutes < MaxPoolAgeMinutes, $"{nameof(MinPoolAgeMinutes)} ({MinPoolAgeMinutes}) must be below {nameof(MaxPoolAgeMinutes)} ({MaxPoolAgeMinutes})");
        Need(EntryExpiryMs > FillLatencyMs, $"{nameof(EntryExpiryMs)} ({EntryExpiryMs}) must be above {nameof(FillLatencyMs)} ({FillLatencyMs})");
        Need(MinPositionSol > 0 && CashReserveSol >= 0 && MinPositionSol + CashReserveSol < StartingBalanceSol, $"{nameof(MinPositionSol)} ({MinPositionSol}) and {nameof(CashReserveSol)} ({CashReserveSol}) must leave room in {nameof(StartingBalanceSol)} ({StartingBalanceSol})");
        return problems;
    }
}
