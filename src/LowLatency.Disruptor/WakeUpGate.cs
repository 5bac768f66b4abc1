namespace Disruptor;

/// <summary>
/// Where threads sleep until a producer publishes. Any thread. A publication costs one read when nobody sleeps.
/// </summary>
/// <remarks>
/// Why no wake-up is lost:
/// <code>
/// consumer, holding the gate              producer
///   C1  _sleeping = true                    P1  publish n (cursor or stamp)
///   C2  process-wide barrier                P2  read _sleeping; if true: take the gate, clear it, pulse all
///   C3  is n published? if not: sleep
/// </code>
/// Both sides write one place and then read the other, and a core may let the read overtake the write still in its store
/// buffer; without a fence both could read the old values, and the consumer would sleep on a published event. A full fence
/// in P would do, at 5-10 ns for each publication. C2 does it instead: it acts as a full fence on every core that runs a
/// thread of this process. That fence falls into the producer either after P1, then C3 finds n and does not sleep; or
/// before P1, and then P2, later still, reads true. P1 and P2 are volatile accesses, so the compiler leaves their order.
/// The pulse cannot fall between C3 and the sleep, since the consumer holds the gate from before C1 until it sleeps.
/// The flag is set again before each sleep because a pulse clears it for all sleepers, including one that woke too early.
/// The barrier interrupts the other cores for some microseconds at most once per sleep, which costs more than that.
/// </remarks>
internal sealed class WakeUpGate
{
    private readonly object _gate = new();

    // Written under the gate only.
    private bool _sleeping;

    /// <summary>Wakes whoever sleeps. Called after each publication.</summary>
    public void Signal()
    {
        if (Volatile.Read(ref _sleeping))
        {
            WakeAll();
        }
    }

    /// <summary>Wakes whoever sleeps, so that it looks at its token.</summary>
    public void WakeAll()
    {
        lock (_gate)
        {
            Volatile.Write(ref _sleeping, false);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Sleeps until producers have published <paramref name="sequence"/>.</summary>
    /// <param name="dependentSequences">Knows what is published.</param>
    /// <param name="sequence">The next sequence of the consumer.</param>
    /// <param name="timeoutMilliseconds">How long at most; <see cref="Timeout.Infinite"/> for ever.</param>
    /// <param name="cancellationToken">Ends the sleep, if <see cref="WakeAll"/> is called after it is cancelled.</param>
    /// <returns>False if it took too long.</returns>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public bool SleepUntilPublished(
        DependentSequenceGroup dependentSequences, long sequence, int timeoutMilliseconds, CancellationToken cancellationToken)
    {
        if (dependentSequences.IsPublished(sequence))
        {
            return true;
        }

        var since = timeoutMilliseconds == Timeout.Infinite ? 0 : Environment.TickCount64;
        lock (_gate)
        {
            // Looked at before each announcement too: a sleeper that was woken must not leave one behind for nothing.
            while (!dependentSequences.IsPublished(sequence))
            {
                Volatile.Write(ref _sleeping, true);
                Interlocked.MemoryBarrierProcessWide();
                if (dependentSequences.IsPublished(sequence))
                {
                    // The announcement stays, since it may be another sleeper's too; the next publication clears it.
                    return true;
                }

                // Cancellation pulses after the token is cancelled, under the gate: it is seen here or it wakes the sleep below.
                cancellationToken.ThrowIfCancellationRequested();
                var left = timeoutMilliseconds == Timeout.Infinite ? Timeout.Infinite : timeoutMilliseconds - (Environment.TickCount64 - since);
                if (left != Timeout.Infinite && left <= 0)
                {
                    return false;
                }

                Monitor.Wait(_gate, (int)left);
            }
        }

        return true;
    }
}
