using LowLatency.Storage;

namespace LowLatency.Simulation;

/// <summary>Turns a row into a message. Each client has a writer of its own: not thread-safe, may keep state and one buffer.</summary>
public interface ISnapshotWriter : IDisposable
{
    /// <summary>Whether the messages are text frames; binary frames otherwise.</summary>
    bool IsText { get; }

    /// <summary>The row's message, valid until the next call.</summary>
    ReadOnlyMemory<byte> Write(in RecordedRow row);
}
