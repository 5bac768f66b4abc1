using LowLatency.Simulation.Wire;
using LowLatency.Storage;

namespace LowLatency.Simulation;

/// <summary>A row a message, from the first moment; what the client says is not listened to.</summary>
internal sealed class SnapshotConversation(ISnapshotWriter writer) : IConversation
{
    public TimeSpan BeatEvery => Timeout.InfiniteTimeSpan;

    public bool HasBegun => true;

    public void Open(Outbox answers)
    {
    }

    public bool Hear(ReadOnlySpan<byte> message, Outbox answers) => true;

    public bool Beat(Outbox answers) => true;

    public IEnumerable<long> Tell(IEnumerable<RecordedRow> rows, Outbox outbox)
    {
        foreach (RecordedRow row in rows)
        {
            yield return row.TimestampMs;
            outbox.Add(writer.Write(row).Span, writer.IsText);
        }
    }

    public void Dispose() => writer.Dispose();
}
