using BenchmarkDotNet.Attributes;
using LowLatency.Features;
using LowLatency.Feed;
using LowLatency.Pools;
using LowLatency.Simulation;
using LowLatency.Storage;

namespace LowLatency.Benchmarks;

/// <summary>Features of one observation, over a tape of the simulated world.</summary>
[MemoryDiagnoser]
public class Stages
{
    private const int Observations = 4_096;
    private const int MaxPools = 1_024;

    private readonly PoolUpdate[] _updates = new PoolUpdate[Observations];
    private readonly FeatureVector[] _vectors = new FeatureVector[Observations];
    private FeatureEngine _engine = new(MaxPools);

    [GlobalSetup]
    public void Setup()
    {
        PoolTable pools = new(MaxPools);
        RecordedRowAdapter adapter = new();
        int i = 0;
        foreach (RecordedRow row in World.Create("realistic", 1).Rows().Take(Observations))
        {
            if (pools.TryNormalize(adapter.ToSnapshot(row), row.Id, ref _updates[i++]) != RejectReason.None)
            {
                throw new InvalidOperationException("the tape is not clean");
            }
        }

        Features();
    }

    [Benchmark(OperationsPerInvoke = Observations)]
    public double Features()
    {
        WindowView window = default;
        for (int i = 0; i < Observations; i++)
        {
            _engine.OnObservation(_updates[i], newSegment: false, ref _vectors[i], ref window);
        }

        return window.Drawdown;
    }
}
