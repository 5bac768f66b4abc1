namespace LowLatency.Inference;

/// <summary>What evaluates the graph.</summary>
public enum InferenceEngine : byte
{
    /// <summary>Compiled where the graph compiles and answers the golden vectors bit for bit as ONNX Runtime does; ONNX Runtime otherwise.</summary>
    Auto,

    /// <summary>ONNX Runtime: the reference, for any graph.</summary>
    OnnxRuntime,

    /// <summary><see cref="CompiledTrees"/>, or refuse to load.</summary>
    Compiled,
}

/// <summary>
/// One thread at a time. Evaluates the two heads over a few rows; allocates nothing. Engines over one model file give the same
/// bits, and a row's bits do not depend on the rows beside it.
/// </summary>
internal interface IFoundationEngine
{
    /// <summary>Most rows of a run: as many as are cheaper together.</summary>
    int MaxRows { get; }

    /// <summary>The rows to answer, one after the other, each in schema order; NaN = missing. Written by the caller before each run.</summary>
    Span<float> Input { get; }

    /// <summary>The moon head's margins, by row of the last run.</summary>
    ReadOnlySpan<float> MoonMargins { get; }

    /// <summary>The rug head's margins, by row of the last run.</summary>
    ReadOnlySpan<float> RugMargins { get; }

    /// <summary>Answers the first rows of <see cref="Input"/>.</summary>
    /// <param name="rows">From 1 to <see cref="MaxRows"/>.</param>
    void Run(int rows);
}
