using System.Diagnostics.CodeAnalysis;

namespace Disruptor;

/// <summary>
/// What every handler of events has. All members are called on the thread of the handler's processor, one at a time.
/// </summary>
[SuppressMessage("Naming", "CA1711", Justification = "The name is Disruptor-net's.")]
public interface IEventHandler
{
    /// <summary>The most events a batch may have; null for no limit. Read once, when the handler is registered; at least 1.</summary>
    int? MaxBatchSize => null;

    /// <summary>Called once on the processor's thread before the first event.</summary>
    void OnStart()
    {
    }

    /// <summary>Called once on the processor's thread after the last event, also when processing has failed.</summary>
    void OnShutdown()
    {
    }

    /// <summary>Called when the wait strategy reports a timeout.</summary>
    /// <param name="sequence">The last sequence that this handler has processed.</param>
    void OnTimeout(long sequence)
    {
    }
}
