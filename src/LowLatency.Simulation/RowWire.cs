using System.Buffers;
using System.Net.WebSockets;
using LowLatency.Feed;
using LowLatency.Storage;

namespace LowLatency.Simulation;

/// <summary>What the gateway's messages are.</summary>
public enum GatewayWire
{
    /// <summary>JSON snapshots.</summary>
    Json,

    /// <summary>Socket.IO 4: the handshake, then events with the snapshot under <c>data</c>, as the user's NestJS gateway sends them.</summary>
    SocketIo,

    /// <summary>MessagePack snapshots in binary messages.</summary>
    MessagePack,
}

/// <summary>Writes recorded rows as messages of one kind. Reuses its buffers; not thread-safe.</summary>
public sealed class RowWire(GatewayWire wire) : IDisposable
{
    private readonly SnapshotJson _json = new();
    private readonly RecordedRowAdapter _adapter = new();
    private readonly ArrayBufferWriter<byte> _event = new(1024);
    private readonly byte[] _pack = new byte[SnapshotPack.MaxBytes];

    /// <summary>What a Socket.IO server says first.</summary>
    public static ReadOnlyMemory<byte> Opening { get; } =
        """0{"sid":"lv_VI97HAXpY6yYWAAAC","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"""u8.ToArray();

    /// <summary>What a Socket.IO server says to a client that joins.</summary>
    public static ReadOnlyMemory<byte> Joined { get; } = """40{"sid":"wZX3oN0bSVIhsaknAAAI"}"""u8.ToArray();

    /// <summary>Text or binary.</summary>
    public WebSocketMessageType MessageType => wire == GatewayWire.MessagePack ? WebSocketMessageType.Binary : WebSocketMessageType.Text;

    /// <summary>The row as one message; valid until the next call.</summary>
    public ReadOnlyMemory<byte> Write(in RecordedRow row)
    {
        switch (wire)
        {
            case GatewayWire.MessagePack:
                return _pack.AsMemory(0, SnapshotPack.Write(_adapter.ToSnapshot(row), _pack));
            case GatewayWire.SocketIo:
                _event.ResetWrittenCount();
                _event.Write("""42["pool_update",{"type":"pool_update","data":"""u8);
                _event.Write(_json.Write(row).Span);
                _event.Write("}]"u8);
                return _event.WrittenMemory;
            default:
                return _json.Write(row);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _json.Dispose();
}
