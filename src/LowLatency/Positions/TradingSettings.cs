namespace LowLatency.Positions;

/// <summary>Where a size comes from, before factors and caps.</summary>
public enum SizeMode : byte
{
    /// <summary>A fixed fraction of equity.</summary>
    Seed,

    /// <summary>The models' probabilities, their error, and the pool's depth (learning.md 7).</summary>
    Confidence,
}

/// <summary>
/// Every number of the position rules, immutable. "Seed" = the project's first description, "spec" = trading.md or
/// learning.md, "chosen" = ours, with the reason. Check with <see cref="TradingSettingsValidation.Validate"/> before use.
/// </summary>
public sealed record TradingSettings
{
    /// <summary>Paper money at the start, SOL. Seed.</summary>
    public decimal StartingBalanceSol { get; init; } = 10m;

    /// <summary>Positions and pending entries together. Seed: 3.</summary>
    public int MaxOpenPositions { get; init; } = 3;

    /// <summary>An entry needs a moon probability above this. Seed.</summary>
    public double MoonThreshold { get; init; } = 0.7;

    /// <summary>An entry needs a rug probability below this. Seed.</summary>
    public double RugThreshold { get; init; } = 0.3;

    /// <summary>Least SOL in the pool. Chosen: below it, 1 % of the pool is only twice the smallest trade.</summary>
    public decimal MinPoolSol { get; init; } = 10m;

    /// <summary>Most SOL in the pool. Chosen: six times the largest pool of the recordings (1,706 SOL); beyond it a new launch is implausible.</summary>
    public decimal MaxPoolSol { get; init; } = 10_000m;

    /// <summary>Youngest pool to enter, minutes since it opened, or since it was first seen where the feed does not say. Chosen: the recordings see a pool after about half a minute.</summary>
    public double MinPoolAgeMinutes { get; init; } = 0.5;

    /// <summary>Oldest pool to enter, minutes. Chosen: one day; the models are trained on launches.</summary>
    public double MaxPoolAgeMinutes { get; init; } = 1_440;

    /// <summary>Observations needed in the segment. Chosen: 11, the first with a price ten observations back, which regimes need.</summary>
    public int MinObservations { get; init; } = 11;

    /// <summary>An observation further than this behind the newest one of any pool is stale, ms. Chosen: market.md calls a feed without a message for 5 s dead.</summary>
    public long MaxObservationLagMs { get; init; } = 5_000;

    /// <summary>No entry into a pool for this long after a loss in it, ms. Chosen: ten minutes.</summary>
    public long CoolDownAfterLossMs { get; init; } = 600_000;

    /// <summary>Event time between a decision and the earliest observation that can fill it, ms. Spec: two slots.</summary>
    public long FillLatencyMs { get; init; } = 800;

    /// <summary>A pending entry older than this is given up, ms. Chosen: seven times the recordings' median gap; the signal's horizon is about 20 s.</summary>
    public long EntryExpiryMs { get; init; } = 15_000;

    /// <summary>
    /// A held pool without a row for this long is sold at its last reserves; one that for this long could not be sold to, though
    /// it had rows, is written off, ms. Chosen: the labels' timeout, after which a pool counts as dead or asleep.
    /// </summary>
    public long SilentPoolExitMs { get; init; } = 900_000;

    /// <summary>Entry's slippage tolerance on the decision's quote, hundredths of a percent. Chosen: 5 %, a third of the moon move.</summary>
    public int EntrySlippageBps { get; init; } = 500;

    /// <summary>Exit's slippage tolerance on the trigger's quote, hundredths of a percent. Chosen: leaving late costs more than leaving low.</summary>
    public int ExitSlippageBps { get; init; } = 1_000;

    /// <summary>Added to the exit's tolerance at each retry, hundredths of a percent. Chosen: any price is taken from the sixth retry on.</summary>
    public int ExitSlippageWidenBps { get; init; } = 1_500;

    /// <summary>Probability that an entry transaction fails on chain. Spec.</summary>
    public double EntryLandingFailureProbability { get; init; } = 0.10;

    /// <summary>Probability that an exit transaction fails on chain. Spec.</summary>
    public double ExitLandingFailureProbability { get; init; } = 0.15;

    /// <summary>Seed of the landing draws; an order's fate is a function of this and its id. Chosen.</summary>
    public ulong LandingSeed { get; init; } = 1;

    /// <summary>Network fee of a transaction with one signature, lamports, also when it fails. Spec.</summary>
    public long BaseFeeLamports { get; init; } = 5_000;

    /// <summary>Priority fee of a transaction, lamports, also when it fails. Chosen: .0001 SOL.</summary>
    public long PriorityFeeLamports { get; init; } = 100_000;

    /// <summary>Tip of a landed transaction, lamports. Chosen: .0001 SOL.</summary>
    public long TipLamports { get; init; } = 100_000;

    /// <summary>Rent of a token account, lamports, locked while the position is open. Spec.</summary>
    public long RentLamports { get; init; } = 2_039_280;

    /// <summary>Cash that entries leave alone, SOL: it pays for failed exits. Chosen: about 480 failed exits.</summary>
    public decimal CashReserveSol { get; init; } = 0.05m;

    /// <summary>Fall below the average buy price that closes. Chosen: beyond the round trip's cost (.5 % fee, up to 2 % impact) and ordinary noise.</summary>
    public double StopLossFraction { get; init; } = 0.12;

    /// <summary>Gain over the average buy price that closes. Spec: the moon label's 15 %, of which learning.md expects .13 to be kept.</summary>
    public double TakeProfitFraction { get; init; } = 0.15;

    /// <summary>Gain that arms the trailing stop. Chosen: half of the take-profit.</summary>
    public double TrailingActivationFraction { get; init; } = 0.08;

    /// <summary>Fall from the best price that closes once the trailing stop is armed. Chosen: it locks in a gain of at least 1.5 %.</summary>
    public double TrailingStopFraction { get; init; } = 0.06;

    /// <summary>Longest holding time, ms. Chosen: three minutes, nine times the label's usual horizon.</summary>
    public long TimeLimitMs { get; init; } = 180_000;

    /// <summary>Rug probability that closes. Spec: where the regime turns Rug.</summary>
    public double RugExitProbability { get; init; } = 0.5;

    /// <summary>Where a size comes from. Chosen: the seed's, beside the seed's entry rule.</summary>
    public SizeMode SizeMode { get; init; } = SizeMode.Seed;

    /// <summary>A trade's share of equity before the factors, in the mode Seed. Chosen: three of them fit in the exposure limit.</summary>
    public double SeedTradeFraction { get; init; } = 0.03;

    /// <summary>Largest share of equity in one trade. Spec.</summary>
    public double MaxTradeFraction { get; init; } = 0.05;

    /// <summary>Largest share of the pool's SOL in one trade. Spec.</summary>
    public double MaxPoolShareFraction { get; init; } = 0.01;

    /// <summary>Largest share of equity in positions and pending entries together. Spec.</summary>
    public double MaxExposureFraction { get; init; } = 0.10;

    /// <summary>Smallest trade, SOL. Spec.</summary>
    public decimal MinTradeSol { get; init; } = 0.05m;

    /// <summary>Size factor in the regime Moon Mission. Spec.</summary>
    public double MoonMissionSizeFactor { get; init; } = 1.0;

    /// <summary>Size factor in the regime Steady Climb. Spec.</summary>
    public double SteadyClimbSizeFactor { get; init; } = 0.7;

    /// <summary>Size factor in the regime Sideways Chop. Spec.</summary>
    public double SidewaysChopSizeFactor { get; init; } = 0.4;

    /// <summary>Drawdown from which sizes shrink, linearly to 0 at <see cref="MaxDrawdownFraction"/>. Spec.</summary>
    public double ReduceDrawdownFraction { get; init; } = 0.03;

    /// <summary>Drawdown that halts entries until an operator resumes them. Spec.</summary>
    public double MaxDrawdownFraction { get; init; } = 0.10;

    /// <summary>Loss of equity within a UTC day that stops entries until the next one. Spec.</summary>
    public double MaxDailyLossFraction { get; init; } = 0.03;

    /// <summary>Losing trades in a row that pause entries. Chosen: at the hoped-for 65 % success this happens by chance once in 190 trades.</summary>
    public int MaxLossesInARow { get; init; } = 5;

    /// <summary>Length of that pause, minutes. Chosen.</summary>
    public int LossPauseMinutes { get; init; } = 30;
}
