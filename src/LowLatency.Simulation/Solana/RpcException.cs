namespace LowLatency.Simulation.Solana;

/// <summary>A request that is answered with an error. The message goes into JSON as it is.</summary>
internal sealed class RpcException(int code, string message) : Exception(message)
{
    /// <summary>Not JSON.</summary>
    public const int ParseError = -32_700;

    /// <summary>JSON, but no request.</summary>
    public const int InvalidRequest = -32_600;

    /// <summary>A method this node does not have.</summary>
    public const int MethodNotFound = -32_601;

    /// <summary>Parameters that are not understood, and requests that are too long.</summary>
    public const int InvalidParams = -32_602;

    /// <summary>JSON-RPC's code.</summary>
    public int Code { get; } = code;
}
