using LowLatency.Storage;

namespace LowLatency.Simulation;

/// <summary>Turns a row into a message. Each client has a writer of its own: not thread-safe, may keep state and one buffer.</summary>
public interface ISnapshotWriter : IDisposable
{
    /// <summary>Whether the messages are text frames; binary frames otherwise.</summary>
    bool IsText { get; }

    /// <summary>The writer of a format whose messages are a row each.</summary>
    static ISnapshotWriter Of(GatewayFormat format) => format switch
    {
        GatewayFormat.Json => new SnapshotJson(),
        GatewayFormat.MessagePack => new SnapshotPackWriter(),
        GatewayFormat.SocketIo => new SocketIoEvents(),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "a node does not write rows"),
    };

    /// <summary>The row's message, valid until the next call.</summary>
    ReadOnlyMemory<byte> Write(in RecordedRow row);
}
