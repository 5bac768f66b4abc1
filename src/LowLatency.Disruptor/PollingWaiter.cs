namespace Disruptor;

/// <summary>What a thread does between two looks at what it waits for. A copy of its own for each wait.</summary>
internal interface IIdle
{
    /// <summary>Lets a moment pass.</summary>
    /// <param name="polls">Looks so far in this wait.</param>
    /// <returns>Whether the moment may have been long: cancellation is then looked at without delay.</returns>
    bool Once(long polls);
}

/// <summary>Polls until what it waits for is there, or until it is cancelled.</summary>
internal static class PollLoop
{
    /// <summary>Asks for cancellation once in this many polls (a power of two).</summary>
    private const int PollsPerCancellationCheck = 64;

    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public static SequenceWaitResult Wait<TIdle>(DependentSequenceGroup dependentSequences, long sequence, TIdle idle, CancellationToken cancellationToken)
        where TIdle : struct, IIdle
    {
        var polls = 0L;
        long available;
        while ((available = dependentSequences.Poll(sequence)) < sequence)
        {
            if (idle.Once(polls) || (polls & (PollsPerCancellationCheck - 1)) == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            polls++;
        }

        return available;
    }
}

/// <summary>The waiter of a strategy that only polls.</summary>
internal sealed class PollingWaiter<TIdle>(DependentSequenceGroup dependentSequences, TIdle idle) : ISequenceWaiter
    where TIdle : struct, IIdle
{
    public SequenceWaitResult WaitFor(long sequence, CancellationToken cancellationToken) =>
        PollLoop.Wait(dependentSequences, sequence, idle, cancellationToken);

    public void Cancel()
    {
    }
}

/// <summary>Never gives up the core.</summary>
internal readonly struct PauseIdle : IIdle
{
    public bool Once(long polls)
    {
        CacheLine.Pause();
        return false;
    }
}

/// <summary>Polls for a moment, then offers the core to others between polls.</summary>
internal readonly struct YieldIdle(int busySpinCount) : IIdle
{
    public bool Once(long polls)
    {
        if (polls < busySpinCount)
        {
            CacheLine.Pause();
            return false;
        }

        Thread.Yield();
        return true;
    }
}

/// <summary>Polls, then yields, then gives up the rest of the time slice.</summary>
internal readonly struct SleepIdle(int busySpinCount, int yieldCount) : IIdle
{
    public bool Once(long polls)
    {
        if (polls - busySpinCount < yieldCount)
        {
            return new YieldIdle(busySpinCount).Once(polls);
        }

        Thread.Sleep(0);
        return true;
    }
}

/// <summary>The framework's own way of spinning: longer and longer pauses, then yields and, unless aggressive, sleeps of 1 ms.</summary>
internal struct SpinWaitIdle(bool aggressive) : IIdle
{
    private SpinWait _spin;

    public bool Once(long polls)
    {
        var isLong = _spin.NextSpinWillYield;
        if (aggressive)
        {
            _spin.SpinOnce(sleep1Threshold: -1);
        }
        else
        {
            _spin.SpinOnce();
        }

        return isLong;
    }
}
