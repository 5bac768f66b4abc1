namespace LowLatency.Pipeline;

/// <summary>How the stages are spread over threads.</summary>
public enum Topology : byte
{
    /// <summary>Fused below six cores, a thread each otherwise.</summary>
    Auto,

    /// <summary>All stages on one thread, one after the other.</summary>
    Fused,

    /// <summary>A thread for each stage.</summary>
    Pipelined,
}

/// <summary>How the business thread waits for the next event.</summary>
public enum WaitMode : byte
{
    /// <summary>Spinning where the thread is pinned to a core, blocking otherwise.</summary>
    Auto,

    /// <summary>Burns its core: least latency.</summary>
    Spin,

    /// <summary>Spins, then yields.</summary>
    Yield,

    /// <summary>Sleeps until it is woken: costs nothing while nothing happens.</summary>
    Block,
}

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
    private const int CoresForPipelined = 6;

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

    /// <summary>What happens when the outbox is full.</summary>
    public OutboxPolicy OutboxPolicy { get; init; }

    /// <summary>The topology <see cref="Pipeline.Topology.Auto"/> stands for on <paramref name="cores"/> cores.</summary>
    public Topology ResolveTopology(int cores) =>
        Topology != Topology.Auto ? Topology : cores >= CoresForPipelined ? Topology.Pipelined : Topology.Fused;

    /// <summary>The wait mode <see cref="WaitMode.Auto"/> stands for.</summary>
    public WaitMode ResolveWait() => Wait != WaitMode.Auto ? Wait : PinCore is null ? WaitMode.Block : WaitMode.Spin;

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

        if (MaxPools is < 1 or > 1 << 20)
        {
            problems.Add($"{nameof(MaxPools)} is {MaxPools}; it must be from 1 to {1 << 20}");
        }

        return problems;
    }
}
