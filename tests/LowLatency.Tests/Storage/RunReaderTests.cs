using LowLatency.Features;
using LowLatency.Pipeline;
using LowLatency.Positions;
using LowLatency.Storage;
using LowLatency.Tests.Train;
using Microsoft.Data.Sqlite;

namespace LowLatency.Tests.Storage;

[Collection(nameof(RunFile))]
public sealed class RunReaderTests(RunFile file)
{
    [Fact]
    public void Every_candidate_taken_or_not_is_read_back_to_the_bit()
    {
        using RunReader reader = new(file.Path);
        PipelineEvent[] candidates = [.. file.Events.Where(static e => e.Outcome.Candidate)];
        Assert.True(candidates.Length > 10_000 && candidates.Any(static e => e.Outcome.EntryOrdered));
        Assert.Null(reader.Decision(candidates.Length + 1));

        // Every entry, and every tenth of the others.
        foreach (int i in Enumerable.Range(0, candidates.Length).Where(i => i % 10 == 0 || candidates[i].Outcome.EntryOrdered))
        {
            PipelineEvent e = candidates[i];
            RecordedDecision d = reader.Decision(i + 1)!;
            Assert.Equal(
                (file.Pools.Describe(e.Update.Pool).PoolId, e.Update.TimestampMs, e.Sequence, e.Update.SourceId, e.Update.BaseReserve, e.Update.QuoteReserve),
                (d.PoolId, d.TimestampMs, d.Sequence, d.SourceId, d.BaseReserve, d.QuoteReserve));
            Assert.Equal((e.Update.Quality, e.Update.Status, e.Window.SegmentObservations), (d.Quality, d.Status, d.SegmentObservations));
            FeatureVector decided = e.Features, read = d.Features;
            Assert.Equal(((ReadOnlySpan<double>)decided).ToArray(), ((ReadOnlySpan<double>)read).ToArray());
            Assert.Equal(
                (e.Prediction.MoonMargin, e.Prediction.RugMargin, e.Prediction.Moon, e.Prediction.Rug),
                (d.Prediction.MoonMargin, d.Prediction.RugMargin, d.Prediction.Moon, d.Prediction.Rug));
            TradingOutcome o = e.Outcome;
            Assert.Equal((o.Regime, o.FailedChecks, o.CandidateLamports, o.EntryOrdered ? o.Order.OrderId : 0), (d.Regime, d.Failed, d.SizeLamports, d.OrderId));
            Assert.Equal((o.Size.Equity, o.Size.Wanted, o.Size.Limit), (d.Size.Equity, d.Size.Wanted, d.Size.Limit));
            Assert.Equal(o.EntryOrdered ? (o.Order.QuotedOut, o.Order.MinimumOut) : default, (d.QuotedOut, d.MinimumOut));
            Assert.Equal(5, d.LatencyNs.Count);
            Assert.All(d.LatencyNs, static ns => Assert.InRange(ns, 0, 60_000_000_000));
        }
    }

    [Fact]
    public void Every_order_and_every_closed_position_is_read_back_with_its_decision()
    {
        using RunReader reader = new(file.Path);
        RecordedRun run = Assert.Single(reader.Runs);
        Assert.Equal(RunFile.Settings, run.Settings);
        ClosedTrade[] closed = [.. file.Events.Where(static e => e.Outcome.Closed).Select(static e => e.Outcome.Trade)];
        IReadOnlyList<RecordedTrade> trades = reader.ClosedTrades(run);
        Assert.True(closed.Length > 5);
        Assert.Equal(
            closed.Select(static t => (t.EntryTimeMs, t.ExitTimeMs, t.Reason.ToString(), t.Cost, t.Proceeds, t.Fees, t.PessimisticPnl, t.OptimisticPnl)),
            trades.Select(static t => (t.EntryMs, t.ExitMs, t.Reason, t.Cost, t.Proceeds, t.Fees, t.Pnl, t.OptimisticPnl)));
        foreach (RecordedTrade trade in trades)
        {
            IReadOnlyList<RecordedOrder> orders = reader.OrderEvents(run, trade);
            RecordedOrder entry = orders.Single(static o => o.Event == "EntryFilled");
            Assert.Equal((trade.Cost, trade.Proceeds), ((long)entry.AmountIn, (long)orders.Single(static o => o.Event == "ExitFilled").AmountOut));
            Assert.Equal(trade.Fees, orders.Sum(static o => o.Fees));
            Assert.Equal(trade.DecisionMs, reader.DecisionOfOrder(run, entry.OrderId)!.TimestampMs);
        }
    }

    [Fact]
    public void What_is_counted_in_sql_is_what_is_counted_over_the_events()
    {
        using RunReader reader = new(file.Path);
        RecordedRun run = reader.Runs[0];
        Assert.Equal(
            file.Events.Where(static e => e.Outcome.Candidate).GroupBy(static e => e.Outcome.FailedChecks).OrderBy(static g => g.Key).Select(static g => (g.Key, (long)g.Count())),
            reader.Refusals(run));
        Assert.Equal(
            file.Events.GroupBy(e => file.Pools.Describe(e.Update.Pool).PoolId).OrderBy(static g => g.Key, StringComparer.Ordinal).Select(static g => new RecordedPool(
                g.Key, g.Count(), g.Count(static e => e.Outcome.EntryOrdered),
                g.Where(static e => e.Outcome.Candidate).Select(static e => (long?)e.Update.TimestampMs).FirstOrDefault())),
            reader.Pools(run));
        Assert.Equal(file.Events.Count(static e => e.Outcome.Fill.Kind == FillKind.EntryFilled), reader.EntryFills(run).Count);
    }

    [Fact]
    public void The_account_stands_as_it_did_at_each_minutes_end_with_its_deepest_fall_within()
    {
        using RunReader reader = new(file.Path);
        IReadOnlyList<AccountMinute> minutes = reader.Account(reader.Runs[0]);
        long newest = 0;
        var expected = file.Events.GroupBy(e => newest = Math.Max(newest, e.Update.TimestampMs / 60_000)).Select(static g => (
            g.Key, g.Last().Outcome.Account.Equity, g.Last().Outcome.Account.Exposure, g.Last().Outcome.Account.Tips,
            g.Max(static e => e.Outcome.Account.PeakEquity - e.Outcome.Account.Equity), g.Max(static e => e.Outcome.Account.Drawdown)));
        Assert.Equal(expected, minutes.Select(static m => (m.Minute, m.Equity, m.Exposure, m.Tips, m.Drawdown, m.DrawdownFraction)));
    }

    [Fact]
    public void A_decision_costs_little_more_than_its_features()
    {
        using TemporaryFolder folder = new();
        string alone = Path.Combine(folder.Path, "alone.sqlite");
        using (SqliteConnection connection = new($"Data Source={alone};Pooling=False"))
        {
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "ATTACH $file AS whole; CREATE TABLE d AS SELECT * FROM whole.decisions";
            command.Parameters.AddWithValue("$file", file.Path);
            command.ExecuteNonQuery();
        }

        long bytes = new FileInfo(alone).Length / file.Events.Count(static e => e.Outcome.Candidate);
        Assert.InRange(bytes, sizeof(double) * FeatureSchema.Count, 240);
    }

    [Fact]
    public void A_second_run_in_the_same_file_is_told_from_the_first_and_other_tables_are_refused()
    {
        using TemporaryFolder folder = new();
        string copy = Path.Combine(folder.Path, "two.sqlite");
        File.Copy(file.Path, copy);
        using (SqliteProjection second = new(copy, "m2", "sha", FeatureSchema.Hash, new TradingSettings()))
        {
            second.Add(file.Events[0], file.Pools);
        }

        using (RunReader reader = new(copy))
        {
            Assert.Equal((1, 2), (reader.Runs[0].Id, reader.Runs[1].Id));
            Assert.Equal(reader.Runs[0].LastRow + 1, reader.Runs[1].FirstRow);
            Assert.Equal(1, Assert.Single(reader.Pools(reader.Runs[1])).Rows);
            using RecordingReader recording = new(copy);
            Assert.Equal(file.Events.Count, recording.Rows(reader.Runs[0]).Count());
        }

        string foreign = Path.Combine(folder.Path, "foreign.sqlite");
        using (SqliteConnection connection = new($"Data Source={foreign};Pooling=False"))
        {
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "CREATE TABLE decisions(id INTEGER PRIMARY KEY, something TEXT)";
            command.ExecuteNonQuery();
        }

        Assert.Throws<SqliteException>(() => new SqliteProjection(foreign, "m", "s", "h", new TradingSettings()));
    }
}
