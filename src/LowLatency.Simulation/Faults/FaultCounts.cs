namespace LowLatency.Simulation.Faults;

/// <summary>How often each fault happened, over all connections. Safe from any thread.</summary>
internal sealed class FaultCounts
{
    private readonly long[] _counts = new long[Enum.GetValues<GatewayFault>().Length];

    public long this[GatewayFault fault] => Interlocked.Read(ref _counts[(int)fault]);

    public void Add(GatewayFault fault) => Interlocked.Increment(ref _counts[(int)fault]);
}
