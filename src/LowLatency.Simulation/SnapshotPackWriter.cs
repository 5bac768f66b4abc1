using LowLatency.Feed;
using LowLatency.Storage;

namespace LowLatency.Simulation;

/// <summary>Rows as MessagePack snapshots.</summary>
internal sealed class SnapshotPackWriter : ISnapshotWriter
{
    private readonly RecordedRowAdapter _adapter = new();
    private readonly byte[] _pack = new byte[SnapshotPack.MaxBytes];

    public bool IsText => false;

    public ReadOnlyMemory<byte> Write(in RecordedRow row) => _pack.AsMemory(0, SnapshotPack.Write(_adapter.ToSnapshot(row), _pack));

    public void Dispose()
    {
    }
}
