namespace LowLatency.Simulation.Solana;

/// <summary>A request that is answered with an error. The message goes into JSON as it is.</summary>
internal sealed class RpcException(int code, string message) : Exception(message)
{
    /// <summary>JSON-RPC's code.</summary>
    public int Code { get; } = code;
}
