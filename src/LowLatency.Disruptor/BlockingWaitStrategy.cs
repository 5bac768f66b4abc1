namespace Disruptor;

/// <summary>
/// Waiting threads sleep until the producer wakes them: no processor time when idle, tens of microseconds to wake.
/// A consumer that waits for another consumer, not for the producer, polls and yields: consumers do not signal.
/// </summary>
/// <remarks>
/// A publication costs one read of <c>_sleeping</c> when nobody sleeps. Why no wake-up is lost:
/// <code>
/// consumer, holding the gate              producer
///   C1  _sleeping = true                    P1  cursor = n
///   C2  process-wide barrier                P2  read _sleeping; if true: take the gate, clear it, pulse all
///   C3  read cursor; if below n: sleep
/// </code>
/// Both sides write one place and then read the other, and a core may let the read overtake the write still in its store
/// buffer; without a fence both could read the old values, and the consumer would sleep on a published event. A full fence
/// in P would do, at 5-10 ns for each publication. C2 does it instead: it acts as a full fence on every core that runs a
/// thread of this process. That fence falls into the producer either after P1, then C3 reads n and does not sleep; or
/// before P1, and then P2, later still, reads true. P1 and P2 are volatile accesses, so the compiler leaves their order.
/// The pulse cannot fall between C3 and the sleep, since the consumer holds the gate from before C1 until it sleeps.
/// The flag is set again before each check because a pulse clears it for all sleepers, including one that woke too early.
/// The barrier interrupts the other core for some microseconds at most once per sleep, which costs more than that.
/// </remarks>
public sealed class BlockingWaitStrategy : IWaitStrategy
{
    private readonly object _gate = new();

    // Written under the gate only.
    private bool _sleeping;

    /// <inheritdoc/>
    public bool IsBlockingStrategy => true;

    /// <inheritdoc/>
    public ISequenceWaiter NewSequenceWaiter(SequenceWaiterOwner owner, DependentSequenceGroup dependentSequences) =>
        new Waiter(this, dependentSequences);

    /// <inheritdoc/>
    public void SignalAllWhenBlocking()
    {
        if (Volatile.Read(ref _sleeping))
        {
            WakeAll();
        }
    }

    private void WakeAll()
    {
        lock (_gate)
        {
            Volatile.Write(ref _sleeping, false);
            Monitor.PulseAll(_gate);
        }
    }

    private void SleepUntilPublished(long sequence, DependentSequenceGroup dependentSequences, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            while (true)
            {
                Volatile.Write(ref _sleeping, true);
                Interlocked.MemoryBarrierProcessWide();
                if (dependentSequences.CursorValue >= sequence)
                {
                    return;
                }

                // Cancellation pulses after the token is cancelled, under the gate: it is seen here or it wakes the sleep below.
                cancellationToken.ThrowIfCancellationRequested();
                Monitor.Wait(_gate);
            }
        }
    }

    private sealed class Waiter(BlockingWaitStrategy strategy, DependentSequenceGroup dependentSequences) : ISequenceWaiter
    {
        public SequenceWaitResult WaitFor(long sequence, CancellationToken cancellationToken)
        {
            if (dependentSequences.CursorValue < sequence)
            {
                strategy.SleepUntilPublished(sequence, dependentSequences, cancellationToken);
            }

            var spin = new SpinWait();
            long available;
            while ((available = dependentSequences.Value) < sequence)
            {
                cancellationToken.ThrowIfCancellationRequested();
                spin.SpinOnce(sleep1Threshold: -1);
            }

            return available;
        }

        public void Cancel() => strategy.WakeAll();

        public void Dispose()
        {
        }
    }
}
