using LowLatency.Features;
using LowLatency.Inference;
using LowLatency.Positions;
using LowLatency.Report;
using LowLatency.Simulation;
using LowLatency.Storage;
using LowLatency.Testing;
using LowLatency.Tests.Storage;
using LowLatency.Tests.Train;

namespace LowLatency.Tests.Report;

[Collection(nameof(RunFile))]
public sealed class RehearsalTests(RunFile file)
{
    [Fact]
    public void The_models_rehearsed_on_what_a_run_recorded_trade_as_the_run_did()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "again.sqlite");
        using RunReader run = new(file.Path);
        using (RecordingReader recording = new(file.Path))
        {
            using FoundationModel model = FoundationModel.Load(Repository.Models);
            Rehearsal.Trade(recording.Rows(run.Runs[0]), RunFile.Settings, model, path);
        }

        using RunReader again = new(path);
        Assert.NotEmpty(run.ClosedTrades(run.Runs[0]));
        Assert.Equal(run.ClosedTrades(run.Runs[0]), again.ClosedTrades(again.Runs[0]));
        Assert.Equal(run.Refusals(run.Runs[0]), again.Refusals(again.Runs[0]));
        Assert.Equal(run.Account(run.Runs[0]), again.Account(again.Runs[0]));
    }

    [Fact]
    public void The_rule_passes_exactly_the_candidates_that_it_names()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "rule.sqlite");
        Rehearsal.Trade(World.Create("realistic", 2).Rows().Take(5_000), RunFile.Settings, Rehearsal.Momentum, "rule", path);
        using RunReader reader = new(path);
        long candidates = reader.Refusals(reader.Runs[0]).Sum(static r => r.Decisions);
        Assert.True(candidates > 4_000);
        int passed = 0;
        for (long id = 1; id <= candidates; id++)
        {
            RecordedDecision d = reader.Decision(id)!;
            bool rises = d.Features[FeatureSchema.PriceChange10] > 0.08 && d.Features[FeatureSchema.ConsecutiveGains] >= 3;
            Assert.Equal(rises, !d.Failed.HasFlag(EntryChecks.MoonTooLow));
            Assert.False(d.Failed.HasFlag(EntryChecks.RugTooHigh));
            passed += rises ? 1 : 0;
        }

        Assert.InRange(passed, 10, candidates / 10);
    }

    [Fact]
    public void A_report_is_the_same_page_from_the_same_seed_has_every_formula_and_enters_at_random_at_the_models_rate()
    {
        PerformanceReport one = Report(1), other = Report(1);
        Assert.Equal(Tearsheet.Page(one).ToString(), Tearsheet.Page(other).ToString());
        Assert.Equal(["model", "random", "rule"], one.Runs.Select(static r => r.Name));
        Assert.Equal(file.Events.Count, one.Rows);
        double entries = file.Events.Count(static e => e.Outcome.EntryOrdered);
        Assert.Equal(entries / file.Events.Count, one.Runs[0][PerformanceFigures.EntryRate].Value, 1e-12);
        Assert.InRange(one.Runs[1][PerformanceFigures.EntryRate].N, 0.7 * entries, 1.5 * entries);
        Assert.Equal(file.Events.Count(static e => e.Outcome.Closed), one.Runs[0].Exits.Sum(static e => e.Trades));
        string page = Tearsheet.Page(one).ToString();
        Assert.All(one.Runs[0].Figures, f => Assert.Contains(System.Net.WebUtility.HtmlEncode($"{f.Name}: {f.Formula}"), page, StringComparison.Ordinal));
        Assert.Contains("Sharpe and Sortino are annual figures and say nothing here", page, StringComparison.Ordinal);
        Assert.Equal(one.Runs[0][PerformanceFigures.Trades].TooFew, page.Contains("trades are too few", StringComparison.Ordinal));
        Assert.DoesNotContain("http", page, StringComparison.Ordinal);
        Assert.NotEqual(one.Runs[1][PerformanceFigures.Pnl].Value, Report(2).Runs[1][PerformanceFigures.Pnl].Value);
    }

    private PerformanceReport Report(ulong seed) => PerformanceReport.Of(file.Path, null, Repository.Models, null, seed, static _ => { });
}
