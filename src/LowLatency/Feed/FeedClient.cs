using System.Globalization;

namespace LowLatency.Feed;

/// <summary>Why <see cref="FeedClient.RunAsync"/> ended.</summary>
public enum FeedEnd : byte
{
    /// <summary>It was cancelled.</summary>
    Cancelled,

    /// <summary>The server closed with 1000, and the options say that this is the end.</summary>
    ClosedNormally,

    /// <summary>The server will not have us, however often we ask, or the options cannot work.</summary>
    Refused,
}

/// <summary>
/// One run at a time. A WebSocket client that stays connected: each failure and each close gets one line for people and the
/// reaction that <see cref="Reaction"/> lists. Nothing it reports contains the endpoint's path, query or user, a header, or a
/// word of the server's.
/// </summary>
/// <param name="options">How the feed is reached.</param>
/// <param name="sink">Takes what comes.</param>
/// <param name="report">Takes the lines for people.</param>
/// <param name="time">Clock of the pauses and of the search for silence; null = the system's.</param>
public sealed class FeedClient(FeedOptions options, IFeedSink sink, Action<string>? report = null, TimeProvider? time = null)
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private WebSocketConnection? _connection;
    private int _connections;

    /// <summary>Connections opened so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Any thread. The connection that is open, if one is: for what a feed has to ask for.</summary>
    public WebSocketConnection? Connection => Volatile.Read(ref _connection);

    /// <summary>Runs until cancelled, closed for good, or refused.</summary>
    public async Task<FeedEnd> RunAsync(CancellationToken cancellationToken)
    {
        Backoff backoff = new(options.BackoffFloorMs, options.BackoffCeilingMs);
        while (true)
        {
            OpenResult opened = await WebSocketConnection.OpenAsync(options, _time, cancellationToken).ConfigureAwait(false);
            Reaction reaction;
            if (opened.Connection is { } connection)
            {
                ConnectionEnd end = await ServeAsync(connection, cancellationToken).ConfigureAwait(false);
                if (!cancellationToken.IsCancellationRequested && options.StopOnNormalClose && end is { Kind: ConnectionEndKind.Closed, Code: WebSocketCloseCode.Normal })
                {
                    return FeedEnd.ClosedNormally;
                }

                // A connection is a success once it has delivered something: one that only opens is no reason to hurry.
                if (end.Messages > 0)
                {
                    backoff.Reset();
                }

                reaction = Reaction.To(end, options);
            }
            else
            {
                reaction = Reaction.To(opened, options);
            }

            if (cancellationToken.IsCancellationRequested)
            {
                return FeedEnd.Cancelled;
            }

            if (reaction.Pace == ReconnectPace.Never)
            {
                report?.Invoke($"{reaction.What}; giving up");
                return FeedEnd.Refused;
            }

            TimeSpan pause = backoff.Next(reaction);
            report?.Invoke(string.Create(CultureInfo.InvariantCulture, $"{reaction.What}; trying again in {pause.TotalSeconds:0.0} s"));
            try
            {
                await Task.Delay(pause, _time, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return FeedEnd.Cancelled;
            }
        }
    }

    private async Task<ConnectionEnd> ServeAsync(WebSocketConnection connection, CancellationToken cancellationToken)
    {
        using (connection)
        {
            Volatile.Write(ref _connection, connection);
            Interlocked.Increment(ref _connections);
            try
            {
                ConnectionEnd end = await connection.RunAsync(sink, cancellationToken).ConfigureAwait(false);
                bool wasLast = options.StopOnNormalClose && end is { Kind: ConnectionEndKind.Closed, Code: WebSocketCloseCode.Normal };
                if (!wasLast && !cancellationToken.IsCancellationRequested)
                {
                    sink.OnInterrupted();
                }

                return end;
            }
            finally
            {
                Volatile.Write(ref _connection, null);
            }
        }
    }
}
