using Disruptor.Dsl;

namespace LowLatency.Pipeline;

/// <summary>What happens when the outbox is full because its consumer lags.</summary>
public enum OutboxPolicy : byte
{
    /// <summary>The event is not projected, and that is counted. Trading never waits for SQLite.</summary>
    Drop,

    /// <summary>The business thread waits. For replays, where nothing is live.</summary>
    Wait,
}

/// <summary>How a pipeline is built. Immutable; <see cref="Validate"/> before use.</summary>
public sealed record PipelineOptions
{
    // The feed, and the projection with the rest of the process.
    private const int OtherThreads = 2;

    private const int MaxEndpoints = 2;

    /// <summary>Slots of the ring; a power of two. 4,096 slots are 2.5 MB and 27 s of the seed's feed.</summary>
    public int RingSize { get; init; } = 4_096;

    /// <summary>Slots of the outbox; a power of two.</summary>
    public int OutboxSize { get; init; } = 8_192;

    /// <summary>Most pools at a time.</summary>
    public int MaxPools { get; init; } = Pools.PoolTable.DefaultCapacity;

    /// <summary>How the stages are spread over threads.</summary>
    public Topology Topology { get; init; }

    /// <summary>How the business thread waits.</summary>
    public WaitMode Wait { get; init; }

    /// <summary>Core of the business thread (the first of several where the stages have a thread each); null = not pinned.</summary>
    public int? PinCore { get; init; }

    /// <summary>
    /// Most events that a stage takes before the next stage gets them. More make a burst cheaper as a whole, and its first
    /// decision later by so many inferences.
    /// </summary>
    public int MaxBatch { get; init; } = 8;

    /// <summary>What the feed's text messages are.</summary>
    public Feed.FeedFormat Format { get; init; }

    /// <summary>Connections that deliver the same market: 1, or 2 that race each other.</summary>
    public int Endpoints { get; init; } = 1;

    /// <summary>How a Solana node is listened to, where <see cref="Format"/> says that the feed is one.</summary>
    public Feed.Solana.SolanaOptions Solana { get; init; } = new();

    /// <summary>What the feed does when the ring is full.</summary>
    public FullRingPolicy FullRing { get; init; }

    /// <summary>What happens when the outbox is full.</summary>
    public OutboxPolicy OutboxPolicy { get; init; }

    /// <summary>The threads and waits that these options stand for.</summary>
    /// <param name="stages">How many stages there are.</param>
    /// <param name="budget">The cores of this process.</param>
    public ThreadPlan Plan(int stages, CoreBudget budget) =>
        ThreadPlan.Choose(stages, OtherThreads, budget, Topology, Wait, coresSetAside: PinCore is not null);

    /// <summary>What is wrong with these options, one line each.</summary>
    public IReadOnlyList<string> Validate()
    {
        List<string> problems = [];
        foreach ((string name, int size) in new[] { (nameof(RingSize), RingSize), (nameof(OutboxSize), OutboxSize) })
        {
            if (size < 2 || !System.Numerics.BitOperations.IsPow2(size))
            {
                problems.Add($"{name} is {size}; it must be a power of two of at least 2");
            }
        }

        if (MaxBatch < 1)
        {
            problems.Add($"{nameof(MaxBatch)} is {MaxBatch}; it must be at least 1");
        }

        if (Endpoints is < 1 or > MaxEndpoints)
        {
            problems.Add($"{nameof(Endpoints)} is {Endpoints}; it must be from 1 to {MaxEndpoints}");
        }

        if (MaxPools is < 1 or > 1 << 20)
        {
            problems.Add($"{nameof(MaxPools)} is {MaxPools}; it must be from 1 to {1 << 20}");
        }

        return problems;
    }
}
