using Disruptor;

namespace LowLatency.Disruptor.Tests;

/// <summary>
/// A handler made of lambdas, of every kind at once, which keeps what it saw. Read it after the graph has shut down; only
/// <see cref="Position"/> and <see cref="Count"/> are for any thread. As a batch handler it tells its lambdas each event.
/// </summary>
public sealed class Probe : IValueEventHandler<Tape>, IEventHandler<Page>, IBatchEventHandler<Page>, IEventProcessorSequenceAware
{
    private Sequence? _position;
    private long _count;

    public delegate void Handle(ref Tape data, long sequence, bool endOfBatch);

    public Handle? Event { get; init; }

    public Action? Start { get; init; }

    public Action? Stop { get; init; }

    public Action<long>? BatchStart { get; init; }

    public Action<long>? Timeout { get; init; }

    public int? MaxBatchSize { get; init; }

    public List<long> Sequences { get; } = [];

    public List<long> BatchEnds { get; } = [];

    public List<long> BatchSizes { get; } = [];

    public List<long> Timeouts { get; } = [];

    /// <summary>The callbacks, each by one letter: S(tart), b(atch start), e(vent), t(imeout), X (shutdown).</summary>
    public List<char> Calls { get; } = [];

    public List<int> Threads { get; } = [];

    public int ThreadId { get; private set; }

    public bool OnThreadPool { get; private set; }

    /// <summary>Events seen so far.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>The sequence of the processor.</summary>
    public Sequence Position => _position ?? throw new InvalidOperationException("No processor has been made for this handler.");

    public void OnEvent(ref Tape data, long sequence, bool endOfBatch)
    {
        Note('e');
        Sequences.Add(sequence);
        if (endOfBatch)
        {
            BatchEnds.Add(sequence);
        }

        try
        {
            Event?.Invoke(ref data, sequence, endOfBatch);
        }
        finally
        {
            Volatile.Write(ref _count, _count + 1);
        }
    }

    public void OnEvent(Page data, long sequence, bool endOfBatch) => OnEvent(ref data.Tape, sequence, endOfBatch);

    public void OnBatch(EventBatch<Page> batch, long sequence)
    {
        OnBatchStart(batch.Length);
        for (var i = 0; i < batch.Length; i++)
        {
            OnEvent(ref batch[i].Tape, sequence + i, i == batch.Length - 1);
        }
    }

    public void OnBatchStart(long batchSize)
    {
        Note('b');
        BatchSizes.Add(batchSize);
        BatchStart?.Invoke(batchSize);
    }

    public void OnStart()
    {
        Note('S');
        ThreadId = Environment.CurrentManagedThreadId;
        OnThreadPool = Thread.CurrentThread.IsThreadPoolThread;
        Start?.Invoke();
    }

    public void OnShutdown()
    {
        Note('X');
        Stop?.Invoke();
    }

    public void OnTimeout(long sequence)
    {
        Note('t');
        Timeouts.Add(sequence);
        Timeout?.Invoke(sequence);
    }

    public void SetSequenceCallback(Sequence sequenceCallback) => _position = sequenceCallback;

    private void Note(char call)
    {
        Calls.Add(call);
        var thread = Environment.CurrentManagedThreadId;
        if (Threads.Count == 0 || Threads[^1] != thread)
        {
            Threads.Add(thread);
        }
    }
}

/// <summary>Keeps what it was told, marks the event as seen by A, and lets the graph go on. An exception handler of every kind.</summary>
public sealed class Forgiving : IValueExceptionHandler<Tape>, IExceptionHandler<Page>
{
    public List<(long Sequence, Exception Cause)> Told { get; } = [];

    /// <summary>What failed: event, batch, timeout, start or shutdown.</summary>
    public List<string> Places { get; } = [];

    /// <summary>The events or batches that came with the exceptions, as text.</summary>
    public List<string> Events { get; } = [];

    public void HandleEventException(Exception ex, long sequence, ref Tape evt)
    {
        Tell("event", sequence, ex, $"{evt}");
        evt.SeenByA = sequence;
    }

    public void HandleEventException(Exception ex, long sequence, Page evt)
    {
        Tell("event", sequence, ex, $"{evt}");
        evt.Tape.SeenByA = sequence;
    }

    public void HandleEventException(Exception ex, long sequence, EventBatch<Page> batch) =>
        Tell("batch", sequence, ex, $"{batch.Length} from {batch[0]}");

    public void HandleOnTimeoutException(Exception ex, long sequence) => Tell("timeout", sequence, ex, "");

    public void HandleOnStartException(Exception ex) => Tell("start", -1, ex, "");

    public void HandleOnShutdownException(Exception ex) => Tell("shutdown", -1, ex, "");

    private void Tell(string place, long sequence, Exception ex, string evt)
    {
        Told.Add((sequence, ex));
        Places.Add(place);
        Events.Add(evt);
    }
}
