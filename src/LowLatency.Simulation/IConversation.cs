using LowLatency.Simulation.Wire;
using LowLatency.Storage;

namespace LowLatency.Simulation;

/// <summary>
/// One client's side of a format, without sockets: what is said to it and when. Its caller calls one member at a time;
/// the enumerator of <see cref="Tell"/> counts as a member.
/// </summary>
internal interface IConversation : IDisposable
{
    /// <summary>Time between two calls of <see cref="Beat"/>; infinite = never.</summary>
    TimeSpan BeatEvery { get; }

    /// <summary>Whether the rows flow; once true, it stays true.</summary>
    bool HasBegun { get; }

    /// <summary>What is said first.</summary>
    void Open(Outbox answers);

    /// <summary>A message of the client; false = there is nothing more to say to it.</summary>
    bool Hear(ReadOnlySpan<byte> message, Outbox answers);

    /// <summary>Time has passed; false = the client is dead.</summary>
    bool Beat(Outbox answers);

    /// <summary>Writes the rows' messages. Yields the event time (Unix ms) of what it writes when it is asked to go on.</summary>
    IEnumerable<long> Tell(IEnumerable<RecordedRow> rows, Outbox outbox);
}
