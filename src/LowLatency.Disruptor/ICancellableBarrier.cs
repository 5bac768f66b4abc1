namespace Disruptor;

/// <summary>A barrier whose waits can be ended early.</summary>
public interface ICancellableBarrier
{
    /// <summary>Wakes whoever waits so that it looks at its cancellation token, which must be cancelled before. Any thread.</summary>
    void CancelProcessing();
}
