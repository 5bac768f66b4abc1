using System.Collections.Concurrent;
using LowLatency.Positions;

namespace LowLatency.Pipeline;

/// <summary>Operator's commands on their way into the ring. Any thread posts; the ring's producer takes, in the order they were posted.</summary>
public sealed class OperatorInbox
{
    private readonly ConcurrentQueue<OperatorCommand> _commands = new();
    private volatile int _posted;

    /// <summary>Leaves a command; the feed's thread publishes it with the next row, or within a tenth of a second of an open connection's silence.</summary>
    public void Post(in OperatorCommand command)
    {
        _commands.Enqueue(command);
        Interlocked.Increment(ref _posted);
    }

    /// <summary>Whether a command waits: what the producer can afford to ask at each row.</summary>
    internal bool IsPosted => _posted > 0;

    /// <summary>The producer's: the next command.</summary>
    internal bool TryTake(out OperatorCommand command)
    {
        bool taken = _commands.TryDequeue(out command);
        if (taken)
        {
            Interlocked.Decrement(ref _posted);
        }

        return taken;
    }
}
