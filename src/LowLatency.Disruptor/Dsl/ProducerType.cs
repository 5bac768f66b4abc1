using System.Diagnostics.CodeAnalysis;

namespace Disruptor.Dsl;

/// <summary>How many threads publish. There is no multi-producer ring here, so its name is absent too.</summary>
public enum ProducerType
{
    /// <summary>One producer at a time.</summary>
    [SuppressMessage("Naming", "CA1720", Justification = "The name is Disruptor-net's.")]
    Single,
}
