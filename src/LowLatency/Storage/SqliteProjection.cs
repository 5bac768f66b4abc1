using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using LowLatency.Inference;
using LowLatency.Pipeline;
using LowLatency.Pools;
using LowLatency.Positions;
using Microsoft.Data.Sqlite;

namespace LowLatency.Storage;

/// <summary>
/// Writes rows in the user's own schema, and beside them decisions, trades, positions and the models that decided.
/// A projection: it may lag, nothing waits for it. Owned by the outbox's thread. A row that SQLite refuses is counted in
/// <see cref="Failures"/> with the first reason; it never stops trading.
/// </summary>
public sealed class SqliteProjection : IDisposable
{
    private const string Tables = """
        CREATE TABLE IF NOT EXISTS model_versions (
            id INTEGER PRIMARY KEY AUTOINCREMENT, version TEXT UNIQUE NOT NULL, sha256 TEXT NOT NULL, schema_hash TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS decisions (
            id INTEGER PRIMARY KEY AUTOINCREMENT, pool_id TEXT NOT NULL, timestamp INTEGER NOT NULL, model_version TEXT NOT NULL,
            moon REAL, rug REAL, moon_foundation REAL, rug_foundation REAL, regime TEXT NOT NULL,
            failed_checks INTEGER NOT NULL, reason TEXT NOT NULL, order_id INTEGER, size_lamports INTEGER, quoted_out INTEGER,
            features BLOB NOT NULL, latency_ns INTEGER NOT NULL, decode_ns INTEGER NOT NULL, hop_ns INTEGER NOT NULL,
            features_ns INTEGER NOT NULL, inference_ns INTEGER NOT NULL, decision_ns INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS trades (
            id INTEGER PRIMARY KEY AUTOINCREMENT, pool_id TEXT NOT NULL, timestamp INTEGER NOT NULL, order_id INTEGER NOT NULL,
            event TEXT NOT NULL, reason TEXT NOT NULL, amount_in INTEGER NOT NULL,
            amount_out INTEGER NOT NULL, fees_lamports INTEGER NOT NULL, cash_lamports INTEGER NOT NULL, equity_lamports INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS positions (
            id INTEGER PRIMARY KEY AUTOINCREMENT, position_id INTEGER NOT NULL, pool_id TEXT NOT NULL, entry_time INTEGER NOT NULL,
            exit_time INTEGER NOT NULL, exit_reason TEXT NOT NULL, cost_lamports INTEGER NOT NULL, proceeds_lamports INTEGER NOT NULL,
            fees_lamports INTEGER NOT NULL, pnl_lamports INTEGER NOT NULL, optimistic_pnl_lamports INTEGER NOT NULL,
            best_gain REAL NOT NULL, worst_gain REAL NOT NULL);
        """;

    private static readonly TimeSpan CommitInterval = TimeSpan.FromSeconds(1);

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _pool;
    private readonly SqliteCommand _row;
    private readonly SqliteCommand _decision;
    private readonly SqliteCommand _trade;
    private readonly SqliteCommand _position;
    private readonly SqliteCommand _model;
    private readonly HashSet<int> _pools = [];
    private readonly ConcurrentDictionary<uint, (string Version, ModelManifest Manifest)> _announced = new();
    private readonly Dictionary<uint, string> _models = [];
    private SqliteTransaction? _transaction;
    private long _committed = Stopwatch.GetTimestamp();
    private long _failures;
    private string? _firstFailure;

    /// <summary>Creates or opens <paramref name="path"/> for a run that begins with the given model.</summary>
    public SqliteProjection(string path, FoundationModel model)
    {
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        _connection.Open();
        Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;");
        Execute(RecordingSchema.Sql);
        Execute(Tables);
        _pool = RecordingSchema.InsertPool(_connection);
        _row = RecordingSchema.InsertRow(_connection);
        _decision = Insert("decisions", "pool_id", "timestamp", "model_version", "moon", "rug", "moon_foundation", "rug_foundation",
            "regime", "failed_checks", "reason", "order_id", "size_lamports", "quoted_out", "features", "latency_ns", "decode_ns",
            "hop_ns", "features_ns", "inference_ns", "decision_ns");
        _trade = Insert("trades", "pool_id", "timestamp", "order_id", "event", "reason", "amount_in", "amount_out",
            "fees_lamports", "cash_lamports", "equity_lamports");
        _position = Insert("positions", "position_id", "pool_id", "entry_time", "exit_time", "exit_reason", "cost_lamports",
            "proceeds_lamports", "fees_lamports", "pnl_lamports", "optimistic_pnl_lamports", "best_gain", "worst_gain");
        _model = RecordingSchema.Prepare(
            _connection, ["$version", "$sha256", "$schema"],
            "INSERT OR IGNORE INTO model_versions(version, sha256, schema_hash) VALUES ($version, $sha256, $schema)");
        Announce(model);
        _ = VersionOf(model.Id);
    }

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
            if (e.Outcome.Candidate)
            {
                AddDecision(e, pool.PoolId);
            }

            AddTrades(e, pools);

            if (e.Outcome.Closed)
            {
                AddPosition(e, pools.Describe(e.Outcome.Trade.Pool).PoolId);
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
        Flush(force: true);
        foreach (SqliteCommand command in new[] { _pool, _row, _decision, _trade, _position, _model })
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

    private void AddDecision(in PipelineEvent e, string poolId)
    {
        ref readonly TradingOutcome o = ref e.Outcome;
        byte[] features = MemoryMarshal.AsBytes((ReadOnlySpan<double>)e.Features).ToArray();
        string reason = o.FailedChecks == EntryChecks.None ? "entered" : o.FailedChecks.PrimaryName();
        Set(_decision, poolId, e.Update.TimestampMs, VersionOf(e.Prediction.Model), RecordingSchema.OrNull(e.Prediction.Moon),
            RecordingSchema.OrNull(e.Prediction.Rug), RecordingSchema.OrNull(e.Prediction.MoonMargin),
            RecordingSchema.OrNull(e.Prediction.RugMargin), o.Regime.ToString(), (long)o.FailedChecks, reason,
            o.EntryOrdered ? o.Order.OrderId : DBNull.Value, o.CandidateLamports, o.EntryOrdered ? (long)o.Order.QuotedOut : DBNull.Value,
            features, Nanoseconds(e.Times.Received, e.Times.Decision),
            Nanoseconds(e.Times.Received, e.Times.Decoded), Nanoseconds(e.Times.Decoded, e.Times.Taken),
            Nanoseconds(e.Times.Taken, e.Times.Features), Nanoseconds(e.Times.Features, e.Times.Inference),
            Nanoseconds(e.Times.Inference, e.Times.Decision));
    }

    private string VersionOf(uint id)
    {
        if (!_models.TryGetValue(id, out string? version))
        {
            (version, ModelManifest manifest) = _announced[id];
            _models.Add(id, version);
            Set(_model, version, manifest.Sha256.Model, manifest.FeatureSchemaHash);
        }

        return version;
    }

    private void AddTrades(in PipelineEvent e, PoolTable pools)
    {
        ref readonly TradingOutcome o = ref e.Outcome;
        if (o.Fill.Kind != FillKind.None)
        {
            AddTrade(e, pools.Describe(o.Fill.Pool).PoolId, o.Fill.OrderId, o.Fill.Kind.ToString(),
                o.Closed ? o.Trade.Reason : ExitReason.None, o.Fill.AmountIn, o.Fill.AmountOut, o.Fill.NetworkFee + o.Fill.PriorityFee + o.Fill.Tip);
        }

        if (o.EntryOrdered || o.ExitOrdered != ExitReason.None)
        {
            AddTrade(e, pools.Describe(o.Order.Pool).PoolId, o.Order.OrderId, o.EntryOrdered ? "EntryOrdered" : "ExitOrdered",
                o.ExitOrdered, o.Order.AmountIn, o.Order.QuotedOut, 0);
        }
    }

    private void AddTrade(
        in PipelineEvent e, string poolId, long orderId, string what, ExitReason reason, ulong amountIn, ulong amountOut, long fees) =>
        Set(_trade, poolId, e.Update.TimestampMs, orderId, what, reason.ToString(), (long)amountIn, (long)amountOut, fees,
            e.Outcome.Account.Cash, e.Outcome.Account.Equity);

    private void AddPosition(in PipelineEvent e, string poolId)
    {
        ref readonly ClosedTrade t = ref e.Outcome.Trade;
        Set(_position, t.PositionId, poolId, t.EntryTimeMs, t.ExitTimeMs, t.Reason.ToString(), t.Cost, t.Proceeds, t.Fees,
            t.PessimisticPnl, t.OptimisticPnl, (t.BestPrice / t.EntryPrice) - 1, (t.WorstPrice / t.EntryPrice) - 1);
    }

    private SqliteCommand Insert(string table, params string[] columns) => RecordingSchema.Prepare(
        _connection, [.. columns.Select(static c => "$" + c)],
        $"INSERT INTO {table}({string.Join(", ", columns)}) VALUES ({string.Join(", ", columns.Select(static c => "$" + c))})");

    private SqliteTransaction Begin()
    {
        SqliteTransaction transaction = _connection.BeginTransaction();
        foreach (SqliteCommand command in new[] { _pool, _row, _decision, _trade, _position, _model })
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
