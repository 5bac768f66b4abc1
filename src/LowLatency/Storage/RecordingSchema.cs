using Microsoft.Data.Sqlite;

namespace LowLatency.Storage;

/// <summary>The user's own schema, and the two statements that fill it.</summary>
internal static class RecordingSchema
{
    public const string Sql = """
        CREATE TABLE IF NOT EXISTS status_6_pools (
            id INTEGER PRIMARY KEY AUTOINCREMENT, pool_id TEXT UNIQUE NOT NULL, token_a_mint TEXT NOT NULL,
            token_b_mint TEXT NOT NULL, base_vault TEXT NOT NULL, quote_vault TEXT NOT NULL, lp_mint TEXT NOT NULL,
            market_id TEXT NOT NULL, amm_open_orders TEXT NOT NULL, trade_fee REAL NOT NULL, swap_fee REAL NOT NULL,
            min_size REAL NOT NULL, price_range_min REAL NOT NULL, price_range_max REAL NOT NULL,
            decimals_a INTEGER NOT NULL, decimals_b INTEGER NOT NULL, order_book_depth INTEGER NOT NULL,
            pool_open_time INTEGER NOT NULL, detected_at INTEGER NOT NULL, analysis_status TEXT DEFAULT 'pending',
            created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP);
        CREATE TABLE IF NOT EXISTS pool_snapshots (
            id INTEGER PRIMARY KEY AUTOINCREMENT, pool_id TEXT NOT NULL, timestamp INTEGER NOT NULL, price REAL,
            base_reserve REAL, quote_reserve REAL, volume_24h REAL, created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
            FOREIGN KEY (pool_id) REFERENCES status_6_pools(pool_id));
        CREATE TABLE IF NOT EXISTS trade_history (
            id INTEGER PRIMARY KEY AUTOINCREMENT, pool_id TEXT NOT NULL, tx_signature TEXT UNIQUE NOT NULL,
            trade_type TEXT NOT NULL, base_amount REAL, quote_amount REAL, price REAL, block_time INTEGER,
            created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
            FOREIGN KEY (pool_id) REFERENCES status_6_pools(pool_id));
        CREATE INDEX IF NOT EXISTS idx_pool_snapshots_pool_id ON pool_snapshots(pool_id);
        CREATE INDEX IF NOT EXISTS idx_pool_snapshots_timestamp ON pool_snapshots(timestamp);
        """;

    private static readonly string[] PoolParameters =
        ["$pool", "$a", "$b", "$fee", "$decimalsA", "$decimalsB", "$open", "$detected"];

    private static readonly string[] RowParameters = ["$pool", "$time", "$price", "$base", "$quote", "$volume"];

    public static SqliteCommand InsertPool(SqliteConnection connection) => Prepare(connection, PoolParameters, """
        INSERT OR IGNORE INTO status_6_pools(pool_id, token_a_mint, token_b_mint, base_vault, quote_vault, lp_mint, market_id,
            amm_open_orders, trade_fee, swap_fee, min_size, price_range_min, price_range_max, decimals_a, decimals_b,
            order_book_depth, pool_open_time, detected_at, analysis_status, created_at)
        VALUES ($pool, $a, $b, '', '', '', '', '', $fee, $fee, 0, 0, 0, $decimalsA, $decimalsB, 0, $open, $detected, 'analyzed',
            datetime($detected / 1000, 'unixepoch'))
        """);

    public static SqliteCommand InsertRow(SqliteConnection connection) => Prepare(connection, RowParameters, """
        INSERT INTO pool_snapshots(pool_id, timestamp, price, base_reserve, quote_reserve, volume_24h, created_at)
        VALUES ($pool, $time, $price, $base, $quote, $volume, datetime($time / 1000, 'unixepoch'))
        """);

    public static void Bind(SqliteCommand command, PoolInfo pool)
    {
        SqliteParameterCollection values = command.Parameters;
        values[0].Value = pool.PoolId;
        values[1].Value = pool.TokenAMint;
        values[2].Value = pool.TokenBMint;
        values[3].Value = pool.TradeFeePercent;
        values[4].Value = pool.DecimalsA;
        values[5].Value = pool.DecimalsB;
        values[6].Value = pool.PoolOpenTimeS;
        values[7].Value = pool.DetectedAtMs;
    }

    public static void Bind(SqliteCommand command, in RecordedRow row)
    {
        SqliteParameterCollection values = command.Parameters;
        values[0].Value = row.PoolId;
        values[1].Value = row.TimestampMs;
        values[2].Value = OrNull(row.Price);
        values[3].Value = OrNull(row.BaseReserve);
        values[4].Value = OrNull(row.QuoteReserve);
        values[5].Value = OrNull(row.Volume24h);
    }

    /// <summary>Opens nothing yet; a file that is being written is read with what its log holds so far.</summary>
    public static SqliteConnection ReadOnly(string path)
    {
        // immutable=1: a recording on a read-only disk has no place for SQLite's side files.
        string options = File.Exists(path + "-wal") ? "" : "?immutable=1";
        return new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = $"file:{Uri.EscapeDataString(Path.GetFullPath(path)).Replace("%2F", "/", StringComparison.Ordinal)}{options}",
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        }.ToString());
    }

    public static object OrNull(double value) => double.IsNaN(value) ? DBNull.Value : value;

    public static SqliteCommand Prepare(SqliteConnection connection, ReadOnlySpan<string> parameters, string sql)
    {
        SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (string name in parameters)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = name });
        }

        return command;
    }
}
