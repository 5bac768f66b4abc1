namespace LowLatency.Disruptor.Tests;

/// <summary>Counts the tasks it is given and holds them back until it is told to run them, each on a thread of its own.</summary>
public sealed class HeldScheduler(bool holds) : TaskScheduler
{
    private readonly Lock _lock = new();
    private readonly Queue<Task> _held = [];
    private bool _holds = holds;
    private int _count;

    /// <summary>Tasks given so far.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _count;
            }
        }
    }

    /// <summary>Runs what is held back and whatever comes.</summary>
    public void Release()
    {
        lock (_lock)
        {
            _holds = false;
            while (_held.TryDequeue(out var task))
            {
                Run(task);
            }
        }
    }

    protected override void QueueTask(Task task)
    {
        lock (_lock)
        {
            _count++;
            if (_holds)
            {
                _held.Enqueue(task);
            }
            else
            {
                Run(task);
            }
        }
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_lock)
        {
            return [.. _held];
        }
    }

    private void Run(Task task) => new Thread(() => TryExecuteTask(task)) { IsBackground = true }.Start();
}
