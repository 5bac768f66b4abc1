using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using LowLatency.Inference;
using LowLatency.Pipeline;
using LowLatency.Pools;
using LowLatency.Positions;
using Microsoft.Data.Sqlite;

namespace LowLatency.Storage;

/// <summary>
/// Writes rows in the user's own schema, and beside them what the run was, every decision's why-card, orders, positions and the
/// account minute by minute. A file may hold several runs, one after the other.
/// A projection: it may lag, nothing waits for it. Owned by the outbox's thread. A row that SQLite refuses is counted in
/// <see cref="Failures"/> with the first reason; it never stops trading.
/// </summary>
public sealed class SqliteProjection : IDisposable
{
    private static readonly TimeSpan CommitInterval = TimeSpan.FromSeconds(1);

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _pool;
    private readonly SqliteCommand _row;
    private readonly SqliteCommand _decision;
    private readonly SqliteCommand _trade;
    private readonly SqliteCommand _position;
    private readonly SqliteCommand _accountMinute;
    private readonly SqliteCommand _model;
    private readonly HashSet<int> _pools = [];
    private readonly ConcurrentDictionary<uint, (string Version, ModelManifest Manifest)> _announced = new();
    private readonly HashSet<uint> _models = [];
    private readonly long _run;
    private AccountMinute _minute;
    private long _rowId;
    private SqliteTransaction? _transaction;
    private long _committed = Stopwatch.GetTimestamp();
    private long _failures;
    private string? _firstFailure;

    /// <summary>
    /// Creates or opens <paramref name="path"/> for a run with this model and these settings. Throws
    /// <see cref="SqliteException"/> where it is no such file, or one with the tables of another version.
    /// </summary>
    public SqliteProjection(string path, string modelVersion, string modelSha256, string schemaHash, TradingSettings settings)
    {
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        _connection.Open();
        Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;");
        Execute(RecordingSchema.Sql);
        Execute(RunTables.Sql);
        _pool = RecordingSchema.InsertPool(_connection);
        _row = RecordingSchema.InsertRow(_connection);
        _decision = RunTables.Decision(_connection);
        _trade = RunTables.Trade(_connection);
        _position = RunTables.Position(_connection);
        _accountMinute = RunTables.Account(_connection);
        _model = RunTables.Model(_connection);
        using SqliteCommand run = RunTables.Run(_connection);
        Set(run, NextRow(), modelVersion, modelSha256, schemaHash, JsonSerializer.Serialize(settings));
        _run = LastId();
    }

    /// <summary>The same for a run that begins with a loaded model.</summary>
    public SqliteProjection(string path, FoundationModel model, TradingSettings settings)
        : this(path, model.Version, model.Manifest.Sha256.Model, model.Manifest.FeatureSchemaHash, settings) => Announce(model);

    /// <summary>Tells of a model before it predicts. Any thread.</summary>
    public void Announce(FoundationModel model) => _announced[model.Id] = (model.Version, model.Manifest);

    /// <summary>Rows that could not be written.</summary>
    public long Failures => Volatile.Read(ref _failures);

    /// <summary>Why the first of them could not be written.</summary>
    public string? FirstFailure => Volatile.Read(ref _firstFailure);

    /// <summary>Writes what <paramref name="e"/> leaves behind.</summary>
    public void Add(in PipelineEvent e, PoolTable pools)
    {
        try
        {
            _transaction ??= Begin();
            PoolInfo pool = pools.Describe(e.Update.Pool);
            if (_pools.Add(e.Update.Pool))
            {
                RecordingSchema.Bind(_pool, pool);
                _pool.ExecuteNonQuery();
            }

            RecordingSchema.Bind(_row, new RecordedRow(
                0, pool, pool.PoolId, e.Update.TimestampMs, e.Update.Price, e.Update.BaseReserve, e.Update.QuoteReserve, e.Update.Volume24h));
            _row.ExecuteNonQuery();
            _rowId = LastId();
            if (e.Outcome.Candidate)
            {
                AddDecision(e);
            }

            AddTrades(e, pools);

            if (e.Outcome.Closed)
            {
                AddPosition(e, pools.Describe(e.Outcome.Trade.Pool).PoolId);
            }

            if (_minute.Take(e.Update.TimestampMs, e.Outcome.Account, out AccountMinute ended))
            {
                AddMinute(ended);
            }
        }
        catch (SqliteException failure)
        {
            Count(failure);
        }
    }

    /// <summary>Commits once a second, or now where <paramref name="force"/> says so.</summary>
    public void Flush(bool force = false)
    {
        if (_transaction is null || (!force && Stopwatch.GetElapsedTime(_committed) < CommitInterval))
        {
            return;
        }

        try
        {
            _transaction.Commit();
        }
        catch (SqliteException failure)
        {
            Count(failure);
        }

        _transaction.Dispose();
        _transaction = null;
        _committed = Stopwatch.GetTimestamp();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        EndMinute();
        Flush(force: true);
        foreach (SqliteCommand command in Commands())
        {
            command.Dispose();
        }

        Execute("PRAGMA wal_checkpoint(TRUNCATE);");
        _connection.Dispose();
    }

    private static void Set(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        command.ExecuteNonQuery();
    }

    private static long Nanoseconds(long from, long to) => (long)Stopwatch.GetElapsedTime(from, to).TotalNanoseconds;

    private void AddDecision(in PipelineEvent e)
    {
        AddModel(e.Prediction.Model);
        ref readonly TradingOutcome o = ref e.Outcome;
        ref readonly Prediction p = ref e.Prediction;
        byte[] features = MemoryMarshal.AsBytes((ReadOnlySpan<double>)e.Features).ToArray();
        Set(_decision, _run, _rowId, (long)p.Model, e.Sequence, e.Update.SourceId, (int)e.Update.Quality, (int)e.Update.Status, e.Window.SegmentObservations,
            RecordingSchema.OrNull(p.MoonMargin), RecordingSchema.OrNull(p.RugMargin),
            Unless(p.Moon, Logistic.Probability(p.MoonMargin)), Unless(p.Rug, Logistic.Probability(p.RugMargin)), (int)o.Regime, (long)o.FailedChecks,
            o.Size.Equity, o.Size.Wanted, (int)o.Size.Limit, o.CandidateLamports, o.EntryOrdered ? o.Order.OrderId : DBNull.Value,
            o.EntryOrdered ? (long)o.Order.QuotedOut : DBNull.Value, o.EntryOrdered ? (long)o.Order.MinimumOut : DBNull.Value,
            Nanoseconds(e.Times.Received, e.Times.Decoded), Nanoseconds(e.Times.Decoded, e.Times.Taken),
            Nanoseconds(e.Times.Taken, e.Times.Features), Nanoseconds(e.Times.Features, e.Times.Inference),
            Nanoseconds(e.Times.Inference, e.Times.Decision), features);
    }

    // Once a model; a rehearsal's signal was never announced and has none.
    private void AddModel(uint id)
    {
        if (_announced.TryGetValue(id, out (string Version, ModelManifest Manifest) model) && _models.Add(id))
        {
            Set(_model, (long)id, model.Version, model.Manifest.Sha256.Model, model.Manifest.FeatureSchemaHash);
        }
    }

    // NULL: the blend is the foundation's answer, which the margin already tells.
    private static object Unless(double value, double told) => value == told ? DBNull.Value : RecordingSchema.OrNull(value);

    private void AddTrades(in PipelineEvent e, PoolTable pools)
    {
        ref readonly TradingOutcome o = ref e.Outcome;
        if (o.Fill.Kind != FillKind.None)
        {
            AddTrade(e, pools.Describe(o.Fill.Pool).PoolId, o.Fill.Kind.ToString(), o.Closed ? o.Trade.Reason : ExitReason.None, o.Fill);
        }

        if (o.EntryOrdered || o.ExitOrdered != ExitReason.None)
        {
            FillReport placed = new() { OrderId = o.Order.OrderId, AmountIn = o.Order.AmountIn, AmountOut = o.Order.QuotedOut, MinimumOut = o.Order.MinimumOut };
            AddTrade(e, pools.Describe(o.Order.Pool).PoolId, o.EntryOrdered ? "EntryOrdered" : "ExitOrdered", o.ExitOrdered, placed);
        }
    }

    private void AddTrade(in PipelineEvent e, string poolId, string what, ExitReason reason, in FillReport fill) =>
        Set(_trade, _run, _rowId, poolId, e.Update.TimestampMs, fill.OrderId, what, reason.ToString(), (long)fill.AmountIn, (long)fill.AmountOut,
            (long)fill.MinimumOut, fill.NetworkFee, fill.PriorityFee, fill.Tip, e.Outcome.Account.Cash, e.Outcome.Account.Equity);

    private void AddPosition(in PipelineEvent e, string poolId)
    {
        ref readonly ClosedTrade t = ref e.Outcome.Trade;
        Set(_position, _run, t.PositionId, poolId, t.DecisionTimeMs, t.EntryTimeMs, t.ExitTimeMs, t.Reason.ToString(), t.Cost, t.Proceeds, t.Fees,
            t.PessimisticPnl, t.OptimisticPnl, (t.BestPrice / t.EntryPrice) - 1, (t.WorstPrice / t.EntryPrice) - 1);
    }

    private void AddMinute(in AccountMinute m) => Set(
        _accountMinute, _run, m.Minute, m.Equity, m.Exposure, m.OpenPositions, m.Drawdown, m.DrawdownFraction, m.NetworkFees, m.PriorityFees, m.Tips);

    private void EndMinute()
    {
        if (_minute.Minute == 0)
        {
            return;
        }

        try
        {
            _transaction ??= Begin();
            AddMinute(_minute);
        }
        catch (SqliteException failure)
        {
            Count(failure);
        }
    }

    private SqliteCommand[] Commands() => [_pool, _row, _decision, _trade, _position, _accountMinute, _model];

    private long LastId() => SQLitePCL.raw.sqlite3_last_insert_rowid(_connection.Handle);

    private long NextRow()
    {
        using SqliteCommand command = _connection.CreateCommand();
        command.CommandText = "SELECT COALESCE(MAX(id), 0) + 1 FROM pool_snapshots";
        return Convert.ToInt64(command.ExecuteScalar(), null);
    }

    private SqliteTransaction Begin()
    {
        SqliteTransaction transaction = _connection.BeginTransaction();
        foreach (SqliteCommand command in Commands())
        {
            command.Transaction = transaction;
        }

        return transaction;
    }

    private void Execute(string sql)
    {
        using SqliteCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private void Count(SqliteException failure)
    {
        Volatile.Write(ref _firstFailure, _firstFailure ?? failure.Message);
        Volatile.Write(ref _failures, _failures + 1);
    }
}
