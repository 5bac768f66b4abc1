using System.Diagnostics;
using LowLatency.Features;
using LowLatency.Feed;
using LowLatency.Inference;
using LowLatency.Pipeline;
using LowLatency.Pools;
using LowLatency.Positions;
using LowLatency.Simulation;
using LowLatency.Storage;
using LowLatency.Telemetry;

namespace LowLatency.Report;

/// <summary>Whether to enter at an observation that would have reached the models.</summary>
internal delegate bool EntrySignal(in FeatureVector features);

/// <summary>
/// A recording through the pipeline's own stages on the caller's thread, into a file of its own. What answers may be the models,
/// or a signal in their place: moon 1 or 0, rug 0, so that every other check, size, fill and exit is the same.
/// </summary>
internal static class Rehearsal
{
    private const int RowsPerFlush = 10_000;

    private delegate void Answer(in FeatureVector features, ref Prediction prediction);

    /// <summary>The rule without models.</summary>
    public static bool Momentum(in FeatureVector features) =>
        MomentumRule.Fires(features[FeatureSchema.PriceChange10], features[FeatureSchema.ConsecutiveGains]);

    /// <summary>Enters at random.</summary>
    public static EntrySignal Random(double probability, ulong seed)
    {
        SeededRandom random = new(seed);
        return (in FeatureVector _) => random.Chance(probability);
    }

    /// <summary>Trades with the models.</summary>
    public static void Trade(IEnumerable<RecordedRow> rows, TradingSettings settings, FoundationModel model, string path) => Trade(
        rows, settings, model.Predict, new SqliteProjection(path, model, settings));

    /// <summary>Trades on a signal.</summary>
    public static void Trade(IEnumerable<RecordedRow> rows, TradingSettings settings, EntrySignal signal, string name, string path) => Trade(
        rows, settings, (in FeatureVector features, ref Prediction prediction) =>
        {
            prediction.Made = true;
            prediction.Moon = signal(features) ? 1 : 0;
        }, new SqliteProjection(path, name, "", FeatureSchema.Hash, settings));

    private static void Trade(IEnumerable<RecordedRow> rows, TradingSettings settings, Answer answer, SqliteProjection store)
    {
        using SqliteProjection owned = store;
        PoolTable pools = new();
        FeatureStage features = new(pools.Capacity, new BusinessCounters());
        PositionHandler positions = new(new PositionStage(settings, pools.Capacity), new DecisionHash());
        RecordedRowAdapter adapter = new();
        PipelineEvent e = new() { Kind = EventKind.Update };
        long sequence = 0;
        foreach (RecordedRow row in rows)
        {
            e.Times.Received = Stopwatch.GetTimestamp();
            if (pools.TryNormalize(adapter.ToSnapshot(row), row.Id, ref e.Update) != RejectReason.None)
            {
                continue;
            }

            e.Times.Decoded = Stopwatch.GetTimestamp();
            bool last = sequence % RowsPerFlush == RowsPerFlush - 1;
            features.OnEvent(ref e, sequence, last);
            e.Prediction = default;
            if (e.Update.Quality.IsObservation() && e.Window.SegmentObservations >= FeatureSchema.MinObservations)
            {
                answer(e.Features, ref e.Prediction);
            }

            e.Times.Inference = Stopwatch.GetTimestamp();
            positions.OnEvent(ref e, sequence, last);
            store.Add(e, pools);
            if (last)
            {
                store.Flush();
            }

            sequence++;
        }

        if (store.FirstFailure is { } failure)
        {
            throw new InvalidDataException($"a rehearsal could not be recorded: {failure}");
        }
    }
}
