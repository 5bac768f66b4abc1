namespace Disruptor;

/// <summary>
/// Waiting threads sleep until a producer wakes them: no processor time when idle, tens of microseconds to wake.
/// A consumer that waits for another consumer, not for a producer, spins and yields: consumers do not signal.
/// </summary>
public sealed class BlockingWaitStrategy : IWaitStrategy
{
    private readonly WakeUpGate _gate = new();

    /// <inheritdoc/>
    public bool IsBlockingStrategy => true;

    /// <inheritdoc/>
    public ISequenceWaiter NewSequenceWaiter(SequenceWaiterOwner owner, DependentSequenceGroup dependentSequences) =>
        new SleepingWaiter(_gate, dependentSequences, aggressive: true);

    /// <inheritdoc/>
    public void SignalAllWhenBlocking() => _gate.Signal();
}

/// <summary>As <see cref="BlockingWaitStrategy"/>; a consumer that waits for another one ends up sleeping a millisecond at a time.</summary>
public sealed class BlockingSpinWaitWaitStrategy : IWaitStrategy
{
    private readonly WakeUpGate _gate = new();

    /// <inheritdoc/>
    public bool IsBlockingStrategy => true;

    /// <inheritdoc/>
    public ISequenceWaiter NewSequenceWaiter(SequenceWaiterOwner owner, DependentSequenceGroup dependentSequences) =>
        new SleepingWaiter(_gate, dependentSequences, aggressive: false);

    /// <inheritdoc/>
    public void SignalAllWhenBlocking() => _gate.Signal();
}

/// <summary>As <see cref="BlockingWaitStrategy"/>; a handler is told when no event has come for a while.</summary>
public sealed class TimeoutBlockingWaitStrategy : IWaitStrategy
{
    private readonly WakeUpGate _gate = new();
    private readonly int _timeoutMilliseconds;

    /// <summary>Makes a strategy.</summary>
    /// <param name="timeout">How long a handler waits before <see cref="IEventHandler.OnTimeout"/>; whole milliseconds.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timeout"/> is negative or too long.</exception>
    public TimeoutBlockingWaitStrategy(TimeSpan timeout)
    {
        var milliseconds = (long)timeout.TotalMilliseconds;
        ArgumentOutOfRangeException.ThrowIfNegative(milliseconds, nameof(timeout));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(milliseconds, int.MaxValue, nameof(timeout));
        _timeoutMilliseconds = (int)milliseconds;
    }

    /// <inheritdoc/>
    public bool IsBlockingStrategy => true;

    /// <inheritdoc/>
    public ISequenceWaiter NewSequenceWaiter(SequenceWaiterOwner owner, DependentSequenceGroup dependentSequences) =>
        new SleepingWaiter(_gate, dependentSequences, aggressive: true, _timeoutMilliseconds);

    /// <inheritdoc/>
    public void SignalAllWhenBlocking() => _gate.Signal();
}

/// <summary>Sleeps until producers have published, then spins until the consumers before have passed.</summary>
internal sealed class SleepingWaiter(
    WakeUpGate gate, DependentSequenceGroup dependentSequences, bool aggressive, int timeoutMilliseconds = Timeout.Infinite) : ISequenceWaiter
{
    public SequenceWaitResult WaitFor(long sequence, CancellationToken cancellationToken) =>
        gate.SleepUntilPublished(dependentSequences, sequence, timeoutMilliseconds, cancellationToken)
            ? PollLoop.Wait(dependentSequences, sequence, new SpinWaitIdle(aggressive), cancellationToken)
            : SequenceWaitResult.Timeout;

    public void Cancel() => gate.WakeAll();
}
