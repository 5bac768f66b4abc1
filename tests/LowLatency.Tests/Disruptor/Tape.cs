using Disruptor;
using Xunit;

namespace LowLatency.Tests.Disruptor;

/// <summary>An event that shows when it is torn, stale or out of place: every field is a function of the sequence.</summary>
public struct Tape
{
    public long Sequence;
    public long Mixed;
    public long SeenByA;
    public long SeenByB;
    public long Last;

    public static long Mix(long sequence) => (sequence + 1) * unchecked((long)0x9E3779B97F4A7C15);

    public void Write(long sequence)
    {
        Sequence = sequence;
        Mixed = Mix(sequence);
        SeenByA = -1;
        SeenByB = -1;
        Last = ~Mixed;
    }

    public readonly bool IsWhole(long sequence) =>
        Sequence == sequence && Mixed == Mix(sequence) && Last == ~Mix(sequence);
}

/// <summary>A handler made of lambdas, which keeps what it saw. Read it after the graph has shut down.</summary>
public sealed class Probe : IValueEventHandler<Tape>
{
    public delegate void Handle(ref Tape data, long sequence, bool endOfBatch);

    public Handle? Event { get; init; }

    public Action? Start { get; init; }

    public Action? Stop { get; init; }

    public Action<long>? BatchStart { get; init; }

    public int? MaxBatchSize { get; init; }

    public List<long> Sequences { get; } = [];

    public List<long> BatchEnds { get; } = [];

    public List<long> BatchSizes { get; } = [];

    public List<long> Timeouts { get; } = [];

    public int ThreadId { get; private set; }

    public bool OnThreadPool { get; private set; }

    public void OnEvent(ref Tape data, long sequence, bool endOfBatch)
    {
        Sequences.Add(sequence);
        if (endOfBatch)
        {
            BatchEnds.Add(sequence);
        }

        Event?.Invoke(ref data, sequence, endOfBatch);
    }

    public void OnBatchStart(long batchSize)
    {
        BatchSizes.Add(batchSize);
        BatchStart?.Invoke(batchSize);
    }

    public void OnStart()
    {
        ThreadId = Environment.CurrentManagedThreadId;
        OnThreadPool = Thread.CurrentThread.IsThreadPoolThread;
        Start?.Invoke();
    }

    public void OnShutdown() => Stop?.Invoke();

    public void OnTimeout(long sequence) => Timeouts.Add(sequence);
}

/// <summary>Keeps what it was told and lets the graph go on.</summary>
public sealed class Forgiving : IValueExceptionHandler<Tape>
{
    public List<(long Sequence, Exception Cause)> Told { get; } = [];

    public void HandleEventException(Exception ex, long sequence, ref Tape evt) => Told.Add((sequence, ex));

    public void HandleOnTimeoutException(Exception ex, long sequence) => Told.Add((sequence, ex));

    public void HandleOnStartException(Exception ex) => Told.Add((-1, ex));

    public void HandleOnShutdownException(Exception ex) => Told.Add((-1, ex));
}

/// <summary>The limit of a wait that ends at once unless something is broken.</summary>
public static class Patience
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public static Task Within(this Task task) => task.WaitAsync(Limit, TestContext.Current.CancellationToken);

    /// <summary>Runs on a thread of its own, as a producer or consumer does.</summary>
    public static Task OnThread(Action work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public static void PublishTape(this ValueRingBuffer<Tape> ring, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var sequence = ring.Next();
            ring[sequence].Write(sequence);
            ring.Publish(sequence);
        }
    }
}
