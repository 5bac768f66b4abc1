using System.Runtime.InteropServices;
using System.Text.Json;
using LowLatency.Features;
using LowLatency.Inference;
using LowLatency.Pools;
using LowLatency.Positions;
using Microsoft.Data.Sqlite;

namespace LowLatency.Storage;

/// <summary>Reads what runs have left behind in a file that <see cref="SqliteProjection"/> writes, read-only. Not thread-safe.</summary>
public sealed class RunReader : IDisposable
{
    private const string Orders = "SELECT pool_id, timestamp, order_id, event, reason, amount_in, amount_out, minimum_out, network_fee + priority_fee + tip FROM trades ";

    private const string Trades = """
        SELECT id, pool_id, decision_time, entry_time, exit_time, exit_reason, cost_lamports, proceeds_lamports, fees_lamports, pnl_lamports,
            optimistic_pnl_lamports, best_gain, worst_gain FROM positions
        """;

    private readonly SqliteConnection _connection;

    /// <summary>Opens <paramref name="path"/>. A recording without runs has none; a file of another kind throws <see cref="SqliteException"/>.</summary>
    public RunReader(string path)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"there is no file '{path}'", path);
        }

        _connection = RecordingSchema.ReadOnly(path);
        _connection.Open();
        bool hasRuns = Query("SELECT 1 FROM sqlite_schema WHERE name = 'runs'", static _ => true).Count > 0;
        Runs = !hasRuns ? [] : Query(
            """
            SELECT id, first_row, COALESCE((SELECT MIN(first_row) FROM runs l WHERE l.id > r.id) - 1, (SELECT COALESCE(MAX(id), 0) FROM pool_snapshots)),
                model_version, model_sha256, schema_hash, settings FROM runs r ORDER BY id
            """,
            static r => new RecordedRun(r.GetInt64(0), r.GetInt64(1), r.GetInt64(2), r.GetString(3), r.GetString(4), r.GetString(5),
                JsonSerializer.Deserialize<TradingSettings>(r.GetString(6)) ?? throw new InvalidDataException("a run has no settings")));
    }

    /// <summary>The runs in the file, in order.</summary>
    public IReadOnlyList<RecordedRun> Runs { get; }

    /// <summary>A decision by its number, or null.</summary>
    public RecordedDecision? Decision(long id) => Runs.Count == 0 ? null : Query(
        """
        SELECT d.run, s.pool_id, s.timestamp, COALESCE(p.pool_open_time, 0), d.sequence, d.source_id, s.base_reserve, s.quote_reserve, d.quality,
            d.status, d.segment_observations, d.features, d.moon_margin, d.rug_margin, d.moon, d.rug, d.regime, d.failed_checks, d.equity,
            d.size_wanted, d.size_limit, d.size, d.order_id, d.quoted_out, d.minimum_out, d.decode_ns, d.hop_ns, d.features_ns, d.inference_ns,
            d.decision_ns, m.version
        FROM decisions d LEFT JOIN models m ON m.id = d.model JOIN pool_snapshots s ON s.id = d.row LEFT JOIN status_6_pools p ON p.pool_id = s.pool_id WHERE d.id = $a
        """,
        r => new RecordedDecision(
            id, Runs.First(run => run.Id == r.GetInt64(0)), r.IsDBNull(30) ? null : r.GetString(30), r.GetString(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4), r.GetInt64(5),
            r.GetDouble(6), r.GetDouble(7), (Quality)r.GetByte(8), r.GetByte(9), r.GetInt32(10), Vector((byte[])r.GetValue(11)), PredictionOf(r),
            (Regime)r.GetByte(16), (EntryChecks)r.GetInt64(17),
            new SizeReason { Equity = r.GetInt64(18), Wanted = r.GetInt64(19), Limit = (SizeLimit)r.GetByte(20) }, r.GetInt64(21),
            LongOr0(r, 22), (ulong)LongOr0(r, 23), (ulong)LongOr0(r, 24), [.. Enumerable.Range(25, 5).Select(r.GetInt64)]), id).SingleOrDefault();

    /// <summary>The decision that placed an order, or null.</summary>
    public RecordedDecision? DecisionOfOrder(RecordedRun run, long orderId) =>
        Query("SELECT id FROM decisions WHERE run = $a AND order_id = $b", static r => r.GetInt64(0), run.Id, orderId) is [long id] ? Decision(id) : null;

    /// <summary>All that happened to an order.</summary>
    public IReadOnlyList<RecordedOrder> OrderEvents(RecordedRun run, long orderId) =>
        Query(Orders + "WHERE run = $a AND order_id = $b ORDER BY id", Order, run.Id, orderId);

    /// <summary>All that happened to the orders of a closed position, its entry's first.</summary>
    public IReadOnlyList<RecordedOrder> OrderEvents(RecordedRun run, RecordedTrade trade) => Query(
        Orders + """
            WHERE run = $a AND pool_id = $b AND order_id BETWEEN
                (SELECT order_id FROM trades WHERE run = $a AND pool_id = $b AND timestamp = $c AND event = 'EntryFilled')
                AND (SELECT MIN(order_id) FROM trades WHERE run = $a AND pool_id = $b AND timestamp >= $c AND event = 'ExitFilled') ORDER BY id
            """, Order, run.Id, trade.PoolId, trade.EntryMs);

    /// <summary>A closed position by its number, with its run, or null.</summary>
    public (RecordedRun Run, RecordedTrade Trade)? Trade(long id) =>
        Runs.Count > 0 && Query(Trades + " WHERE id = $a", Closed, id) is [RecordedTrade trade]
            ? (Runs.First(r => r.Id == Query("SELECT run FROM positions WHERE id = $a", static row => row.GetInt64(0), id)[0]), trade)
            : null;

    /// <summary>A run's closed positions, in order.</summary>
    public IReadOnlyList<RecordedTrade> ClosedTrades(RecordedRun run) => Query(Trades + " WHERE run = $a ORDER BY id", Closed, run.Id);

    /// <summary>When and where a run's entries were filled, in order; those without a closed position are still open at its end.</summary>
    public IReadOnlyList<(string PoolId, long EntryMs)> EntryFills(RecordedRun run) => Query(
        "SELECT pool_id, timestamp FROM trades WHERE run = $a AND event = 'EntryFilled' ORDER BY id", static r => (r.GetString(0), r.GetInt64(1)), run.Id);

    /// <summary>A run's account, minute by minute; minutes without an event are not there.</summary>
    public IReadOnlyList<AccountMinute> Account(RecordedRun run) => Query(
        """
        SELECT minute, equity, exposure, open_positions, drawdown, drawdown_fraction, network_fees, priority_fees, tips
        FROM account WHERE run = $a ORDER BY minute
        """,
        static r => new AccountMinute
        {
            Minute = r.GetInt64(0),
            Equity = r.GetInt64(1),
            Exposure = r.GetInt64(2),
            OpenPositions = r.GetInt32(3),
            Drawdown = r.GetInt64(4),
            DrawdownFraction = r.GetDouble(5),
            NetworkFees = r.GetInt64(6),
            PriorityFees = r.GetInt64(7),
            Tips = r.GetInt64(8),
        }, run.Id);

    /// <summary>Decisions of a run by the set of checks that failed.</summary>
    public IReadOnlyList<(EntryChecks Failed, long Decisions)> Refusals(RecordedRun run) => Query(
        "SELECT failed_checks, COUNT(*) FROM decisions WHERE run = $a GROUP BY failed_checks ORDER BY 1",
        static r => ((EntryChecks)r.GetInt64(0), r.GetInt64(1)), run.Id);

    /// <summary>The pools that a run heard of, by id.</summary>
    public IReadOnlyList<RecordedPool> Pools(RecordedRun run) => Query(
        """
        SELECT s.pool_id, COUNT(*), COUNT(d.order_id), MIN(CASE WHEN d.id IS NOT NULL THEN s.timestamp END)
        FROM pool_snapshots s LEFT JOIN (SELECT * FROM decisions WHERE run = $a) d ON d.row = s.id
        WHERE s.id BETWEEN $b AND $c GROUP BY s.pool_id ORDER BY s.pool_id
        """,
        static r => new RecordedPool(r.GetString(0), r.GetInt64(1), r.GetInt64(2), r.IsDBNull(3) ? null : r.GetInt64(3)),
        run.Id, run.FirstRow, run.LastRow);

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private static RecordedOrder Order(SqliteDataReader r) => new(
        r.GetString(0), r.GetInt64(1), r.GetInt64(2), r.GetString(3), r.GetString(4), (ulong)r.GetInt64(5), (ulong)r.GetInt64(6),
        (ulong)r.GetInt64(7), r.GetInt64(8));

    private static RecordedTrade Closed(SqliteDataReader r) => new(
        r.GetInt64(0), r.GetString(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4), r.GetString(5), r.GetInt64(6), r.GetInt64(7), r.GetInt64(8),
        r.GetInt64(9), r.GetInt64(10), r.GetDouble(11), r.GetDouble(12));

    private static long LongOr0(SqliteDataReader r, int column) => r.IsDBNull(column) ? 0 : r.GetInt64(column);

    private static float Margin(SqliteDataReader r, int column) => r.IsDBNull(column) ? float.NaN : (float)r.GetDouble(column);

    private static Prediction PredictionOf(SqliteDataReader r)
    {
        Prediction prediction = new() { Made = true, MoonMargin = Margin(r, 12), RugMargin = Margin(r, 13) };
        prediction.Moon = r.IsDBNull(14) ? Logistic.Probability(prediction.MoonMargin) : r.GetDouble(14);
        prediction.Rug = r.IsDBNull(15) ? Logistic.Probability(prediction.RugMargin) : r.GetDouble(15);
        return prediction;
    }

    private static FeatureVector Vector(byte[] bytes) => bytes.Length == FeatureSchema.Count * sizeof(double)
        ? MemoryMarshal.Read<FeatureVector>(bytes)
        : throw new InvalidDataException($"the run recorded {bytes.Length / sizeof(double)} features, this build knows {FeatureSchema.Count}");

    private List<T> Query<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object> values)
    {
        using SqliteCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        for (int i = 0; i < values.Length; i++)
        {
            command.Parameters.AddWithValue($"${(char)('a' + i)}", values[i]);
        }

        using SqliteDataReader row = command.ExecuteReader();
        List<T> found = [];
        while (row.Read())
        {
            found.Add(read(row));
        }

        return found;
    }
}
