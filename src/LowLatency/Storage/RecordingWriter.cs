using Microsoft.Data.Sqlite;

namespace LowLatency.Storage;

/// <summary>
/// Writes rows in the user's own schema (market.md, section 2), in transactions. Not thread-safe; disposing commits.
/// An existing file is appended to only where it has that schema.
/// </summary>
public sealed class RecordingWriter : IDisposable
{
    private const int RowsPerTransaction = 20_000;

    private readonly HashSet<string> _pools = new(StringComparer.Ordinal);
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _insertPool;
    private readonly SqliteCommand _insertRow;
    private SqliteTransaction _transaction;
    private int _pending;

    /// <summary>Creates or opens <paramref name="path"/>.</summary>
    public RecordingWriter(string path)
    {
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        _connection.Open();
        Execute(_connection, "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;");
        Execute(_connection, RecordingSchema.Sql);
        _transaction = _connection.BeginTransaction();
        _insertPool = RecordingSchema.InsertPool(_connection);
        _insertRow = RecordingSchema.InsertRow(_connection);
    }

    /// <summary>Rows added so far.</summary>
    public long Rows { get; private set; }

    /// <summary>Adds one row, and its pool where this writer has not yet seen it.</summary>
    public void Add(in RecordedRow row)
    {
        if (row.Pool is { } pool && _pools.Add(pool.PoolId))
        {
            RecordingSchema.Bind(_insertPool, pool);
            _insertPool.Transaction = _transaction;
            _insertPool.ExecuteNonQuery();
        }

        RecordingSchema.Bind(_insertRow, row);
        _insertRow.Transaction = _transaction;
        _insertRow.ExecuteNonQuery();
        Rows++;
        if (++_pending == RowsPerTransaction)
        {
            Commit();
            _transaction = _connection.BeginTransaction();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Commit();
        _insertPool.Dispose();
        _insertRow.Dispose();
        Execute(_connection, "PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode=DELETE;");
        _connection.Dispose();
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private void Commit()
    {
        _transaction.Commit();
        _transaction.Dispose();
        _pending = 0;
    }
}
