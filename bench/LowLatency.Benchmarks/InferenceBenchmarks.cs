using BenchmarkDotNet.Attributes;
using LowLatency.Features;
using LowLatency.Inference;
using LowLatency.Simulation;
using LowLatency.Storage;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace LowLatency.Benchmarks;

/// <summary>
/// Both heads over warm observations of a simulated world, a row: compiled, ONNX Runtime with bound buffers at 1, 8 and 64 rows
/// a call, a walk over the same trees, and the peer: what one finds in most programs, a session for each head and a
/// NamedOnnxValue for each call. Margins are compared bit for bit before anything is measured.
/// </summary>
[MemoryDiagnoser]
public class Inference
{
    private const int Rows = 4_096;
    private const int WarmRows = 20_000;

    private float[] _rows = [];
    private TreeGraph _graph = null!;
    private CompiledTrees _compiled = null!;
    private FoundationSession _bound = null!;
    private InferenceSession _moon = null!;
    private InferenceSession _rug = null!;

    [GlobalSetup]
    public void Setup()
    {
        string models = Path.Combine(AppContext.BaseDirectory, "onnx");
        byte[] onnx = VersionFiles.Read(models, ModelFiles.ReadChampion(models).Foundation).Onnx;
        _graph = TreeGraph.TryRead(onnx, out string whyNot) ?? throw new InvalidOperationException(whyNot);
        _compiled = CompiledTrees.TryCompile(_graph, out whyNot) ?? throw new InvalidOperationException(whyNot);
        _bound = new FoundationSession(onnx, 64);
        using SessionOptions options = new() { IntraOpNumThreads = 1 };
        _moon = new InferenceSession(onnx, options);
        _rug = new InferenceSession(onnx, options);
        _rows = [.. FeatureTable.Build(World.Create("realistic", 1).Rows().Take(WarmRows))
            .Where(static r => r.SegmentObservations >= FeatureSchema.MinObservations).Take(Rows)
            .SelectMany(static r => r.Features[..].ToArray()).Select(static v => (float)v)];
        double expected = Walker();
        if (_rows.Length != Rows * FeatureSchema.Count || Compiled() != expected || Bound1() != expected || Bound8() != expected
            || Bound64() != expected || Naive() != expected)
        {
            throw new InvalidOperationException("the engines disagree");
        }
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _bound.Dispose();
        _moon.Dispose();
        _rug.Dispose();
    }

    [Benchmark(OperationsPerInvoke = Rows)]
    public double Compiled()
    {
        double sum = 0;
        for (int i = 0; i < Rows; i++)
        {
            _compiled.Predict(Row(i), out float moon, out float rug);
            sum += moon + rug;
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Rows)]
    public double Walker()
    {
        double sum = 0;
        for (int i = 0; i < Rows; i++)
        {
            sum += _graph.Moon.Margin(Row(i)) + _graph.Rug.Margin(Row(i));
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Rows)]
    public double Bound1() => Bound(1);

    [Benchmark(OperationsPerInvoke = Rows)]
    public double Bound8() => Bound(8);

    [Benchmark(OperationsPerInvoke = Rows)]
    public double Bound64() => Bound(64);

    [Benchmark(Baseline = true, OperationsPerInvoke = Rows)]
    public double Naive()
    {
        double sum = 0;
        for (int i = 0; i < Rows; i++)
        {
            DenseTensor<float> row = new(Row(i).ToArray(), [1, FeatureSchema.Count]);
            using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> moon =
                _moon.Run([NamedOnnxValue.CreateFromTensor(FoundationSession.InputName, row)], [FoundationSession.MoonName]);
            using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> rug =
                _rug.Run([NamedOnnxValue.CreateFromTensor(FoundationSession.InputName, row)], [FoundationSession.RugName]);
            sum += moon[0].AsTensor<float>().GetValue(0) + rug[0].AsTensor<float>().GetValue(0);
        }

        return sum;
    }

    private double Bound(int rows)
    {
        double sum = 0;
        for (int i = 0; i < Rows; i += rows)
        {
            _rows.AsSpan(i * FeatureSchema.Count, rows * FeatureSchema.Count).CopyTo(_bound.Input);
            _bound.Run(rows);
            for (int row = 0; row < rows; row++)
            {
                sum += _bound.MoonMargins[row] + _bound.RugMargins[row];
            }
        }

        return sum;
    }

    private ReadOnlySpan<float> Row(int i) => _rows.AsSpan(i * FeatureSchema.Count, FeatureSchema.Count);
}
