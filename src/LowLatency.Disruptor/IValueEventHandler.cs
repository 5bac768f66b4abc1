using System.Diagnostics.CodeAnalysis;

namespace Disruptor;

/// <summary>Processes events that are structs, in place. Called on the thread of its processor only.</summary>
/// <typeparam name="T">The event.</typeparam>
[SuppressMessage("Naming", "CA1711", Justification = "The name is Disruptor-net's.")]
public interface IValueEventHandler<T> : IEventHandler
    where T : struct
{
    /// <summary>Processes one event. An exception goes to the <see cref="IValueExceptionHandler{T}"/>.</summary>
    /// <param name="data">The slot itself; the reference must not outlive the call.</param>
    /// <param name="sequence">Its sequence: each is seen once, in order, without gaps.</param>
    /// <param name="endOfBatch">Whether this is the last event that was available when the batch began.</param>
    void OnEvent(ref T data, long sequence, bool endOfBatch);

    /// <summary>
    /// Called before the first event of each batch. An exception counts as one of that first event, which is then skipped.
    /// </summary>
    /// <param name="batchSize">The number of events in the batch; at least 1.</param>
    void OnBatchStart(long batchSize)
    {
    }
}
