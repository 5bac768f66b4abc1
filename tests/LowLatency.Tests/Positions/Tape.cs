using CsCheck;
using LowLatency.Features;
using LowLatency.Inference;
using LowLatency.Pools;
using LowLatency.Positions;

namespace LowLatency.Tests.Positions;

/// <summary>One event of a random tape, self-contained; <see cref="FeedGap"/> comes before the row, or <see cref="Command"/> in its place.</summary>
internal struct TapeEvent
{
    public PoolUpdate Update;
    public WindowView Window;
    public FeatureVector Features;
    public Prediction Prediction;
    public bool FeedGap;
    public OperatorCommand? Command;
}

/// <summary>Random tapes: eight pools that move, jump, drain, fall silent and lie, and models that often say yes.</summary>
internal static class Tape
{
    private static readonly Gen<(int Pool, int StepMs, double Move, int Kind)> GenRow = Gen.Select(
        Gen.Int[0, Scenario.MaxPools - 1], Gen.Int[0, 1_500], Gen.Double[-1, 1], Gen.Int[0, 999]);

    private static readonly Gen<(double Moon, double Rug, double Gain, double Straightness)> GenModels = Gen.Select(
        Gen.Double[0.4, 1], Gen.Double[0, 0.55], Gen.Double[-0.1, 0.3], Gen.Double[0, 1]);

    /// <summary>Raw material of a tape, which CsCheck can shrink.</summary>
    public static Gen<((int Pool, int StepMs, double Move, int Kind) Row, (double Moon, double Rug, double Gain, double Straightness) Models)[]> Raw =>
        Gen.Select(GenRow, GenModels).Array[400, 800];

    /// <summary>Settings that reach every branch: rich, poor, greedy, unlucky.</summary>
    public static Gen<TradingSettings> GenSettings => Gen.Select(
        Gen.Int[1, 8], Gen.Double[0, 0.6], Gen.Double[0, 0.6], Gen.ULong, Gen.Int[0, 4]).Select((places, entryFails, exitFails, seed, kind) =>
        {
            TradingSettings settings = new()
            {
                MaxOpenPositions = places,
                EntryLandingFailureProbability = entryFails,
                ExitLandingFailureProbability = exitFails,
                LandingSeed = seed,
                TimeLimitMs = 40_000,
                SilentPoolExitMs = 60_000,
                CoolDownAfterLossMs = 20_000,
                MaxDailyLossFraction = 1,
                MaxDrawdownFraction = 1,
            };
            return kind switch
            {
                0 => settings,
                4 => settings with { SizeMode = SizeMode.Confidence, SilentPoolExitMs = 10_000 },
                1 => settings with { MaxDailyLossFraction = 0.03, MaxDrawdownFraction = 0.1 },
                2 => settings with { SeedTradeFraction = 1, MaxTradeFraction = 1, MaxExposureFraction = 1, MaxPoolShareFraction = 1, CashReserveSol = 0 },
                _ => settings with
                {
                    StartingBalanceSol = 0.1m,
                    MinTradeSol = 0.01m,
                    CashReserveSol = 0,
                    SeedTradeFraction = 1,
                    MaxTradeFraction = 1,
                    MaxExposureFraction = 1,
                    PriorityFeeLamports = 5_000_000,
                    TipLamports = 5_000_000,
                },
            };
        });

    public static TapeEvent[] Roll(((int Pool, int StepMs, double Move, int Kind) Row, (double Moon, double Rug, double Gain, double Straightness) Models)[] raw)
    {
        double[] quote = new double[Scenario.MaxPools], @base = new double[Scenario.MaxPools];
        Array.Fill(quote, 100);
        Array.Fill(@base, 1_000_000);
        bool[] dead = new bool[Scenario.MaxPools];
        long nowMs = Scenario.StartMs;
        return [.. raw.Select(r =>
        {
            (int pool, int stepMs, double move, int kind) = r.Row;
            nowMs += kind == 0 ? 200_000 : stepMs;
            double factor = kind is > 0 and < 15 ? 0.3 : Math.Exp(0.06 * move);
            quote[pool] = Math.Clamp(quote[pool] * factor, 1e-6, 1e8);
            @base[pool] /= kind is > 10 and < 15 ? 1 : factor;
            @base[pool] = Math.Clamp(@base[pool], 1e-3, 1e12);
            dead[pool] ^= kind is >= 250 and < 255;
            return Event(pool, nowMs, quote[pool], @base[pool], kind, dead[pool], r.Models);
        })];
    }

    /// <summary>The same tape at every run.</summary>
    public static TapeEvent[] Fixed(int events)
    {
        Random random = new(7);
        return Roll([.. Enumerable.Range(0, events).Select(_ => (
            (random.Next(Scenario.MaxPools), random.Next(1_500), (2 * random.NextDouble()) - 1, random.Next(1_000)),
            (0.4 + (0.6 * random.NextDouble()), 0.55 * random.NextDouble(), (0.4 * random.NextDouble()) - 0.1, random.NextDouble())))]);
    }

    private static TapeEvent Event(
        int pool, long nowMs, double quote, double @base, int kind, bool dead, (double Moon, double Rug, double Gain, double Straightness) models)
    {
        PoolUpdate update = new()
        {
            Pool = kind == 20 ? -1 : kind == 21 ? Scenario.MaxPools : pool,
            Quality = kind is 220 or 221 ? Quality.Invalid : kind is >= 30 and < 100 ? (Quality)(kind % Qualities.Count) : Quality.Ok,
            Status = kind is 220 ? (byte)0 : dead ? (byte)2 : kind is >= 100 and < 110 ? (byte)(kind % 8) : (byte)255,
            TimestampMs = kind is >= 110 and < 120 ? nowMs - 30_000 : nowMs,
            BaseReserve = @base,
            QuoteReserve = quote,
            BaseAtoms = kind is 120 or 220 or 221 ? 0 : kind is 121 ? ulong.MaxValue : (ulong)(@base * 1e6),
            QuoteLamports = kind is 122 ? 0 : kind is 123 ? ulong.MaxValue : (ulong)(quote * 1e9),
        };
        WindowView window = new()
        {
            SegmentObservations = kind is >= 130 and < 140 ? 3 : 50,
            EfficiencyRatio10 = models.Straightness,
            UpShare10 = models.Straightness,
            Drawdown = -models.Straightness / 2,
            LogQuoteChange10 = kind is >= 140 and < 145 ? double.NaN : kind is >= 145 and < 148 ? -0.5 : 0,
        };
        FeatureVector features = default;
        features[FeatureSchema.PriceChange10] = kind is >= 150 and < 160 ? double.NaN : models.Gain;
        features[FeatureSchema.PoolAgeMinutes] = 60;
        features[FeatureSchema.MassiveDump] = kind is > 0 and <= 10 ? 1 : 0;
        features[FeatureSchema.ReserveDrain] = kind is > 10 and < 15 ? 1 : 0;
        Prediction prediction = kind is >= 160 and < 200 ? default : Scenario.Says(models.Moon, kind is >= 210 and < 213 ? 0.6 : models.Rug * models.Rug);
        return new TapeEvent
        {
            Update = update,
            Window = window,
            Features = features,
            Prediction = prediction,
            FeedGap = kind is 200 or 201,
            Command = kind is >= 230 and < 235 ? new OperatorCommand((OperatorCommandKind)(kind - 230), pool)
                : kind is >= 235 and < 245 ? new OperatorCommand(OperatorCommandKind.Resume)
                : null,
        };
    }
}
