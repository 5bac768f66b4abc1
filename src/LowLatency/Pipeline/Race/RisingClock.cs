namespace LowLatency.Pipeline.Race;

/// <summary>
/// Read only under the race's lock. A clock that does not go back: rows that carry the time of their arrival are no older
/// than the row before, whichever endpoint that came from.
/// </summary>
internal sealed class RisingClock(TimeProvider inner) : TimeProvider
{
    private DateTimeOffset _latest;

    public override DateTimeOffset GetUtcNow()
    {
        DateTimeOffset now = inner.GetUtcNow();
        _latest = now > _latest ? now : _latest;
        return _latest;
    }
}
