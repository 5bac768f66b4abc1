using System.Diagnostics;

namespace Disruptor;

/// <summary>Waiting threads spin, then yield, and after that wait as another strategy does.</summary>
public sealed class PhasedBackoffWaitStrategy : IWaitStrategy
{
    // The clock costs more than a poll.
    private const int PollsPerLookAtClock = 1_000;

    private readonly IWaitStrategy _fallbackStrategy;

    /// <summary>Makes a strategy.</summary>
    /// <param name="spinTimeout">How long a wait lasts before it yields.</param>
    /// <param name="yieldTimeout">How long a wait lasts before it falls back; counted from its beginning.</param>
    /// <param name="fallbackStrategy">How to wait after that.</param>
    public PhasedBackoffWaitStrategy(TimeSpan spinTimeout, TimeSpan yieldTimeout, IWaitStrategy fallbackStrategy)
    {
        ArgumentNullException.ThrowIfNull(fallbackStrategy);
        SpinTimeout = StopwatchTicks(spinTimeout);
        YieldTimeout = StopwatchTicks(yieldTimeout);
        _fallbackStrategy = fallbackStrategy;
    }

    /// <inheritdoc/>
    public bool IsBlockingStrategy => _fallbackStrategy.IsBlockingStrategy;

    /// <summary>How long a wait lasts before it yields, in ticks of <see cref="Stopwatch"/>.</summary>
    public long SpinTimeout { get; }

    /// <summary>How long a wait lasts before it falls back, in ticks of <see cref="Stopwatch"/>.</summary>
    public long YieldTimeout { get; }

    /// <summary>Falls back to <see cref="BlockingWaitStrategy"/>.</summary>
    /// <param name="spinTimeout">How long a wait lasts before it yields.</param>
    /// <param name="yieldTimeout">How long a wait lasts before it falls back.</param>
    public static PhasedBackoffWaitStrategy WithLock(TimeSpan spinTimeout, TimeSpan yieldTimeout) =>
        new(spinTimeout, yieldTimeout, new BlockingWaitStrategy());

    /// <summary>Falls back to <see cref="SleepingWaitStrategy"/>, which sleeps at once.</summary>
    /// <param name="spinTimeout">How long a wait lasts before it yields.</param>
    /// <param name="yieldTimeout">How long a wait lasts before it falls back.</param>
    public static PhasedBackoffWaitStrategy WithSleep(TimeSpan spinTimeout, TimeSpan yieldTimeout) =>
        new(spinTimeout, yieldTimeout, new SleepingWaitStrategy(0, 0));

    /// <inheritdoc/>
    public ISequenceWaiter NewSequenceWaiter(SequenceWaiterOwner owner, DependentSequenceGroup dependentSequences) =>
        new Waiter(this, dependentSequences, _fallbackStrategy.NewSequenceWaiter(owner, dependentSequences));

    /// <inheritdoc/>
    public void SignalAllWhenBlocking() => _fallbackStrategy.SignalAllWhenBlocking();

    private static long StopwatchTicks(TimeSpan time) => (long)((Int128)time.Ticks * Stopwatch.Frequency / TimeSpan.TicksPerSecond);

    private sealed class Waiter(PhasedBackoffWaitStrategy strategy, DependentSequenceGroup dependentSequences, ISequenceWaiter fallback) : ISequenceWaiter
    {
        public SequenceWaitResult WaitFor(long sequence, CancellationToken cancellationToken)
        {
            var since = Stopwatch.GetTimestamp();
            long waited = 0;
            var polls = 0;
            long available;
            while ((available = dependentSequences.Poll(sequence)) < sequence)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (waited > strategy.YieldTimeout)
                {
                    return fallback.WaitFor(sequence, cancellationToken);
                }

                if (waited > strategy.SpinTimeout)
                {
                    Thread.Yield();
                    waited = Stopwatch.GetTimestamp() - since;
                }
                else
                {
                    CacheLine.Pause();
                    if (++polls == PollsPerLookAtClock)
                    {
                        polls = 0;
                        waited = Stopwatch.GetTimestamp() - since;
                    }
                }
            }

            return available;
        }

        public void Cancel() => fallback.Cancel();

        public void Dispose() => fallback.Dispose();
    }
}
