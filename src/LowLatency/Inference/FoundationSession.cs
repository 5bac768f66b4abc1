using System.Diagnostics;
using LowLatency.Features;
using Microsoft.ML.OnnxRuntime;

namespace LowLatency.Inference;

/// <summary>
/// One thread at a time (checked in Debug). An ONNX Runtime session over the two-headed graph, its input and outputs
/// bound once to pinned arrays: a call fills <see cref="Input"/>, runs, and reads two floats, and allocates nothing.
/// </summary>
public sealed class FoundationSession : IDisposable
{
    /// <summary>Name of the graph's input, float [N, <see cref="FeatureSchema.Count"/>].</summary>
    public const string InputName = "features";

    /// <summary>Name of the moon head's output, float [N, 1].</summary>
    public const string MoonName = "moon";

    /// <summary>Name of the rug head's output, float [N, 1].</summary>
    public const string RugName = "rug";

    private readonly float[] _input = GC.AllocateArray<float>(FeatureSchema.Count, pinned: true);
    private readonly float[] _moon = GC.AllocateArray<float>(1, pinned: true);
    private readonly float[] _rug = GC.AllocateArray<float>(1, pinned: true);
    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();
    private readonly OrtValue _inputValue;
    private readonly OrtValue _moonValue;
    private readonly OrtValue _rugValue;
    private readonly OrtIoBinding _binding;
    private int _running;

    /// <summary>Builds the session; 5 to 10 ms, so off the hot thread.</summary>
    /// <param name="onnx">Bytes of the model.</param>
    /// <exception cref="ModelRefusedException"><see cref="ModelRefusal.WrongGraph"/>: it does not load, or has other inputs or outputs.</exception>
    public FoundationSession(byte[] onnx)
    {
        // One row is too little work to share, a spinning pool steals the core of the feed, and an arena keeps what a
        // single row never needs again.
        using SessionOptions options = new()
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            EnableCpuMemArena = false,
            EnableMemoryPattern = false,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        options.AddSessionConfigEntry("session.inter_op.allow_spinning", "0");
        try
        {
            _session = new InferenceSession(onnx, options);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ModelRefusedException(ModelRefusal.WrongGraph, $"ONNX Runtime does not load it: {e.Message}", e);
        }

        try
        {
            CheckSignature(_session);
        }
        catch (ModelRefusedException)
        {
            _session.Dispose();
            _runOptions.Dispose();
            throw;
        }

        _inputValue = OrtValue.CreateTensorValueFromMemory(_input, [1, FeatureSchema.Count]);
        _moonValue = OrtValue.CreateTensorValueFromMemory(_moon, [1, 1]);
        _rugValue = OrtValue.CreateTensorValueFromMemory(_rug, [1, 1]);
        _binding = _session.CreateIoBinding();
        _binding.BindInput(InputName, _inputValue);
        _binding.BindOutput(MoonName, _moonValue);
        _binding.BindOutput(RugName, _rugValue);
    }

    /// <summary>The row to answer, in schema order; NaN = missing. Overwritten by the caller before each <see cref="Run"/>.</summary>
    public Span<float> Input => _input;

    /// <summary>Answers <see cref="Input"/> with the two margins.</summary>
    public void Run(out float moonMargin, out float rugMargin)
    {
        Enter();
        _session.RunWithBinding(_runOptions, _binding);
        moonMargin = _moon[0];
        rugMargin = _rug[0];
        Leave();
    }

    /// <summary>Frees the native session. Never while another thread is in <see cref="Run"/>: that kills the process.</summary>
    public void Dispose()
    {
        _binding.Dispose();
        _inputValue.Dispose();
        _moonValue.Dispose();
        _rugValue.Dispose();
        _runOptions.Dispose();
        _session.Dispose();
    }

    private static void CheckSignature(InferenceSession session)
    {
        if (session.InputMetadata.Count != 1 || session.OutputMetadata.Count != 2
            || !IsColumns(session.InputMetadata, InputName, FeatureSchema.Count)
            || !IsColumns(session.OutputMetadata, MoonName, 1)
            || !IsColumns(session.OutputMetadata, RugName, 1))
        {
            throw new ModelRefusedException(ModelRefusal.WrongGraph,
                $"expected the input {InputName} float [N,{FeatureSchema.Count}] and the outputs {MoonName} and {RugName} float [N,1], found "
                + string.Join(", ", session.InputMetadata.Concat(session.OutputMetadata)
                    .Select(p => $"{p.Key} {p.Value.ElementDataType} [{string.Join(',', p.Value.Dimensions)}]")));
        }
    }

    // A dimension of -1 is free: the number of rows must be, so that others can run the file on batches.
    private static bool IsColumns(IReadOnlyDictionary<string, NodeMetadata> nodes, string name, int columns) =>
        nodes.TryGetValue(name, out NodeMetadata? node)
        && node.IsTensor
        && node.ElementType == typeof(float)
        && node.Dimensions is [-1, int found] && found == columns;

    [Conditional("DEBUG")]
    private void Enter() => Debug.Assert(Interlocked.Exchange(ref _running, 1) == 0, "a session serves one thread at a time");

    [Conditional("DEBUG")]
    private void Leave() => Volatile.Write(ref _running, 0);
}
