namespace LowLatency.Feed;

/// <summary>
/// The wall clock of a feed that is recorded or replayed: it stands at the arrival of the record in hand, so that what the
/// boundary judges by the clock is judged alike both times. Set and read by the feed's one logical thread.
/// </summary>
public sealed class TapeClock : TimeProvider
{
    private long _utcMs;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(_utcMs);

    internal void Set(long startUtcMs, long arrivalNs) => _utcMs = startUtcMs + (arrivalNs / 1_000_000);
}
