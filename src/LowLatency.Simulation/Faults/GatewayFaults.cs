namespace LowLatency.Simulation.Faults;

/// <summary>
/// What goes wrong on purpose. Immutable, all off by default. "Every" counts the messages of one connection (rows or
/// notifications, no answers) and 0 = never; extra bad messages come after the good ones, which are never lost.
/// </summary>
public sealed record GatewayFaults
{
    private const int Most = 1_000_000_000;

    /// <summary>Nothing goes wrong.</summary>
    public static GatewayFaults None { get; } = new();

    /// <summary>Only the first so many connections have faults; 0 = all.</summary>
    public int FaultyConnections { get; init; }

    /// <summary>Longest WebSocket fragment; 0 = messages are whole.</summary>
    public int FragmentBytes { get; init; }

    /// <summary>Bytes of a TCP segment, each in a write of its own; 0 = as it comes.</summary>
    public int SegmentBytes { get; init; }

    /// <summary>A ping every so many messages; between the fragments too where there are any.</summary>
    public int PingEvery { get; init; }

    /// <summary>A silence of <see cref="StallMs"/> after every so many messages.</summary>
    public int StallEvery { get; init; }

    /// <summary>Length of a silence.</summary>
    public int StallMs { get; init; } = 1_000;

    /// <summary>After so many messages it neither sends nor reads any more; the socket stays open.</summary>
    public int HalfOpenAfter { get; init; }

    /// <summary>A malformed message after every so many.</summary>
    public int GarbageEvery { get; init; }

    /// <summary>The kinds to choose from.</summary>
    public GarbageKinds Garbage { get; init; } = GarbageKinds.All;

    /// <summary>Bytes of a huge message; the default is just over the feed's limit of 1 MiB.</summary>
    public int HugeBytes { get; init; } = (1 << 20) + 1;

    /// <summary>A forbidden frame after every so many messages.</summary>
    public int ViolationEvery { get; init; }

    /// <summary>The kinds to choose from.</summary>
    public ViolationKinds Violations { get; init; } = ViolationKinds.All;

    /// <summary>Closed with <see cref="CloseCode"/> after so many messages.</summary>
    public int CloseAfter { get; init; }

    /// <summary>The code of that close; 1001 = going away. Any code at all, also forbidden ones.</summary>
    public int CloseCode { get; init; } = 1_001;

    /// <summary>Reset (no close, no FIN) after so many messages.</summary>
    public int ResetAfter { get; init; }

    /// <summary>The first so many connections are refused.</summary>
    public int RefuseFirst { get; init; }

    /// <summary>Every so-manieth connection is refused.</summary>
    public int RefuseEvery { get; init; }

    /// <summary>HTTP status of a refusal.</summary>
    public int RefuseStatus { get; init; } = 503;

    /// <summary>The <c>Retry-After</c> of a refusal; 0 = none.</summary>
    public int RetryAfterSeconds { get; init; }

    /// <summary>What answers in the gateway's place.</summary>
    public Impostor Impostor { get; init; }

    /// <summary>Solana: after every so many slots with accounts, the slot before is told again.</summary>
    public int ForkEverySlots { get; init; }

    /// <summary>Solana: every so-manieth notification comes twice.</summary>
    public int DuplicateEvery { get; init; }

    /// <summary>Solana: in every so-manieth slot with accounts, a pool's vaults are closed; the pool is not told again.</summary>
    public int CloseVaultEverySlots { get; init; }

    /// <summary>Solana: every so-manieth swap is also attempted in a transaction that fails.</summary>
    public int FailEverySwaps { get; init; }

    /// <summary>Throws <see cref="ArgumentException"/> naming the first setting that is out of range.</summary>
    internal void Validate(GatewayFormat format)
    {
        (int Value, string Name)[] counts =
        [
            (FaultyConnections, nameof(FaultyConnections)), (FragmentBytes, nameof(FragmentBytes)), (SegmentBytes, nameof(SegmentBytes)),
            (PingEvery, nameof(PingEvery)), (StallEvery, nameof(StallEvery)), (StallMs, nameof(StallMs)), (HalfOpenAfter, nameof(HalfOpenAfter)),
            (GarbageEvery, nameof(GarbageEvery)), (ViolationEvery, nameof(ViolationEvery)), (CloseAfter, nameof(CloseAfter)),
            (ResetAfter, nameof(ResetAfter)), (RefuseFirst, nameof(RefuseFirst)), (RefuseEvery, nameof(RefuseEvery)),
            (RetryAfterSeconds, nameof(RetryAfterSeconds)), (ForkEverySlots, nameof(ForkEverySlots)), (DuplicateEvery, nameof(DuplicateEvery)),
            (CloseVaultEverySlots, nameof(CloseVaultEverySlots)), (FailEverySwaps, nameof(FailEverySwaps)),
        ];
        foreach ((int value, string name) in counts)
        {
            GatewayOptions.Range(value, 0, Most, name);
        }

        GatewayOptions.Range(HugeBytes, 1, 256 << 20, nameof(HugeBytes));
        GatewayOptions.Range(CloseCode, 0, ushort.MaxValue, nameof(CloseCode));
        GatewayOptions.Range(RefuseStatus, 100, 599, nameof(RefuseStatus));
        GatewayOptions.Range((int)Garbage, 1, (int)GarbageKinds.All, nameof(Garbage));
        GatewayOptions.Range((int)Violations, 1, (int)ViolationKinds.All, nameof(Violations));
        if (format != GatewayFormat.Solana && (ForkEverySlots | DuplicateEvery | CloseVaultEverySlots | FailEverySwaps) != 0)
        {
            throw new ArgumentException("forks, duplicates, closed vaults and failed transactions are a Solana node's");
        }
    }
}
