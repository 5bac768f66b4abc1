using System.Globalization;
using System.Text;
using LowLatency.Features;
using LowLatency.Inference;
using LowLatency.Pools;
using LowLatency.Positions;
using Xunit;

namespace LowLatency.Tests.Positions;

/// <summary>
/// A position stage and a readable way to feed it. A table's line is
/// <c>seconds pool price moon rug [quality] [drain|dump|rug-regime] = what happened</c>: the price is relative to the start
/// of a pool of 100 SOL and a million tokens, "-" for moon and rug means that no prediction was made.
/// </summary>
internal sealed class Scenario
{
    public const int MaxPools = 8;
    public const long StartMs = 1_750_000_000_000;

    /// <summary>Defaults, but every transaction lands: chance has its own tests.</summary>
    public static TradingSettings Lucky { get; } = new() { EntryLandingFailureProbability = 0, ExitLandingFailureProbability = 0 };

    public Scenario(TradingSettings? settings = null) => Stage = new PositionStage(settings ?? Lucky, MaxPools);

    public PositionStage Stage { get; }

    public List<TradingOutcome> Outcomes { get; } = [];

    public TradingOutcome Last => Outcomes[^1];

    public ClosedTrade Trade => Outcomes.Single(o => o.Closed).Trade;

    public static PoolUpdate Row(int pool, double seconds, double price, Quality quality = Quality.Ok)
    {
        double quote = 100 * Math.Sqrt(price), @base = 1_000_000 / Math.Sqrt(price);
        return new PoolUpdate
        {
            Pool = pool,
            Quality = quality,
            Status = 6,
            BaseDecimals = 6,
            TimestampMs = StartMs + (long)Math.Round(seconds * 1000),
            BaseReserve = @base,
            QuoteReserve = quote,
            BaseAtoms = (ulong)Math.Round(@base * 1e6),
            QuoteLamports = (ulong)Math.Round(quote * 1e9),
        };
    }

    /// <summary>A window and features under which nothing but the models decides: regime Moon Mission, an hour old.</summary>
    public static (WindowView Window, FeatureVector Features) Climbing()
    {
        WindowView window = new() { SegmentObservations = 50, EfficiencyRatio10 = 0.6, UpShare10 = 0.8 };
        FeatureVector features = default;
        features[FeatureSchema.PriceChange10] = 0.12;
        features[FeatureSchema.PoolAgeMinutes] = 60;
        return (window, features);
    }

    public static Prediction Says(double moon, double rug) => new() { Made = true, Moon = moon, Rug = rug };

    public TradingOutcome Feed(in PoolUpdate update, in WindowView window, in FeatureVector features, in Prediction prediction)
    {
        TradingOutcome outcome = new() { Candidate = true, Closed = true, PoolUnrealised = -1 };
        Stage.OnUpdate(in update, in window, in features, in prediction, ref outcome);
        Assert.Null(Stage.Verify());
        Outcomes.Add(outcome);
        return outcome;
    }

    public TradingOutcome Feed(in PoolUpdate update, in Prediction prediction = default)
    {
        (WindowView window, FeatureVector features) = Climbing();
        return Feed(in update, in window, in features, in prediction);
    }

    /// <summary>Plays a table and compares the whole of it, so that a failure shows the story.</summary>
    public Scenario Plays(string table)
    {
        StringBuilder expected = new(), actual = new();
        foreach (string line in table.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string input = line[..line.IndexOf('=', StringComparison.Ordinal)].TrimEnd();
            expected.AppendLine(line);
            actual.Append(line[..(line.IndexOf('=', StringComparison.Ordinal) + 1)]).Append(' ').AppendLine(Describe(Play(input)));
        }

        Assert.Equal(expected.ToString(), actual.ToString());
        return this;
    }

    /// <summary>What happened in words: a refusal, a fill, a closed trade, an order.</summary>
    public static string Describe(in TradingOutcome outcome)
    {
        List<string> parts = [];
        if (outcome.Fill.Kind != FillKind.None)
        {
            parts.Add(outcome.Fill.Kind.ToString());
        }

        if (outcome.Closed)
        {
            parts.Add($"closed {outcome.Trade.Reason}");
        }

        if (outcome.ExitOrdered != ExitReason.None)
        {
            parts.Add($"exit {outcome.ExitOrdered}");
        }

        if (outcome.EntryOrdered)
        {
            parts.Add("entry");
        }

        if (outcome.FailedChecks != EntryChecks.None)
        {
            parts.Add(outcome.FailedChecks.PrimaryName());
        }

        return parts.Count == 0 ? "nothing" : string.Join(", ", parts);
    }

    private TradingOutcome Play(string input)
    {
        string[] cells = input.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        (WindowView window, FeatureVector features) = Climbing();
        Quality quality = Quality.Ok;
        foreach (string extra in cells.AsSpan(5))
        {
            switch (extra)
            {
                case "drain": features[FeatureSchema.ReserveDrain] = 1; break;
                case "dump": features[FeatureSchema.MassiveDump] = 1; break;
                case "rug-regime": features[FeatureSchema.PriceChange1] = -0.35; break;
                default: quality = Enum.Parse<Quality>(extra); break;
            }
        }

        Prediction prediction = cells[3] == "-" ? default : Says(Number(cells[3]), Number(cells[4]));
        return Feed(Row((int)Number(cells[1]), Number(cells[0]), Number(cells[2]), quality), in window, in features, in prediction);
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
