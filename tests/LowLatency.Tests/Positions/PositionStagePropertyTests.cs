using System.Runtime.InteropServices;
using CsCheck;
using LowLatency.Positions;
using Xunit;

namespace LowLatency.Tests.Positions;

/// <summary>What holds on every tape: money adds up, outcomes tell the whole story, the same tape gives the same bits, nothing is allocated.</summary>
public sealed class PositionStagePropertyTests
{
    [Fact]
    public void On_random_tapes_every_lamport_is_where_the_outcomes_say()
    {
        long events = 0, entries = 0, fills = 0, trades = 0;
        HashSet<FillKind> kinds = [];
        HashSet<ExitReason> reasons = [];
        HashSet<EntryChecks> refusals = [];
        Gen.Select(Tape.GenSettings, Tape.Raw).Sample(
            (settings, raw) =>
            {
                PositionStage stage = new(settings, Scenario.MaxPools);
                AccountTwin twin = new(settings);
                TradingOutcome outcome = default;
                foreach (TapeEvent tapeEvent in Tape.Roll(raw))
                {
                    Play(stage, in tapeEvent, ref outcome);
                    Assert.Null(stage.Verify());
                    twin.Check(in tapeEvent, in outcome);
                    kinds.Add(outcome.Fill.Kind);
                    reasons.Add(outcome.Closed ? outcome.Trade.Reason : outcome.ExitOrdered);
                    refusals.Add(outcome.FailedChecks.Primary());
                }

                events += raw.Length;
                entries += twin.Entries;
                fills += twin.Fills;
                trades += twin.Trades;
            },
            iter: 300,
            threads: 1);

        TestContext.Current.TestOutputHelper?.WriteLine($"{events} events, {entries} entries, {fills} fills, {trades} trades");
        Assert.True(events >= 100_000, $"{events} events");
        Assert.True(trades >= 1_000, $"{trades} trades of {entries} entries");
        Assert.Equal(Enum.GetValues<FillKind>().ToHashSet(), kinds); // the tapes reach every fate of an order
        Assert.Equal(Enum.GetValues<ExitReason>().ToHashSet(), reasons);
        Assert.True(refusals.Count >= 15, $"only {refusals.Count} kinds of refusal");
    }

    [Fact]
    public void The_same_tape_gives_the_same_bits()
    {
        Gen.Select(Tape.GenSettings, Tape.Raw).Sample(
            (settings, raw) =>
            {
                TapeEvent[] tape = Tape.Roll(raw);
                return Run(settings, tape).AsSpan().SequenceEqual(Run(settings, tape));
            },
            iter: 20,
            threads: 1);
    }

    [Fact]
    public void The_landing_draws_follow_the_seed_and_the_stated_probability()
    {
        TradingSettings settings = new() { EntryLandingFailureProbability = 0.3, EntryExpiryMs = 5_000 };
        int failed = CountNotLanded(settings), other = CountNotLanded(settings with { LandingSeed = 2 });
        Assert.Equal(failed, CountNotLanded(settings));
        Assert.NotEqual(failed, other);
        Assert.InRange(failed, 520, 680); // 2,000 draws at .3: 600 +- 4 sigma
    }

    [Fact]
    public void Nothing_is_allocated_after_construction()
    {
        TapeEvent[] tape = Tape.Fixed(20_000);
        TradingSettings settings = new() { MaxDailyLossFraction = 1, MaxDrawdownFraction = 1 };
        PositionStage stage = new(settings, Scenario.MaxPools);
        TradingOutcome outcome = default;
        for (int i = 0; i < 20_000; i++)
        {
            Play(stage, in tape[i % tape.Length], ref outcome);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100_000; i++)
        {
            Play(stage, in tape[i % tape.Length], ref outcome);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        object control = new long[1];
        Assert.True(GC.GetAllocatedBytesForCurrentThread() > before, $"the counter counts {control}");
    }

    private static void Play(PositionStage stage, in TapeEvent tapeEvent, ref TradingOutcome outcome)
    {
        if (tapeEvent.FeedGap)
        {
            stage.OnFeedGap();
        }

        if (tapeEvent.Command is { } command)
        {
            stage.OnCommand(command, ref outcome);
            return;
        }

        stage.OnUpdate(in tapeEvent.Update, in tapeEvent.Window, in tapeEvent.Features, in tapeEvent.Prediction, ref outcome);
    }

    /// <summary>All outcomes of a tape as bytes.</summary>
    private static byte[] Run(TradingSettings settings, TapeEvent[] tape)
    {
        PositionStage stage = new(settings, Scenario.MaxPools);
        TradingOutcome[] outcomes = new TradingOutcome[tape.Length];
        for (int i = 0; i < tape.Length; i++)
        {
            Play(stage, in tape[i], ref outcomes[i]);
        }

        return MemoryMarshal.AsBytes(outcomes.AsSpan()).ToArray();
    }

    private static int CountNotLanded(TradingSettings settings)
    {
        int failed = 0, orders = 0;
        Scenario scenario = new(settings with { StopLossFraction = 1, TimeLimitMs = 1, MaxDailyLossFraction = 1, MaxDrawdownFraction = 1, ExitLandingFailureProbability = 0, CoolDownAfterLossMs = 0, LossPauseMinutes = 0, StartingBalanceSol = 1_000 });
        for (int i = 0; orders < 2_000; i++)
        {
            TradingOutcome outcome = scenario.Feed(Scenario.Row(0, i, 1.0), Scenario.Says(0.9, 0.1));
            orders += outcome.Fill.Kind is FillKind.EntryFilled or FillKind.EntryNotLanded ? 1 : 0;
            failed += outcome.Fill.Kind == FillKind.EntryNotLanded ? 1 : 0;
        }

        return failed;
    }
}
