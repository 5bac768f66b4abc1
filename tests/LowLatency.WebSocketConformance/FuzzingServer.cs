using System.Text;
using LowLatency.Feed;

namespace LowLatency.WebSocketConformance;

/// <summary>The endpoints of an Autobahn fuzzing server, each of them a WebSocket.</summary>
internal sealed class FuzzingServer(string address, string agent, FeedReader reader, DeflateOffer? deflate)
{
    // The cases of group 9 send up to 16 MiB in one message.
    private const int MaxMessageBytes = 64 << 20;
    private const int StallTimeoutMs = 60_000;

    private readonly string _address = address.TrimEnd('/');
    private readonly string _agent = Uri.EscapeDataString(agent);

    public string Address => _address;

    /// <summary>How many cases there are; null where the server does not say.</summary>
    public async Task<int?> CountAsync(CancellationToken stop) => int.TryParse(await AskAsync("getCaseCount", null, stop).ConfigureAwait(false), out int count) ? count : null;

    /// <summary>JSON with the id of a case; null where the server does not say.</summary>
    public Task<string?> InfoAsync(int number, CancellationToken stop) => AskAsync($"getCaseInfo?case={number}", null, stop);

    /// <summary>JSON with the server's verdict on a case that has been run; null where the server does not say.</summary>
    public Task<string?> VerdictAsync(int number, CancellationToken stop) => AskAsync($"getCaseStatus?case={number}&agent={_agent}", null, stop);

    /// <summary>Has the server write its report.</summary>
    public async Task<bool> UpdateReportsAsync(CancellationToken stop)
    {
        (OpenResult opened, _) = await RunAsync($"updateReports?agent={_agent}", static _ => new Answer(), null, stop).ConfigureAwait(false);
        return opened.Failure == OpenFailure.None;
    }

    /// <summary>Runs a case: every message is sent back until the server closes.</summary>
    public Task<(OpenResult Opened, ConnectionEnd End)> RunCaseAsync(int number, CancellationToken stop) =>
        RunAsync($"runCase?case={number}&agent={_agent}", static connection => new Echo(connection), deflate, stop);

    private async Task<string?> AskAsync(string path, DeflateOffer? offer, CancellationToken stop)
    {
        Answer answer = new();
        await RunAsync(path, _ => answer, offer, stop).ConfigureAwait(false);
        return answer.Text;
    }

    private async Task<(OpenResult Opened, ConnectionEnd End)> RunAsync(
        string path, Func<WebSocketConnection, IFeedSink> sink, DeflateOffer? offer, CancellationToken stop)
    {
        FeedOptions options = new()
        {
            Endpoint = new Uri($"{_address}/{path}"),
            Reader = reader,
            Deflate = offer,
            MaxMessageBytes = MaxMessageBytes,
            StallTimeoutMs = StallTimeoutMs,
        };
        OpenResult opened = await WebSocketConnection.OpenAsync(options, cancellationToken: stop).ConfigureAwait(false);
        if (opened.Connection is not { } connection)
        {
            return (opened, default);
        }

        using (connection)
        {
            return (opened, await connection.RunAsync(sink(connection), stop).ConfigureAwait(false));
        }
    }

    private sealed class Echo(WebSocketConnection connection) : IFeedSink
    {
        public void OnMessage(ReadOnlySpan<byte> payload, bool isText, long receivedTimestamp) => connection.TrySend(payload, isText);

        public void OnBatchEnd()
        {
        }

        public void OnConnected(IFeedSender sender)
        {
        }

        public void OnInterrupted()
        {
        }
    }

    private sealed class Answer : IFeedSink
    {
        public string? Text { get; private set; }

        public void OnMessage(ReadOnlySpan<byte> payload, bool isText, long receivedTimestamp) => Text ??= Encoding.UTF8.GetString(payload);

        public void OnBatchEnd()
        {
        }

        public void OnConnected(IFeedSender sender)
        {
        }

        public void OnInterrupted()
        {
        }
    }
}
