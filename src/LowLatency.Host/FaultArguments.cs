using System.CommandLine;
using LowLatency.Simulation.Faults;

namespace LowLatency.Host;

/// <summary>The options of <c>serve</c> that break things on purpose.</summary>
internal sealed class FaultArguments
{
    private readonly Option<int> _faultyConnections = Count("--faulty-connections", "Only the first N connections have faults; 0 = all");

    private readonly Option<int> _fragment = Count("--fragment", "Fault: messages in WebSocket fragments of at most N bytes");

    private readonly Option<int> _segment = Count("--segment", "Fault: TCP segments of N bytes, each its own write");

    private readonly Option<int> _pingEvery = Count("--ping-every", "Fault: a ping every N messages, between its fragments too");

    private readonly Option<int> _stallEvery = Count("--stall-every", "Fault: silence after every N messages");

    private readonly Option<int> _stallMs = Count("--stall-ms", "Length of a silence", GatewayFaults.None.StallMs);

    private readonly Option<int> _halfOpenAfter = Count("--half-open-after", "Fault: after N messages neither send nor read, and keep the socket open");

    private readonly Option<int> _garbageEvery = Count("--garbage-every", "Fault: a malformed message after every N");

    private readonly Option<GarbageKinds> _garbage = new("--garbage")
    {
        Description = "Kinds of malformed messages: Truncated, InvalidUtf8, WrongKind, Huge, Survivable or All; several with commas",
        DefaultValueFactory = static _ => GarbageKinds.All,
    };

    private readonly Option<int> _hugeBytes = Count("--huge-bytes", "Size of a huge message", GatewayFaults.None.HugeBytes);

    private readonly Option<int> _violationEvery = Count("--violation-every", "Fault: a frame that RFC 6455 forbids after every N messages");

    private readonly Option<ViolationKinds> _violations = new("--violations")
    {
        Description = "Kinds of forbidden frames: Masked, ReservedBit, ReservedOpcode, OrphanContinuation, FragmentedPing, OversizePing or All",
        DefaultValueFactory = static _ => ViolationKinds.All,
    };

    private readonly Option<int> _closeAfter = Count("--close-after", "Fault: close after N messages");

    private readonly Option<int> _closeCode = Count("--close-code", "The code of that close", GatewayFaults.None.CloseCode);

    private readonly Option<int> _resetAfter = Count("--reset-after", "Fault: TCP reset after N messages (a reconnect storm)");

    private readonly Option<int> _refuseFirst = Count("--refuse-first", "Fault: refuse the first N connections");

    private readonly Option<int> _refuseEvery = Count("--refuse-every", "Fault: refuse every Nth connection");

    private readonly Option<int> _refuseStatus = Count("--refuse-status", "HTTP status of a refusal", GatewayFaults.None.RefuseStatus);

    private readonly Option<int> _retryAfter = Count("--retry-after", "Retry-After of a refusal in seconds; 0 = none");

    private readonly Option<Impostor> _impostor = new("--impostor") { Description = "Fault: answer as a PlainHttp server, or as NoHttp at all" };

    private readonly Option<int> _forkEvery = Count("--fork-every", "Fault (solana): after every N slots with accounts, tell the slot before again");

    private readonly Option<int> _duplicateEvery = Count("--duplicate-every", "Fault (solana): every Nth notification comes twice");

    private readonly Option<int> _closeVaultEvery = Count("--close-vault-every", "Fault (solana): in every Nth slot with accounts a pool's vaults are closed");

    private readonly Option<int> _failEvery = Count("--fail-every", "Fault (solana): every Nth swap is also logged by a transaction that failed");

    public void AddTo(Command command)
    {
        Option[] all =
        [
            _faultyConnections, _fragment, _segment, _pingEvery, _stallEvery, _stallMs, _halfOpenAfter, _garbageEvery, _garbage, _hugeBytes,
            _violationEvery, _violations, _closeAfter, _closeCode, _resetAfter, _refuseFirst, _refuseEvery, _refuseStatus, _retryAfter,
            _impostor, _forkEvery, _duplicateEvery, _closeVaultEvery, _failEvery,
        ];
        foreach (Option option in all)
        {
            command.Options.Add(option);
        }
    }

    public GatewayFaults Faults(ParseResult arguments) => new()
    {
        FaultyConnections = arguments.GetValue(_faultyConnections),
        FragmentBytes = arguments.GetValue(_fragment),
        SegmentBytes = arguments.GetValue(_segment),
        PingEvery = arguments.GetValue(_pingEvery),
        StallEvery = arguments.GetValue(_stallEvery),
        StallMs = arguments.GetValue(_stallMs),
        HalfOpenAfter = arguments.GetValue(_halfOpenAfter),
        GarbageEvery = arguments.GetValue(_garbageEvery),
        Garbage = arguments.GetValue(_garbage),
        HugeBytes = arguments.GetValue(_hugeBytes),
        ViolationEvery = arguments.GetValue(_violationEvery),
        Violations = arguments.GetValue(_violations),
        CloseAfter = arguments.GetValue(_closeAfter),
        CloseCode = arguments.GetValue(_closeCode),
        ResetAfter = arguments.GetValue(_resetAfter),
        RefuseFirst = arguments.GetValue(_refuseFirst),
        RefuseEvery = arguments.GetValue(_refuseEvery),
        RefuseStatus = arguments.GetValue(_refuseStatus),
        RetryAfterSeconds = arguments.GetValue(_retryAfter),
        Impostor = arguments.GetValue(_impostor),
        ForkEverySlots = arguments.GetValue(_forkEvery),
        DuplicateEvery = arguments.GetValue(_duplicateEvery),
        CloseVaultEverySlots = arguments.GetValue(_closeVaultEvery),
        FailEverySwaps = arguments.GetValue(_failEvery),
    };

    private static Option<int> Count(string name, string description, int otherwise = 0) =>
        new(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => otherwise };
}
