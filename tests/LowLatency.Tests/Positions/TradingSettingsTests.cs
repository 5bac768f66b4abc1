using System.Numerics;
using LowLatency.Positions;
using Xunit;

namespace LowLatency.Tests.Positions;

public sealed class TradingSettingsTests
{
    [Fact]
    public void The_defaults_are_valid() => Assert.Empty(new TradingSettings().Validate());

    [Fact]
    public void Every_problem_is_reported_at_once_and_in_words()
    {
        TradingSettings settings = new() { MoonThreshold = 1.5, RugThreshold = double.NaN, MaxOpenPositions = 0, MinPoolSol = 20, MaxPoolSol = 10, TrailingStopFraction = 0.5 };
        Assert.Equal(
            [
                "MaxOpenPositions is 0; it must lie between 1 and 64",
                "MoonThreshold is 1.5; it must lie between 0 and 1",
                "RugThreshold is NaN; it must lie between 0 and 1",
                "MinPoolSol is above MaxPoolSol: no pool could be entered",
                "RugThreshold is above RugExitProbability: a position could be opened that closes at once",
                "TrailingStopFraction is too wide for TrailingActivationFraction: an armed trailing stop could lock in a loss",
            ],
            settings.Validate());
        Assert.Throws<ArgumentException>(() => new PositionStage(settings, 1));
    }

    [Fact]
    public void Every_check_has_one_bit_and_one_name()
    {
        EntryChecks[] checks = [.. Enum.GetValues<EntryChecks>().Where(c => c != EntryChecks.None)];
        Assert.Equal(EntryCheckNames.Count, checks.Length);
        Assert.Equal(EntryCheckNames.Count, EntryCheckNames.All.Length);
        Assert.All(checks, c => Assert.Equal(Snake(c.ToString()), EntryCheckNames.All[BitOperations.Log2((uint)c)]));
        Assert.Equal("none", EntryChecks.None.PrimaryName());
        Assert.Equal(EntryChecks.Stale, (EntryChecks.Stale | EntryChecks.CoolDown).Primary());
    }

    private static string Snake(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) ? (i == 0 ? "" : "_") + char.ToLowerInvariant(c) : c.ToString()));
}
