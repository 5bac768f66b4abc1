namespace LowLatency.Feed;

/// <summary>Where a sink puts what it has to say to the server. For the thread that calls the sink, during the call.</summary>
public interface IFeedSender
{
    /// <summary>Hears nothing: the server's side of a tape.</summary>
    static IFeedSender Nobody { get; } = new NobodyAtAll();

    /// <summary>Sends a text message. It is copied; it leaves the process with the others of the batch.</summary>
    void SendText(ReadOnlySpan<byte> utf8);

    private sealed class NobodyAtAll : IFeedSender
    {
        public void SendText(ReadOnlySpan<byte> utf8)
        {
        }
    }
}
