using System.Diagnostics;
using LowLatency.Features;
using Microsoft.ML.OnnxRuntime;

namespace LowLatency.Inference;

/// <summary>
/// One thread at a time (checked in Debug). An ONNX Runtime session over the two-headed graph. Its input and outputs are
/// bound once to pinned arrays, for every number of rows that a call may have: a call fills <see cref="Input"/>, runs, and
/// reads the margins, and allocates nothing.
/// </summary>
public sealed class FoundationSession : IFoundationEngine, IDisposable
{
    /// <summary>Name of the graph's input, float [N, <see cref="FeatureSchema.Count"/>].</summary>
    public const string InputName = "features";

    /// <summary>Name of the moon head's output, float [N, 1].</summary>
    public const string MoonName = "moon";

    /// <summary>Name of the rug head's output, float [N, 1].</summary>
    public const string RugName = "rug";

    private readonly float[] _input;
    private readonly float[] _moon;
    private readonly float[] _rug;
    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();
    private readonly List<OrtValue> _values = [];
    private readonly OrtIoBinding[] _bindings;
    private int _running;

    /// <summary>Builds the session; 5 to 10 ms, so off the hot thread.</summary>
    /// <param name="onnx">Bytes of the model.</param>
    /// <param name="maxRows">Most rows of a call.</param>
    /// <exception cref="ModelRefusedException"><see cref="ModelRefusal.WrongGraph"/>: it does not load, or has other inputs or outputs.</exception>
    public FoundationSession(byte[] onnx, int maxRows = 1)
    {
        // A few rows are too little work to share, a spinning pool steals the core of the feed, and an arena keeps what
        // no later call needs.
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

        _input = GC.AllocateArray<float>(maxRows * FeatureSchema.Count, pinned: true);
        _moon = GC.AllocateArray<float>(maxRows, pinned: true);
        _rug = GC.AllocateArray<float>(maxRows, pinned: true);
        _bindings = [.. Enumerable.Range(1, maxRows).Select(Bind)];
    }

    /// <inheritdoc/>
    public int MaxRows => _bindings.Length;

    /// <inheritdoc/>
    public Span<float> Input => _input;

    /// <inheritdoc/>
    public ReadOnlySpan<float> MoonMargins => _moon;

    /// <inheritdoc/>
    public ReadOnlySpan<float> RugMargins => _rug;

    /// <inheritdoc/>
    public void Run(int rows)
    {
        Enter();
        _session.RunWithBinding(_runOptions, _bindings[rows - 1]);
        Leave();
    }

    /// <summary>Answers the first row with its two margins.</summary>
    public void Run(out float moonMargin, out float rugMargin)
    {
        Run(1);
        moonMargin = _moon[0];
        rugMargin = _rug[0];
    }

    /// <summary>Frees the native session. Never while another thread runs it: that kills the process.</summary>
    public void Dispose()
    {
        foreach (IDisposable part in _bindings.Concat<IDisposable>(_values))
        {
            part.Dispose();
        }

        _runOptions.Dispose();
        _session.Dispose();
    }

    private OrtIoBinding Bind(int rows)
    {
        OrtIoBinding binding = _session.CreateIoBinding();
        binding.BindInput(InputName, Columns(_input, rows, FeatureSchema.Count));
        binding.BindOutput(MoonName, Columns(_moon, rows, 1));
        binding.BindOutput(RugName, Columns(_rug, rows, 1));
        return binding;
    }

    private OrtValue Columns(float[] pinned, int rows, int columns)
    {
        OrtValue value = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, pinned.AsMemory(0, rows * columns), [rows, columns]);
        _values.Add(value);
        return value;
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
