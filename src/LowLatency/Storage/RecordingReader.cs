using System.Text;
using LowLatency.Feed;
using Microsoft.Data.Sqlite;

namespace LowLatency.Storage;

/// <summary>
/// Reads a recording in the user's own schema (<c>status_6_pools</c>, <c>pool_snapshots</c>), read-only, in order of
/// (timestamp, id). Not thread-safe.
/// </summary>
public sealed class RecordingReader : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, PoolInfo> _pools = new(StringComparer.Ordinal);

    /// <summary>Opens <paramref name="path"/>; throws <see cref="InvalidDataException"/> where it is no such recording.</summary>
    public RecordingReader(string path)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"there is no recording at '{path}'", path);
        }

        _connection = RecordingSchema.ReadOnly(path);
        try
        {
            _connection.Open();
            ReadPools();
            RowCount = Convert.ToInt64(Scalar("SELECT COUNT(*) FROM pool_snapshots"), null);
        }
        catch (SqliteException e)
        {
            _connection.Dispose();
            throw new InvalidDataException($"'{path}' is not a recording in the expected schema: {e.Message}", e);
        }
    }

    /// <summary>Rows in <c>pool_snapshots</c>.</summary>
    public long RowCount { get; }

    /// <summary>The pools it describes, by id.</summary>
    public IReadOnlyDictionary<string, PoolInfo> Pools => _pools;

    /// <summary>All rows, in order of (timestamp, id).</summary>
    public IEnumerable<RecordedRow> Rows() => Rows(0, long.MaxValue, "timestamp, id");

    /// <summary>The rows that <paramref name="run"/> heard, in the order in which it heard them.</summary>
    public IEnumerable<RecordedRow> Rows(RecordedRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return Rows(run.FirstRow, run.LastRow, "id");
    }

    private IEnumerable<RecordedRow> Rows(long first, long last, string order)
    {
        using SqliteCommand command = _connection.CreateCommand();
        command.CommandText = $"""
            SELECT id, pool_id, timestamp, price, base_reserve, quote_reserve, volume_24h FROM pool_snapshots
            WHERE id BETWEEN $first AND $last ORDER BY {order}
            """;
        command.Parameters.AddWithValue("$first", first);
        command.Parameters.AddWithValue("$last", last);
        using SqliteDataReader row = command.ExecuteReader();
        Dictionary<string, string> interned = new(StringComparer.Ordinal);
        while (row.Read())
        {
            string id = row.GetString(1);
            _pools.TryGetValue(id, out PoolInfo? pool);
            if (!interned.TryGetValue(id, out string? known))
            {
                interned.Add(id, known = pool?.PoolId ?? id);
            }

            yield return new RecordedRow(
                row.GetInt64(0), pool, known, row.GetInt64(2), Number(row, 3), Number(row, 4), Number(row, 5), Number(row, 6));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private static double Number(SqliteDataReader row, int column) => row.IsDBNull(column) ? double.NaN : row.GetDouble(column);

    private object? Scalar(string sql)
    {
        using SqliteCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    private void ReadPools()
    {
        using SqliteCommand command = _connection.CreateCommand();
        command.CommandText = """
            SELECT pool_id, token_a_mint, token_b_mint, decimals_a, decimals_b, trade_fee, pool_open_time, detected_at
            FROM status_6_pools ORDER BY id
            """;
        using SqliteDataReader row = command.ExecuteReader();
        while (row.Read())
        {
            PoolInfo pool = new(
                row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt32(3), row.GetInt32(4),
                row.GetDouble(5), row.GetInt64(6), row.GetInt64(7));
            _pools[pool.PoolId] = pool;
        }
    }
}

/// <summary>Shows recorded rows as the snapshots a feed would have sent. Keeps the UTF-8 of each pool's texts. Not thread-safe.</summary>
public sealed class RecordedRowAdapter
{
    private readonly Dictionary<string, (byte[] Id, byte[] MintA, byte[] MintB)> _texts = new(StringComparer.Ordinal);

    /// <summary>The row as a snapshot that borrows this adapter's buffers.</summary>
    public PoolSnapshot ToSnapshot(in RecordedRow row)
    {
        if (!_texts.TryGetValue(row.PoolId, out var text))
        {
            text = (Encoding.UTF8.GetBytes(row.PoolId), Utf8(row.Pool?.TokenAMint), Utf8(row.Pool?.TokenBMint));
            _texts.Add(row.PoolId, text);
        }

        PoolSnapshot snapshot = PoolSnapshot.Empty;
        snapshot.PoolId = text.Id;
        snapshot.TokenAMint = text.MintA;
        snapshot.TokenBMint = text.MintB;
        snapshot.TimestampMs = row.TimestampMs;
        snapshot.Price = row.Price;
        snapshot.BaseReserve = row.BaseReserve;
        snapshot.QuoteReserve = row.QuoteReserve;
        snapshot.Volume24h = row.Volume24h;
        if (row.Pool is { } pool)
        {
            snapshot.TradeFeePercent = pool.TradeFeePercent;
            snapshot.DecimalsA = pool.DecimalsA;
            snapshot.DecimalsB = pool.DecimalsB;
            snapshot.PoolOpenTimeS = pool.PoolOpenTimeS;
            snapshot.Status = 6;
        }

        return snapshot;
    }

    private static byte[] Utf8(string? text) => text is null ? [] : Encoding.UTF8.GetBytes(text);
}
