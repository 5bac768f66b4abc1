namespace Disruptor;

/// <summary>Waits on behalf of one consumer; made by an <see cref="IWaitStrategy"/>.</summary>
public interface ISequenceWaiter : IDisposable
{
    /// <summary>Waits until <paramref name="sequence"/> is available. Called by the consumer's thread only.</summary>
    /// <param name="sequence">The next sequence of the consumer.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>An available sequence, at least <paramref name="sequence"/>, or <see cref="SequenceWaitResult.Timeout"/>.</returns>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    SequenceWaitResult WaitFor(long sequence, CancellationToken cancellationToken);

    /// <summary>
    /// Wakes the waiting thread so that it looks at its token, which was cancelled before. Any thread.
    /// Nothing to do where the token is polled.
    /// </summary>
    void Cancel();

    /// <summary>The consumer has ended. Nothing to do where a waiter holds nothing.</summary>
    void IDisposable.Dispose()
    {
    }
}
