using LowLatency.Features;
using LowLatency.Pools;
using LowLatency.Storage;

namespace LowLatency.Train.Evaluation;

/// <summary>What became of a recording's observations.</summary>
/// <param name="Observations">Rows that entered windows.</param>
/// <param name="TooYoung">Of them, before the pool's third of its segment: no prediction, not in the dataset.</param>
/// <param name="Full">Horizons of ten observations.</param>
/// <param name="Timeout">Horizons that fifteen minutes ended.</param>
/// <param name="Void">Horizons that a gap or a change of decimals cut: no label.</param>
/// <param name="Open">Horizons that the recording's end left open: no label.</param>
/// <param name="Moons">Labelled rows that will moon.</param>
/// <param name="RugsByPrice">Labelled rows whose price falls by more than half.</param>
/// <param name="RugsByQuote">Labelled rows whose SOL reserve falls by more than half.</param>
/// <param name="SeedRugs">Rugs of the seed's own rule, which asks for ALL of the next ten prices below half: it finds few of them.</param>
public sealed record LabelCounts(
    int Observations, int TooYoung, int Full, int Timeout, int Void, int Open, int Moons, int RugsByPrice, int RugsByQuote, int SeedRugs)
{
    /// <summary>Counts.</summary>
    public static LabelCounts Of(IReadOnlyList<FeatureRow> table)
    {
        FeatureRow[] observed = [.. table.Where(static r => r.Update.Quality.IsObservation())];
        ClosedHorizon[] labelled = [.. observed.Select(static r => r.Label).Where(static l => l.IsLabelled)];
        return new LabelCounts(
            observed.Length, observed.Count(static r => r.SegmentObservations < FeatureSchema.MinObservations),
            Count(LabelStatus.Full), Count(LabelStatus.Timeout), Count(LabelStatus.Void), Count(LabelStatus.Open),
            labelled.Count(static l => l.WillMoon), labelled.Count(static l => l.FutureMinGain < -0.5),
            labelled.Count(static l => l.FutureMinQuote < -0.5),
            labelled.Count(static l => l.Status == LabelStatus.Full && l.FutureMaxGain < -0.5));

        int Count(LabelStatus status) => observed.Count(r => r.Label.Status == status);
    }
}
