using LowLatency.Feed;

namespace LowLatency.Pipeline.Race;

/// <summary>
/// Called by one connection's logical thread, at the same time as the other connections' sinks: each call holds the race's
/// lock. A ring that is full makes every connection wait, as it makes a single one.
/// </summary>
public sealed class RacedSink : IFeedSink
{
    private readonly FeedRace _race;
    private readonly RaceLane _lane;
    private readonly IFeedSink _inner;

    internal RacedSink(FeedRace race, RaceLane lane, IFeedSink inner)
    {
        _race = race;
        _lane = lane;
        _inner = inner;
    }

    /// <inheritdoc/>
    public void OnMessage(ReadOnlySpan<byte> payload, bool isText, long receivedTimestamp)
    {
        lock (_race.Gate)
        {
            _lane.Counters.CountReceived();
            _inner.OnMessage(payload, isText, receivedTimestamp);
        }
    }

    /// <inheritdoc/>
    public bool HasBacklog => _inner.HasBacklog;

    /// <inheritdoc/>
    public void OnBatchEnd()
    {
        lock (_race.Gate)
        {
            _inner.OnBatchEnd();
        }
    }

    /// <inheritdoc/>
    public void OnConnected(IFeedSender sender)
    {
        lock (_race.Gate)
        {
            _lane.Connect();
            _inner.OnConnected(sender);
        }
    }

    /// <inheritdoc/>
    public void OnInterrupted()
    {
        lock (_race.Gate)
        {
            _inner.OnInterrupted();
        }
    }

    /// <summary>
    /// No connection of this endpoint will come any more. Where it was the last one open, and others are still being tried,
    /// the feed is interrupted; where the whole run ends, nothing is.
    /// </summary>
    public void End(FeedEnd end)
    {
        lock (_race.Gate)
        {
            _lane.IsEnded = true;
            if (_lane.IsLiving && end != FeedEnd.Cancelled && _race.HasRunning)
            {
                _inner.OnInterrupted();
            }
            else
            {
                _lane.Interrupts();
            }
        }
    }
}
