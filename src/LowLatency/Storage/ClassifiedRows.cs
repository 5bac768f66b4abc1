using LowLatency.Feed;
using LowLatency.Pools;

namespace LowLatency.Storage;

/// <summary>Recorded rows as the pipeline sees them, without features: normalised, numbered and judged. One pass, nothing kept.</summary>
public static class ClassifiedRows
{
    /// <summary>The rows that the boundary takes, in order, their pools below <see cref="PoolTable.DefaultCapacity"/>; <paramref name="rows"/> is read once.</summary>
    public static IEnumerable<(string PoolId, PoolUpdate Update, RowBegins Begins)> Of(IEnumerable<RecordedRow> rows)
    {
        PoolTable table = new(PoolTable.DefaultCapacity);
        ObservationGate gate = new(PoolTable.DefaultCapacity);
        RecordedRowAdapter adapter = new();
        foreach (RecordedRow row in rows)
        {
            PoolUpdate update = default;
            if (table.TryNormalize(adapter.ToSnapshot(row), row.Id, ref update) == RejectReason.None)
            {
                RowBegins begins = gate.Classify(ref update);
                yield return (row.PoolId, update, begins);
            }
        }
    }
}
