using System.Buffers;
using LowLatency.Storage;

namespace LowLatency.Simulation;

/// <summary>Rows as events of Socket.IO: a pool's first is <c>pool_status_6</c>, the others are <c>pool_update</c>; the snapshot stands under <c>data</c>.</summary>
internal sealed class SocketIoEvents : ISnapshotWriter
{
    private readonly SnapshotJson _json = new();
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly ArrayBufferWriter<byte> _event = new(1_024);

    public bool IsText => true;

    public ReadOnlyMemory<byte> Write(in RecordedRow row)
    {
        _event.ResetWrittenCount();
        _event.Write(_known.Add(row.PoolId) ? """42["pool_status_6",{"data":"""u8 : """42["pool_update",{"data":"""u8);
        _event.Write(_json.Write(row).Span);
        _event.Write("}]"u8);
        return _event.WrittenMemory;
    }

    public void Dispose() => _json.Dispose();
}
