using System.CommandLine;
using System.Globalization;
using LowLatency.Feed;
using LowLatency.Feed.Solana;
using LowLatency.Pipeline;
using LowLatency.Pipeline.Race;
using LowLatency.Simulation;
using Spectre.Console;

namespace LowLatency.Host;

/// <summary>Live: a feed, or a simulated world on loopback.</summary>
internal sealed class RunCommand
{
    private const string FeedVariable = "LOWLATENCY_FEED";
    private const string SecondFeedVariable = "LOWLATENCY_SECOND_FEED";
    private const int SolanaStallTimeoutMs = 5_000;

    // What a session subscribes first: the simulated node tells nothing before that.
    private const int ProgramsAndSlots = 3;

    private readonly PipelineArguments _pipeline = new();

    private readonly Option<string?> _feed = new("--feed")
    {
        Description = $"WebSocket URL of the feed (or the environment variable {FeedVariable}, where a token belongs); default: a simulated world on loopback",
    };

    private readonly Option<string[]> _header = new("--header") { Description = "Extra request header, 'Name: value'; may be repeated" };

    private readonly Option<string?> _secondFeed = new("--second-feed")
    {
        Description = $"A second URL of the same market (or {SecondFeedVariable}) that races the first: whoever tells something first wins",
    };

    private readonly Option<string[]> _secondHeader = new("--second-header") { Description = "Extra request header of the second feed; may be repeated" };

    private readonly Option<string> _reader = new("--reader")
    {
        Description = "Who reads the feed: pipe (ws, wss), socket (ws; a blocking thread), spin (ws; a thread that never sleeps)",
        DefaultValueFactory = static _ => "pipe",
    };

    private readonly Option<string?> _duration = new("--duration") { Description = "Stop after this time: 90s, 10m, 2h; default: until Ctrl-C" };

    private readonly Option<string?> _db = new("--db") { Description = "SQLite file to record into; default: lowlatency-<time>.sqlite here" };

    private readonly Option<bool> _noDb = new("--no-db") { Description = "Record nothing" };

    private readonly Option<string> _world = new("--world") { Description = $"Simulated world: {string.Join(", ", World.Names)}", DefaultValueFactory = static _ => "realistic" };

    private readonly Option<ulong> _seed = new("--seed") { Description = "Seed of the simulated world", DefaultValueFactory = static _ => 1UL };

    private readonly Option<double> _speed = new("--speed") { Description = "Speed of the simulated world: 1 = real time, 0 = as fast as it goes", DefaultValueFactory = static _ => 1.0 };

    private readonly Option<bool> _untilClose = new("--until-close") { Description = "End when the server closes normally, instead of reconnecting (for recordings served by 'serve')" };

    private readonly Option<FeedFormat> _format = new("--format") { Description = "What the feed's text messages are; binary ones are always MessagePack snapshots" };

    private readonly Option<FullRingPolicy> _fullRing = new("--full-ring") { Description = "When trading lags: the feed waits, or only the last row of each pool is kept (for nodes that disconnect slow readers)" };

    private readonly Option<bool> _logs = new("--logs") { Description = "On a Solana node: each watched pool's logs too, so that every swap is seen and recomputed" };

    private readonly Option<string?> _tape = new("--tape") { Description = "File to record the feed's raw messages into, for 'replay --tape'; default: none" };

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _feed, _header, _secondFeed, _secondHeader, _reader, _duration, _db, _noDb, _world, _seed, _speed, _untilClose, _format, _logs, _fullRing, _tape })
        {
            command.Options.Add(option);
        }

        _reader.AcceptOnlyFromAmong("pipe", "socket", "spin");
        _pipeline.AddTo(command);
        command.SetAction(RunAsync);
    }

    private static GatewayFormat Served(FeedFormat format) => format switch
    {
        FeedFormat.SocketIo => GatewayFormat.SocketIo,
        FeedFormat.Solana => GatewayFormat.Solana,
        _ => GatewayFormat.Json,
    };

    private static TimeSpan Duration(string? text)
    {
        if (text is null)
        {
            return Timeout.InfiniteTimeSpan;
        }

        double unit = text.Length == 0 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3_600, _ => 0 };
        return unit > 0 && double.TryParse(text.AsSpan(0, text.Length - 1), CultureInfo.InvariantCulture, out double amount) && amount is > 0 and < 1e6
            ? TimeSpan.FromSeconds(amount * unit)
            : throw new ArgumentException($"--duration '{text}' is no time; write 90s, 10m or 2h");
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        bool json = _pipeline.Json(arguments);
        Action<string> say = json ? static line => Console.Error.WriteLine(line) : static line => AnsiConsole.Console.Profile.Out.Writer.WriteLine(line);
        TimeSpan duration = Duration(arguments.GetValue(_duration));
        string? url = arguments.GetValue(_feed) ?? Environment.GetEnvironmentVariable(FeedVariable);
        FeedFormat format = arguments.GetValue(_format);
        string? tapePath = arguments.GetValue(_tape);
        Uri? second = SecondEndpoint(arguments, hasFirst: !string.IsNullOrEmpty(url), hasTape: tapePath is not null);
        Gateway? gateway = null;
        Uri endpoint;
        if (string.IsNullOrEmpty(url))
        {
            World world = ServeCommand.Live(arguments.GetValue(_world)!, arguments.GetValue(_seed), Served(format));
            gateway = Gateway.Start(world.Rows, new GatewayOptions(Speed: arguments.GetValue(_speed)) { Format = Served(format), StartAfterSubscriptions = ProgramsAndSlots });
            endpoint = gateway.Endpoint;
            say($"no feed named: serving the simulated world '{arguments.GetValue(_world)}', seed {arguments.GetValue(_seed)}, at {endpoint}");
        }
        else
        {
            endpoint = Endpoint(url, "the feed");
        }

        FeedOptions options = new()
        {
            Endpoint = endpoint,
            Headers = Headers(arguments.GetValue(_header) ?? []),
            Reader = arguments.GetValue(_reader) switch { "socket" => FeedReader.BlockingSocket, "spin" => FeedReader.SpinningSocket, _ => FeedReader.Pipe },
            StopOnNormalClose = arguments.GetValue(_untilClose),

            // A node tells every slot: market.md calls five seconds without one dead.
            StallTimeoutMs = format == FeedFormat.Solana ? SolanaStallTimeoutMs : FeedOptions.DefaultStallTimeoutMs,
        };
        IReadOnlyList<FeedOptions> endpoints = second is null ? [options]
            : [options, options with { Endpoint = second, Headers = Headers(arguments.GetValue(_secondHeader) ?? []) }];
        IReadOnlyList<string> labels = RacedFeed.Labels(endpoints);
        string? store = arguments.GetValue(_noDb) ? null
            : arguments.GetValue(_db) ?? $"lowlatency-{DateTime.UtcNow:yyyyMMdd-HHmmss}.sqlite";
        TapeClock clock = new();
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using Session session = new(
            _pipeline.Options(arguments, OutboxPolicy.Drop) with { Format = format, Endpoints = endpoints.Count, FullRing = arguments.GetValue(_fullRing), Solana = new SolanaOptions { RayLogs = arguments.GetValue(_logs) } }, _pipeline.Settings(arguments), _pipeline.Models(arguments),
            store, say, tapePath is null ? TimeProvider.System : clock)
        {
            Endpoints = labels,
        };

        // A simulated world can wait for the disk; a market cannot.
        using TapeWriter? tape = tapePath is null ? null : new TapeWriter(
            File.Create(tapePath), format, session.Pipeline.Sink, clock, gateway is null ? TapeFullPolicy.Drop : TapeFullPolicy.Wait);
        say($"model {session.Pipeline.Model.Description}; {session.Pipeline.Plan.Why}; connecting to {string.Join(" and ", labels)}");
        stop.CancelAfter(duration);
        new OperatorConsole(session, Console.In, say, stop).Start();
        Task watching = session.Champion.RunAsync(stop.Token);
        Task<FeedEnd> feeding = session.Pipeline.Race is { } race ? RacedFeed.RunAsync(race, endpoints, say, cancellationToken: stop.Token)
            : new FeedClient(options, tape is null ? session.Pipeline.Sink : tape, say).RunAsync(stop.Token);
        if (json)
        {
            await feeding.ConfigureAwait(false);
        }
        else
        {
            await LiveStatus.ShowAsync(session, feeding).ConfigureAwait(false);
        }

        FeedEnd end = await feeding.ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await watching.ConfigureAwait(false);
        await session.StopAsync().ConfigureAwait(false);
        if (gateway is not null)
        {
            await gateway.DisposeAsync().ConfigureAwait(false);
        }

        if (tape is not null)
        {
            tape.Dispose();
            say(string.Create(CultureInfo.InvariantCulture, $"tape: {tape.Recorded} records, {tape.Lost} lost{(tape.Failure is { } why ? ", ended early: " + why : "")}"));
        }

        Summary.Print(session, json);
        return end == FeedEnd.Refused ? ExitCodes.Failed : ExitCodes.Ok;
    }

    // A token belongs into the URL, so that no message may quote it.
    private static Uri Endpoint(string url, string name) => Uri.TryCreate(url, UriKind.Absolute, out Uri? endpoint) && endpoint.Scheme is ("ws" or "wss")
        ? endpoint
        : throw new ArgumentException($"{name} must be a ws:// or wss:// URL");

    private Uri? SecondEndpoint(ParseResult arguments, bool hasFirst, bool hasTape)
    {
        string? url = arguments.GetValue(_secondFeed) ?? Environment.GetEnvironmentVariable(SecondFeedVariable);
        if (string.IsNullOrEmpty(url))
        {
            return arguments.GetValue(_secondHeader) is { Length: > 0 } ? throw new ArgumentException("--second-header wants a --second-feed") : null;
        }

        return !hasFirst ? throw new ArgumentException($"a second feed (--second-feed, {SecondFeedVariable}) races a first one: name that with --feed or {FeedVariable}")
            : hasTape ? throw new ArgumentException("--tape records the messages of one connection, and a race has two: leave out --tape or the second feed")
            : Endpoint(url, "the second feed");
    }

    private static Dictionary<string, string> Headers(string[] lines)
    {
        Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase);
        foreach (string line in lines)
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 1)
            {
                throw new ArgumentException("--header is written 'Name: value'");
            }

            headers[line[..colon].Trim()] = line[(colon + 1)..].Trim();
        }

        return headers;
    }
}
