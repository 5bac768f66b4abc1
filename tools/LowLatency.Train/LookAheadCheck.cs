using LowLatency.Features;
using LowLatency.Pools;
using LowLatency.Storage;

namespace LowLatency.Train;

/// <summary>
/// Truncate and compare: what is computed for a row from the recording cut after it must be what the whole recording
/// gives, or the computation looks ahead. Holds for features, and for labels that have closed before the cut. Any thread.
/// </summary>
public static class LookAheadCheck
{
    private const int Cuts = 2;

    /// <summary>The first disagreement in words; null where there is none.</summary>
    /// <param name="rows">A recording, in time order.</param>
    /// <param name="build">What computes features and labels: <see cref="FeatureTable.Build"/>.</param>
    /// <param name="whole">Its answer for the whole recording.</param>
    public static string? Find(
        IReadOnlyList<RecordedRow> rows, Func<IEnumerable<RecordedRow>, FeatureRow[]> build, IReadOnlyList<FeatureRow> whole)
    {
        for (int cut = 1; cut <= Cuts; cut++)
        {
            FeatureRow[] part = build(rows.Take((int)((long)rows.Count * cut / (Cuts + 1))));
            for (int i = 0; i < part.Length; i++)
            {
                if (Difference(part[i], whole[i], part[^1].Update.TimestampMs) is { } what)
                {
                    return $"{what} of row {part[i].Id} changes when the recording ends after row {part[^1].Id}: it looks ahead";
                }
            }
        }

        return null;
    }

    private static string? Difference(in FeatureRow part, in FeatureRow whole, long cutMs)
    {
        for (int f = 0; f < FeatureSchema.Count; f++)
        {
            if (!part.Features[f].Equals(whole.Features[f]))
            {
                return FeatureSchema.Names[f];
            }
        }

        bool closed = part.Update.Quality.IsObservation() && part.Label.Status != LabelStatus.Open && part.Label.EndMs < cutMs;
        return part.Id != whole.Id || part.Update.Quality != whole.Update.Quality ? "the quality"
            : closed && !part.Label.Equals(whole.Label) ? "the label" : null;
    }
}
