using System.Buffers.Text;
using LowLatency.Feed;
using LowLatency.Pipeline;

namespace LowLatency.Fuzz.Targets;

/// <summary>The other end of a session: keeps what it is asked and answers when it is told to.</summary>
internal sealed class FuzzNode : IFeedSender
{
    /// <summary>A node refuses requests longer than this.</summary>
    private const int MaxRequestBytes = 4_096;

    private readonly Queue<(ulong Id, bool IsEnd)> _open = new();

    /// <summary>Added to a request's number it is the subscription's.</summary>
    public ulong FirstSubscription { get; set; } = 100;

    public int Open => _open.Count;

    /// <summary>Number of the last request.</summary>
    public ulong LastId { get; private set; }

    /// <summary>Whether the last request was for logs.</summary>
    public bool LastWasLogs { get; private set; }

    public void SendText(ReadOnlySpan<byte> utf8)
    {
        ReadOnlySpan<byte> before = "{\"jsonrpc\":\"2.0\",\"id\":"u8;
        Invariant.Hold(utf8.Length <= MaxRequestBytes && utf8.StartsWith(before) && utf8[^1] == '}', "a request is too long or not whole");
        Invariant.Hold(Utf8Parser.TryParse(utf8[before.Length..], out ulong id, out _) && id > LastId, "a request's number is not the next");
        LastId = id;
        LastWasLogs = utf8.IndexOf("logsSubscribe"u8) >= 0;
        _open.Enqueue((id, utf8.IndexOf("Unsubscribe"u8) >= 0));
    }

    /// <summary>The connection is lost, and what was asked with it.</summary>
    public void Forget() => _open.Clear();

    /// <summary>Answers the oldest request; returns how many messages that were.</summary>
    public int AnswerOne(SolanaSink sink, bool refuse)
    {
        if (!_open.TryDequeue(out (ulong Id, bool IsEnd) request))
        {
            return 0;
        }

        Span<byte> text = stackalloc byte[128];
        int length;
        bool fits = refuse
            ? System.Text.Unicode.Utf8.TryWrite(text, $"{{\"jsonrpc\":\"2.0\",\"error\":{{\"code\":-32602,\"message\":\"no\"}},\"id\":{request.Id}}}", out length)
            : request.IsEnd ? System.Text.Unicode.Utf8.TryWrite(text, $"{{\"jsonrpc\":\"2.0\",\"result\":true,\"id\":{request.Id}}}", out length)
            : System.Text.Unicode.Utf8.TryWrite(text, $"{{\"jsonrpc\":\"2.0\",\"result\":{FirstSubscription + request.Id},\"id\":{request.Id}}}", out length);
        Invariant.Hold(fits, "an answer does not fit");
        sink.OnMessage(text[..length], isText: true, 0);
        return 1;
    }
}
