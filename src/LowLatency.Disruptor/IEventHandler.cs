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

/// <summary>Processes events that are objects. Called on the thread of its processor only.</summary>
/// <typeparam name="T">The event.</typeparam>
[SuppressMessage("Naming", "CA1711", Justification = "The name is Disruptor-net's.")]
public interface IEventHandler<in T> : IEventHandler
{
    /// <summary>Processes one event. An exception goes to the <see cref="IExceptionHandler{T}"/>.</summary>
    /// <param name="data">The event. It is filled again for a later sequence: a reference must not outlive the call.</param>
    /// <param name="sequence">Its sequence: each is seen once, in order, without gaps.</param>
    /// <param name="endOfBatch">Whether this is the last event that was available when the batch began.</param>
    void OnEvent(T data, long sequence, bool endOfBatch);

    /// <summary>
    /// Called before the first event of each batch. An exception counts as one of that first event, which is then skipped.
    /// </summary>
    /// <param name="batchSize">The number of events in the batch; at least 1.</param>
    void OnBatchStart(long batchSize)
    {
    }
}

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

    /// <inheritdoc cref="IEventHandler{T}.OnBatchStart"/>
    void OnBatchStart(long batchSize)
    {
    }
}

/// <summary>Processes events that are objects, a batch at a time. Called on the thread of its processor only.</summary>
/// <typeparam name="T">The event.</typeparam>
[SuppressMessage("Naming", "CA1711", Justification = "The name is Disruptor-net's.")]
public interface IBatchEventHandler<T> : IEventHandler
    where T : class
{
    /// <summary>Processes what is available and lies side by side. An exception goes to the <see cref="IExceptionHandler{T}"/>.</summary>
    /// <param name="batch">The events, at least one; it must not outlive the call.</param>
    /// <param name="sequence">The sequence of the first.</param>
    void OnBatch(EventBatch<T> batch, long sequence);
}

/// <summary>A handler that moves the sequence of its processor itself, to let others on before its batch ends.</summary>
public interface IEventProcessorSequenceAware
{
    /// <summary>Called once, when the handler is registered.</summary>
    /// <param name="sequenceCallback">The processor's sequence, to be moved on the handler's thread, never backwards.</param>
    void SetSequenceCallback(Sequence sequenceCallback);
}
