using LowLatency.Fuzz.Targets;

namespace LowLatency.Fuzz;

/// <summary>Judges one input: a function of its bytes alone, which throws where something is wrong.</summary>
internal delegate void FuzzBody(ReadOnlySpan<byte> input);

/// <summary>What is fuzzed, by name. A target may be run by several threads at a time.</summary>
/// <param name="Name">Also the name of its folder in the corpus.</param>
/// <param name="Run">Judges one input.</param>
internal sealed record FuzzTarget(string Name, FuzzBody Run)
{
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("frames", FramesTarget.Run),
        new("json", JsonTarget.Run),
        new("socketio", SocketIoTarget.Run),
        new("pack", PackTarget.Run),
        new("pubsub", PubSubTarget.Run),
        new("solana", SolanaTarget.Run),
        new("tape", TapeTarget.Run),
    ];

    /// <summary>The targets of that name; <c>all</c> is every one.</summary>
    public static IEnumerable<FuzzTarget> Named(string name) => All.Where(t => name == "all" || t.Name == name);
}
