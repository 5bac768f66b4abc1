using LowLatency.Disruptor.Tests.Races;

namespace LowLatency.Disruptor.Tests;

/// <summary>Notes on which thread it is called.</summary>
internal sealed class Caller : Witness
{
    public HashSet<Thread> Threads { get; } = [];

    public bool IsOnThreadPool { get; private set; }

    public int Starts { get; private set; }

    public int Stops { get; private set; }

    public int BatchStarts { get; private set; }

    public int Timeouts { get; private set; }

    /// <summary>Where it throws; -1 at the start.</summary>
    public long FailsAt { get; init; } = long.MinValue;

    public override void OnStart()
    {
        Threads.Add(Thread.CurrentThread);
        IsOnThreadPool = Thread.CurrentThread.IsThreadPoolThread;
        Starts++;
        FailIf(-1);
    }

    public override void OnBatchStart(long batchSize)
    {
        Threads.Add(Thread.CurrentThread);
        BatchStarts++;
    }

    public override void OnTimeout(long sequence)
    {
        Threads.Add(Thread.CurrentThread);
        Timeouts++;
    }

    public override void OnShutdown()
    {
        Threads.Add(Thread.CurrentThread);
        Stops++;
    }

    protected override void Linger(long sequence, bool endOfBatch)
    {
        Threads.Add(Thread.CurrentThread);
        FailIf(sequence);
    }

    private void FailIf(long at)
    {
        if (at == FailsAt)
        {
            throw new FormatException($"{at}");
        }
    }
}
