using System.Diagnostics;
using System.Numerics;
using Disruptor;
using HdrHistogram;
using LowLatency.Pipeline;
using LowLatency.Pools;
using LowLatency.Positions;
using LowLatency.Storage;

namespace LowLatency.Telemetry;

/// <summary>A stage whose latency is measured, from the stamps of <see cref="StageTimes"/>.</summary>
public enum Stage : byte
{
    /// <summary>Bytes received to message decoded.</summary>
    Decode,

    /// <summary>Decoded to taken by the business thread: publish, hop, and queueing behind earlier events.</summary>
    Hop,

    /// <summary>Quality and features.</summary>
    Features,

    /// <summary>Both models; events that reached them only.</summary>
    Inference,

    /// <summary>Exits, fills, entry, size, ledger.</summary>
    Decision,

    /// <summary>Bytes received to decision made.</summary>
    WireToDecision,
}

/// <summary>
/// Takes every event after its decision, on the outbox's thread: latencies, trades, SQLite. Never on the hot path, so it may
/// lock and allocate. <see cref="Read"/> may be called from any thread.
/// </summary>
public sealed class Projection(PoolTable pools, SqliteProjection? store = null) : IValueEventHandler<PipelineEvent>
{
    private const int Stages = (int)Stage.WireToDecision + 1;
    private const long MaxNanoseconds = 60_000_000_000;
    private const int SignificantDigits = 2;

    private static readonly double NanosecondsPerTick = 1e9 / Stopwatch.Frequency;

    private readonly Lock _lock = new();
    private readonly LongHistogram[] _latencies = NewHistograms();
    private readonly long[] _refusals = new long[EntryCheckNames.Count];
    private readonly long[] _fills = new long[(int)FillKind.ExitUnfunded + 1];
    private readonly long[] _exits = new long[(int)ExitReason.SilentPool + 1];
    private readonly Dictionary<int, OpenPosition> _open = [];
    private readonly Dictionary<int, Regime> _regimes = [];
    private readonly TradeStatistics _trades = new();
    private long _entries;
    private TradingOutcome _last;

    /// <inheritdoc/>
    public void OnEvent(ref PipelineEvent data, long sequence, bool endOfBatch)
    {
        if (data.Kind == EventKind.Command)
        {
            lock (_lock)
            {
                _last = data.Outcome;
            }
        }

        if (data.Kind != EventKind.Update)
        {
            return;
        }

        lock (_lock)
        {
            Measure(data);
            Follow(data);
        }

        store?.Add(data, pools);
        if (endOfBatch)
        {
            store?.Flush();
        }
    }

    /// <inheritdoc/>
    public void OnShutdown() => store?.Flush(force: true);

    /// <summary>A consistent copy of everything this projection knows.</summary>
    public ProjectionSnapshot Read()
    {
        lock (_lock)
        {
            long[] regimes = new long[Regimes.Count];
            foreach (Regime regime in _regimes.Values)
            {
                regimes[(int)regime]++;
            }

            return new ProjectionSnapshot(
                [.. _latencies.Select(static (h, i) => new StageLatency(
                    (Stage)i, h.TotalCount, Percentile(h, 50), Percentile(h, 99), h.TotalCount == 0 ? 0 : h.GetMaxValue()))],
                [.. _refusals], [.. _fills], [.. _exits], regimes, [.. _open.Values.OrderBy(static p => p.OrderId)],
                _entries, _trades.Read(), _last);
        }
    }

    private static double Percentile(LongHistogram histogram, double percentile) =>
        histogram.TotalCount == 0 ? 0 : histogram.GetValueAtPercentile(percentile);

    private static LongHistogram[] NewHistograms()
    {
        LongHistogram[] histograms = new LongHistogram[Stages];
        for (int i = 0; i < Stages; i++)
        {
            histograms[i] = new LongHistogram(MaxNanoseconds, SignificantDigits);
        }

        return histograms;
    }

    private void Measure(in PipelineEvent e)
    {
        ref readonly StageTimes t = ref e.Times;
        Record(Stage.Decode, t.Received, t.Decoded);
        Record(Stage.Hop, t.Decoded, t.Taken);
        Record(Stage.Features, t.Taken, t.Features);
        if (e.Prediction.Made)
        {
            Record(Stage.Inference, t.Features, t.Inference);
        }

        Record(Stage.Decision, t.Inference, t.Decision);
        Record(Stage.WireToDecision, t.Received, t.Decision);
    }

    private void Record(Stage stage, long from, long to)
    {
        long nanoseconds = (long)((to - from) * NanosecondsPerTick);
        _latencies[(int)stage].RecordValue(Math.Clamp(nanoseconds, 1, MaxNanoseconds));
    }

    private void Follow(in PipelineEvent e)
    {
        ref readonly TradingOutcome o = ref e.Outcome;
        _last = o;
        if (e.Update.Quality.IsObservation())
        {
            _regimes[e.Update.Pool] = o.Regime;
        }

        if (o.Candidate && o.FailedChecks != EntryChecks.None)
        {
            _refusals[BitOperations.TrailingZeroCount((uint)o.FailedChecks)]++;
        }

        _entries += o.EntryOrdered ? 1 : 0;
        _fills[(int)o.Fill.Kind] += o.Fill.Kind != FillKind.None ? 1 : 0;
        if (o.Fill.Kind == FillKind.EntryFilled)
        {
            _open[o.Fill.Pool] = new OpenPosition(
                o.Fill.OrderId, pools.Describe(o.Fill.Pool).PoolId, e.Update.TimestampMs, (long)o.Fill.AmountIn, o.PoolUnrealised);
        }
        else if (_open.TryGetValue(e.Update.Pool, out OpenPosition? held))
        {
            _open[e.Update.Pool] = held with { UnrealisedLamports = o.PoolUnrealised };
        }

        if (o.Closed)
        {
            _open.Remove(o.Trade.Pool);
            _exits[(int)o.Trade.Reason]++;
            _trades.Add(o.Trade);
        }

        _trades.OnDrawdown(o.Account.Drawdown);
    }
}

/// <summary>A position that is open now.</summary>
/// <param name="OrderId">Id of the buy that opened it.</param>
/// <param name="PoolId">Its pool, base58.</param>
/// <param name="EntryMs">Event time of its fill.</param>
/// <param name="CostLamports">Lamports paid for it.</param>
/// <param name="UnrealisedLamports">Exit value less cost at the pool's last observation.</param>
public sealed record OpenPosition(long OrderId, string PoolId, long EntryMs, long CostLamports, long UnrealisedLamports);

/// <summary>Latency of one stage in nanoseconds.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Count">Events measured.</param>
/// <param name="P50">Median.</param>
/// <param name="P99">99th percentile.</param>
/// <param name="Max">Highest.</param>
public sealed record StageLatency(Stage Stage, long Count, double P50, double P99, double Max);

/// <summary>Everything the projection knows, copied at one moment. Arrays are indexed by the enum they count.</summary>
/// <param name="Latencies">By stage.</param>
/// <param name="Refusals">In the order of <see cref="EntryCheckNames.All"/>.</param>
/// <param name="Fills">By <see cref="FillKind"/>.</param>
/// <param name="Exits">Closed positions by <see cref="ExitReason"/>.</param>
/// <param name="Regimes">Pools by <see cref="Regime"/>.</param>
/// <param name="Open">Open positions.</param>
/// <param name="Entries">Buys ordered.</param>
/// <param name="Trades">Closed trades, summed up.</param>
/// <param name="Last">The outcome of the last event: the account as it stands.</param>
public sealed record ProjectionSnapshot(
    IReadOnlyList<StageLatency> Latencies, IReadOnlyList<long> Refusals, IReadOnlyList<long> Fills, IReadOnlyList<long> Exits,
    IReadOnlyList<long> Regimes, IReadOnlyList<OpenPosition> Open, long Entries, TradeSummary Trades, TradingOutcome Last);
