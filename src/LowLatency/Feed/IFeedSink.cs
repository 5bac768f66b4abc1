namespace LowLatency.Feed;

/// <summary>Takes what a feed delivers. Called by one logical thread at a time, never concurrently; the thread may change between calls.</summary>
public interface IFeedSink
{
    /// <summary>
    /// A whole message. <paramref name="payload"/> is valid only during the call;
    /// <paramref name="receivedTimestamp"/> is the Stopwatch's, taken right after the read that completed it.
    /// </summary>
    void OnMessage(ReadOnlySpan<byte> payload, bool isText, long receivedTimestamp);

    /// <summary>
    /// Everything that had been received is delivered; the feed waits for more. Called again every millisecond or so while
    /// <see cref="HasBacklog"/>.
    /// </summary>
    void OnBatchEnd();

    /// <summary>
    /// Any thread. Whether something waits inside for a call of <see cref="OnBatchEnd"/>: what was delivered and found no room, or
    /// what came from elsewhere, which is then seen within a tenth of a second of silence.
    /// </summary>
    bool HasBacklog => false;

    /// <summary>A connection is open. What the sink has to say to the server goes to <paramref name="sender"/>, until the connection is lost.</summary>
    void OnConnected(IFeedSender sender);

    /// <summary>A connection that had been open is lost; what was sent meanwhile is missing.</summary>
    void OnInterrupted();
}
