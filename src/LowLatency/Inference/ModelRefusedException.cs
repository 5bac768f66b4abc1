namespace LowLatency.Inference;

/// <summary>Why a model does not load.</summary>
public enum ModelRefusal
{
    /// <summary>A file or folder is not there.</summary>
    Missing,

    /// <summary>The champion pointer or the manifest is not what this build writes.</summary>
    Malformed,

    /// <summary>A file's SHA-256 is not the one written beside it: it is truncated, damaged or another's.</summary>
    HashMismatch,

    /// <summary>Trained on other features, another order, or other definitions.</summary>
    SchemaMismatch,

    /// <summary>Trained on labels of another definition.</summary>
    LabelVersion,

    /// <summary>Not a graph of one float [N, features] input and the two float [N, 1] outputs, or none that loads at all.</summary>
    WrongGraph,

    /// <summary>On this machine the graph does not answer the golden vectors as it did where it was made.</summary>
    GoldenVectorMismatch,

    /// <summary>The compiled engine was asked for, and the graph does not compile, or answers otherwise than with ONNX Runtime.</summary>
    NotCompilable,
}

/// <summary>A model was refused; nothing of it may serve.</summary>
public sealed class ModelRefusedException : Exception
{
    /// <summary>Refuses for a reason, and says what to look at.</summary>
    public ModelRefusedException(ModelRefusal reason, string detail, Exception? cause = null)
        : base($"model refused ({reason}): {detail}", cause)
        => Reason = reason;

    /// <summary>The one reason.</summary>
    public ModelRefusal Reason { get; }
}
