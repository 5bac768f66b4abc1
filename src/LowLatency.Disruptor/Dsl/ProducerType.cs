using System.Diagnostics.CodeAnalysis;

namespace Disruptor.Dsl;

/// <summary>How many threads publish.</summary>
public enum ProducerType
{
    /// <summary>One at a time: cheaper by an interlocked operation for each claim.</summary>
    [SuppressMessage("Naming", "CA1720", Justification = "The name is Disruptor-net's.")]
    Single,

    /// <summary>Any number.</summary>
    Multi,
}
