namespace LowLatency.Disruptor.Tests;

/// <summary>Tests whose threads burn a core while they wait: one after the other, and beside no other test.</summary>
[CollectionDefinition(nameof(Spinning), DisableParallelization = true)]
public sealed class Spinning;
