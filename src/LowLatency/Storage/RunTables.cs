using Microsoft.Data.Sqlite;

namespace LowLatency.Storage;

/// <summary>
/// What a run leaves behind beside the rows themselves. A decision costs some 200 bytes, 112 of them features: whatever its row
/// or its run already says is not said again. Columns that would repeat another are NULL.
/// </summary>
internal static class RunTables
{
    public const string Sql = """
        CREATE TABLE IF NOT EXISTS runs (
            id INTEGER PRIMARY KEY, first_row INTEGER NOT NULL, model_version TEXT NOT NULL, model_sha256 TEXT NOT NULL,
            schema_hash TEXT NOT NULL, settings TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS models (
            id INTEGER PRIMARY KEY, version TEXT NOT NULL, sha256 TEXT NOT NULL, schema_hash TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS decisions (
            id INTEGER PRIMARY KEY, run INTEGER NOT NULL, row INTEGER NOT NULL, model INTEGER NOT NULL, sequence INTEGER NOT NULL, source_id INTEGER NOT NULL,
            quality INTEGER NOT NULL, status INTEGER NOT NULL, segment_observations INTEGER NOT NULL, moon_margin REAL, rug_margin REAL,
            moon REAL, rug REAL, regime INTEGER NOT NULL, failed_checks INTEGER NOT NULL, equity INTEGER NOT NULL,
            size_wanted INTEGER NOT NULL, size_limit INTEGER NOT NULL, size INTEGER NOT NULL, order_id INTEGER, quoted_out INTEGER,
            minimum_out INTEGER, decode_ns INTEGER NOT NULL, hop_ns INTEGER NOT NULL, features_ns INTEGER NOT NULL,
            inference_ns INTEGER NOT NULL, decision_ns INTEGER NOT NULL, features BLOB NOT NULL);
        CREATE TABLE IF NOT EXISTS trades (
            id INTEGER PRIMARY KEY, run INTEGER NOT NULL, row INTEGER NOT NULL, pool_id TEXT NOT NULL, timestamp INTEGER NOT NULL,
            order_id INTEGER NOT NULL, event TEXT NOT NULL, reason TEXT NOT NULL, amount_in INTEGER NOT NULL, amount_out INTEGER NOT NULL,
            minimum_out INTEGER NOT NULL, network_fee INTEGER NOT NULL, priority_fee INTEGER NOT NULL, tip INTEGER NOT NULL,
            cash_lamports INTEGER NOT NULL, equity_lamports INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS positions (
            id INTEGER PRIMARY KEY, run INTEGER NOT NULL, position_id INTEGER NOT NULL, pool_id TEXT NOT NULL,
            decision_time INTEGER NOT NULL, entry_time INTEGER NOT NULL, exit_time INTEGER NOT NULL, exit_reason TEXT NOT NULL,
            cost_lamports INTEGER NOT NULL, proceeds_lamports INTEGER NOT NULL, fees_lamports INTEGER NOT NULL, pnl_lamports INTEGER NOT NULL,
            optimistic_pnl_lamports INTEGER NOT NULL, best_gain REAL NOT NULL, worst_gain REAL NOT NULL);
        CREATE TABLE IF NOT EXISTS account (
            run INTEGER NOT NULL, minute INTEGER NOT NULL, equity INTEGER NOT NULL, exposure INTEGER NOT NULL, open_positions INTEGER NOT NULL,
            drawdown INTEGER NOT NULL, drawdown_fraction REAL NOT NULL, network_fees INTEGER NOT NULL, priority_fees INTEGER NOT NULL,
            tips INTEGER NOT NULL, PRIMARY KEY (run, minute)) WITHOUT ROWID;
        """;

    public static SqliteCommand Run(SqliteConnection connection) =>
        Insert(connection, "INTO runs", "first_row", "model_version", "model_sha256", "schema_hash", "settings");

    /// <summary>A model is told once; another one may take over within a run.</summary>
    public static SqliteCommand Model(SqliteConnection connection) => Insert(connection, "OR IGNORE INTO models", "id", "version", "sha256", "schema_hash");

    public static SqliteCommand Decision(SqliteConnection connection) => Insert(
        connection, "INTO decisions", "run", "row", "model", "sequence", "source_id", "quality", "status", "segment_observations", "moon_margin", "rug_margin",
        "moon", "rug", "regime", "failed_checks", "equity", "size_wanted", "size_limit", "size", "order_id", "quoted_out", "minimum_out",
        "decode_ns", "hop_ns", "features_ns", "inference_ns", "decision_ns", "features");

    public static SqliteCommand Trade(SqliteConnection connection) => Insert(
        connection, "INTO trades", "run", "row", "pool_id", "timestamp", "order_id", "event", "reason", "amount_in", "amount_out", "minimum_out",
        "network_fee", "priority_fee", "tip", "cash_lamports", "equity_lamports");

    public static SqliteCommand Position(SqliteConnection connection) => Insert(
        connection, "INTO positions", "run", "position_id", "pool_id", "decision_time", "entry_time", "exit_time", "exit_reason", "cost_lamports",
        "proceeds_lamports", "fees_lamports", "pnl_lamports", "optimistic_pnl_lamports", "best_gain", "worst_gain");

    public static SqliteCommand Account(SqliteConnection connection) => Insert(
        connection, "INTO account", "run", "minute", "equity", "exposure", "open_positions", "drawdown", "drawdown_fraction", "network_fees",
        "priority_fees", "tips");

    // Prepared now, so that a file whose tables are of another version is refused before the run and not in it.
    private static SqliteCommand Insert(SqliteConnection connection, string into, params string[] columns)
    {
        string[] parameters = [.. columns.Select(static c => "$" + c)];
        SqliteCommand command = RecordingSchema.Prepare(
            connection, parameters, $"INSERT {into}({string.Join(", ", columns)}) VALUES ({string.Join(", ", parameters)})");
        command.Prepare();
        return command;
    }
}
