using System.Text.Json;
using System.Text.Json.Serialization;
using BenchmarkDotNet.Attributes;
using LowLatency.Features;
using LowLatency.Feed;
using LowLatency.Inference;
using LowLatency.Pools;
using LowLatency.Simulation;
using LowLatency.Storage;

namespace LowLatency.Benchmarks;

/// <summary>One JSON snapshot, as the gateway sends it: our span parser beside System.Text.Json's reflection serializer.</summary>
[MemoryDiagnoser]
public class SnapshotDecode
{
    private const int Messages = 1_024;

    private readonly byte[][] _messages = new byte[Messages][];

    [GlobalSetup]
    public void Setup()
    {
        using SnapshotJson json = new();
        int i = 0;
        foreach (RecordedRow row in World.Create("realistic", 1).Rows().Take(Messages))
        {
            _messages[i++] = json.Write(row).ToArray();
        }

        if (Span() != Serializer())
        {
            throw new InvalidOperationException("the parsers disagree");
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Messages)]
    public double Serializer()
    {
        double sum = 0;
        foreach (byte[] message in _messages)
        {
            sum += JsonSerializer.Deserialize<Snapshot>(message)!.BaseReserve;
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Messages)]
    public double Span()
    {
        double sum = 0;
        foreach (byte[] message in _messages)
        {
            PoolSnapshot snapshot = PoolSnapshot.Empty;
            sum += SnapshotParser.Parse(message, ref snapshot) == RejectReason.None ? snapshot.BaseReserve : double.NaN;
        }

        return sum;
    }

    private sealed record Snapshot(
        [property: JsonPropertyName("pool_id")] string PoolId,
        [property: JsonPropertyName("timestamp")] long Timestamp,
        [property: JsonPropertyName("price")] double Price,
        [property: JsonPropertyName("base_reserve")] double BaseReserve,
        [property: JsonPropertyName("quote_reserve")] double QuoteReserve,
        [property: JsonPropertyName("volume_24h")] double Volume24h,
        [property: JsonPropertyName("decimals_a")] int DecimalsA,
        [property: JsonPropertyName("decimals_b")] int DecimalsB,
        [property: JsonPropertyName("token_a_mint")] string TokenAMint,
        [property: JsonPropertyName("token_b_mint")] string TokenBMint);
}

/// <summary>Quality, features and inference of one observation, over a tape of the simulated world.</summary>
[MemoryDiagnoser]
public class Stages
{
    private const int Observations = 4_096;
    private const int MaxPools = 1_024;

    private readonly PoolUpdate[] _updates = new PoolUpdate[Observations];
    private readonly FeatureVector[] _vectors = new FeatureVector[Observations];
    private FeatureEngine _engine = new(MaxPools);
    private FoundationModel _model = null!;

    /// <summary>The models that lie beside the benchmark's own files.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _model = FoundationModel.Load(Path.Combine(AppContext.BaseDirectory, "onnx"));
        _model.WarmUp();
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

    [GlobalCleanup]
    public void Cleanup() => _model.Dispose();

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

    [Benchmark(OperationsPerInvoke = Observations)]
    public double Inference()
    {
        Prediction prediction = default;
        double sum = 0;
        for (int i = 0; i < Observations; i++)
        {
            _model.Predict(_vectors[i], ref prediction);
            sum += prediction.Moon;
        }

        return sum;
    }
}
