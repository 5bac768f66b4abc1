namespace LowLatency.Telemetry;

/// <summary>What came of one endpoint's messages in a race. Written under the race's lock; other threads may read a figure that is one message old.</summary>
public sealed class RaceCounters
{
    private long _received;
    private long _won;
    private long _copies;
    private long _late;

    /// <summary>Messages received.</summary>
    public long Received => Volatile.Read(ref _received);

    /// <summary>Rows that this endpoint told first, and that were published.</summary>
    public long Won => Volatile.Read(ref _won);

    /// <summary>Rows dropped because another endpoint had told them.</summary>
    public long Copies => Volatile.Read(ref _copies);

    /// <summary>Rows dropped because another endpoint had told a later one of the pool, though not this one.</summary>
    public long Late => Volatile.Read(ref _late);

    internal void CountReceived() => Volatile.Write(ref _received, _received + 1);

    internal void CountWon() => Volatile.Write(ref _won, _won + 1);

    internal void CountCopy() => Volatile.Write(ref _copies, _copies + 1);

    internal void CountLate() => Volatile.Write(ref _late, _late + 1);
}
