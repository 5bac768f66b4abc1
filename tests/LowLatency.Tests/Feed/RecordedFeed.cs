using System.Text;
using LowLatency.Feed;

namespace LowLatency.Tests.Feed;

/// <summary>A sink that keeps what it is given, and proves that it is never called by two threads at once.</summary>
internal sealed class RecordedFeed : IFeedSink
{
    private int _inside;

    public List<string> Messages { get; } = [];

    public int Connected { get; private set; }

    public int Interrupted { get; private set; }

    public int Batches { get; private set; }

    public Action? OnConnectedDo { get; set; }

    public Action<string>? OnMessageDo { get; set; }

    public void OnMessage(ReadOnlySpan<byte> payload, bool isText, long receivedTimestamp)
    {
        string text = Encoding.UTF8.GetString(payload);
        Alone(() => Messages.Add(text));
        OnMessageDo?.Invoke(text);
    }

    public void OnBatchEnd() => Alone(() => Batches++);

    public void OnConnected(IFeedSender sender)
    {
        Alone(() => Connected++);
        OnConnectedDo?.Invoke();
    }

    public void OnInterrupted() => Alone(() => Interrupted++);

    private void Alone(Action action)
    {
        Assert.Equal(1, Interlocked.Increment(ref _inside));
        action();
        Interlocked.Decrement(ref _inside);
    }
}
