using System.Diagnostics;
using Disruptor.Processing;

namespace Disruptor.Dsl;

/// <summary>
/// The consumers behind a ring, in the order they were added, and the life of the whole. One thread configures, starts and
/// halts it; the questions about its state are for any.
/// </summary>
internal sealed class HandlerGraph(RingBuffer ring, TaskScheduler taskScheduler)
{
    private readonly TaskScheduler _taskScheduler = taskScheduler ?? throw new ArgumentNullException(nameof(taskScheduler));
    private readonly List<Consumer> _consumers = [];
    private volatile State _state;

    private enum State
    {
        Created,
        Running,
        Halted,
        Disposed,
    }

    /// <summary>What was foreseen at the start to go wrong with the threads; null if nothing.</summary>
    public string? ThreadWarning { get; private set; }

    public bool HasStarted => Current != State.Created;

    public bool IsRunning => Current == State.Running && Failure is null;

    private State Current => _state;

    private SequencerBase? Sequencer => ring.Sequencer as SequencerBase;

    private Exception? Failure => Sequencer?.Failure;

    /// <summary>Adds handlers, parallel to each other.</summary>
    /// <param name="after">The consumers that must be done with an event before; none means the cursor alone.</param>
    /// <param name="handlers">The handlers.</param>
    /// <param name="makeProcessor">Makes the processor of a handler.</param>
    /// <returns>The sequences of the new consumers.</returns>
    public Sequence[] AddHandlers<THandler>(Sequence[] after, THandler[] handlers, Func<SequenceBarrier, THandler, IEventProcessor> makeProcessor)
        where THandler : IEventHandler
    {
        ThrowUnlessCreated();
        ArgumentNullException.ThrowIfNull(handlers);
        var consumers = Array.ConvertAll(handlers, handler =>
        {
            var barrier = ring.NewBarrier(handler, after);
            var processor = makeProcessor(barrier, handler);
            return new Consumer(processor, handler, barrier.DependentSequences, IsOwned: true);
        });
        return Add(after, consumers);
    }

    /// <summary>Adds processors that somebody makes, parallel to each other.</summary>
    public Sequence[] AddCreated(Sequence[] after, int count, Func<int, SequenceBarrier, IEventProcessor> makeProcessor)
    {
        var consumers = new Consumer[count];
        for (var i = 0; i < count; i++)
        {
            consumers[i] = new Consumer(makeProcessor(i, ring.NewBarrier(SequenceWaiterOwner.Unknown, after)), null, null, IsOwned: true);
        }

        // Nothing says that such a processor waits where it is told to: producers go on waiting for those before it.
        return Add([], consumers);
    }

    /// <summary>Adds processors that somebody has wired: they are started and halted with the others.</summary>
    /// <param name="processors">The processors.</param>
    /// <param name="gate">Whether producers wait for them.</param>
    public Sequence[] AddProcessors(IEventProcessor[] processors, bool gate)
    {
        ArgumentNullException.ThrowIfNull(processors);
        var consumers = Array.ConvertAll(processors, p => new Consumer(p, null, null, IsOwned: false));
        if (gate)
        {
            return Add([], consumers);
        }

        Keep(consumers);
        return DisruptorUtil.GetSequencesFor(processors);
    }

    /// <exception cref="ArgumentException">The handler was not added.</exception>
    public IEventProcessor ProcessorOf(IEventHandler handler) => Find(handler)?.Processor
        ?? throw new ArgumentException($"The event handler {handler} is not processing events.", nameof(handler));

    public Sequence[] SequencesOf(IEventHandler[] handlers) => Array.ConvertAll(handlers, h => ProcessorOf(h).Sequence);

    public DependentSequenceGroup? DependentSequencesOf(IEventHandler handler) => Find(handler)?.DependentSequences;

    public void ThrowUnlessCreated()
    {
        if (Current is var state and not State.Created)
        {
            throw new InvalidOperationException($"A disruptor is configured before its start; this one is {state}.");
        }
    }

    /// <summary>Starts all consumers, each on a thread of its own.</summary>
    public Task Start()
    {
        BeginRunning(threads: _consumers.Count);
        return Started(_consumers.ConvertAll(c => c.Processor.Start(_taskScheduler)));
    }

    /// <summary>Starts all consumers on one thread.</summary>
    /// <exception cref="InvalidOperationException">
    /// One of them is a processor of somebody else's making, or waits for a consumer outside the graph or added after it.
    /// </exception>
    public Task StartFused()
    {
        var processors = new List<EventProcessorBase>();
        foreach (var consumer in _consumers)
        {
            if (consumer.Processor is not EventProcessorBase processor || !processor.IsBehind(ring, processors))
            {
                throw new InvalidOperationException(
                    "One thread runs handlers in the order in which they were added: each waits for the producer or for some before it."
                    + $" {consumer.Handler ?? (object)consumer.Processor} has a thread of its own, or waits for a consumer outside the graph or added later.");
            }

            processors.Add(processor);
        }

        BeginRunning(threads: Math.Min(1, processors.Count));
        return processors.Count == 0 ? Task.CompletedTask : Started([ProcessorThread.Start([.. processors], _taskScheduler)]);
    }

    public Task Halt()
    {
        if (Interlocked.CompareExchange(ref _state, State.Halted, State.Running) is var state and not State.Running)
        {
            throw new InvalidOperationException($"Only a running disruptor can be halted; this one is {state}.");
        }

        Sequencer?.Halt();
        return HaltConsumers();
    }

    public Task Shutdown(TimeSpan timeout)
    {
        if (timeout != Timeout.InfiniteTimeSpan)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(timeout, TimeSpan.Zero);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(timeout, TimeSpan.FromMilliseconds(int.MaxValue));
        }

        var since = Stopwatch.GetTimestamp();
        var spin = new SpinWait();
        while (HasBacklog())
        {
            if (timeout != Timeout.InfiniteTimeSpan && Stopwatch.GetElapsedTime(since) > timeout)
            {
                throw new TimeoutException($"Not every event was processed within {timeout}.");
            }

            spin.SpinOnce();
        }

        return Halt();
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _state, State.Disposed) == State.Disposed)
        {
            return;
        }

        Sequencer?.Halt();
        foreach (var consumer in _consumers)
        {
            if (consumer.IsOwned)
            {
                consumer.Processor.Dispose();
            }
            else
            {
                consumer.Processor.Halt();
            }
        }
    }

    public override string ToString() => Current.ToString();

    private Sequence[] Add(Sequence[] after, Consumer[] consumers)
    {
        var sequences = Array.ConvertAll(consumers, c => c.Processor.Sequence);
        Keep(consumers);

        // Producers wait for the ends of the chains only: who is before them is ahead of them.
        ring.AddGatingSequences(sequences);
        if (sequences.Length > 0)
        {
            foreach (var sequence in after)
            {
                ring.RemoveGatingSequence(sequence);
            }

            _consumers.FindAll(c => after.Contains(c.Processor.Sequence)).ForEach(c => c.IsEndOfChain = false);
        }

        return sequences;
    }

    private void Keep(Consumer[] consumers)
    {
        _consumers.AddRange(consumers);
        foreach (var consumer in consumers)
        {
            if (consumer.Processor is EventProcessorBase own)
            {
                own.Failed = Stop;
            }
        }
    }

    private Consumer? Find(IEventHandler handler) => _consumers.FindLast(c => ReferenceEquals(c.Handler, handler));

    private void BeginRunning(int threads)
    {
        if (Interlocked.CompareExchange(ref _state, State.Running, State.Created) is var state and not State.Created)
        {
            throw new InvalidOperationException($"A disruptor is started once; this one is {state}.");
        }

        ThreadWarning = threads > 0 && Sequencer?.WaitStrategy is BusySpinWaitStrategy
            ? ThreadPlan.Oversubscribed(threads, CoreBudget.OfThisProcess())
            : null;
    }

    private Task Started(List<Task> starts)
    {
        // A handler that failed at once has not reached those that were started after it.
        if (Failure is not null)
        {
            HaltConsumers();
        }

        return Task.WhenAll(starts);
    }

    private bool HasBacklog()
    {
        var cursor = ring.Cursor;
        return _consumers.Exists(c => c.IsEndOfChain && c.Processor.IsRunning && c.Processor.Sequence.Value < cursor);
    }

    private Task HaltConsumers() => Task.WhenAll(_consumers.ConvertAll(c => c.Processor.Halt()));

    /// <summary>One handler has failed for good. On its thread.</summary>
    private void Stop(Exception cause)
    {
        Sequencer?.Fail(cause);
        HaltConsumers();
    }

    private sealed record Consumer(IEventProcessor Processor, IEventHandler? Handler, DependentSequenceGroup? DependentSequences, bool IsOwned)
    {
        public bool IsEndOfChain { get; set; } = true;
    }
}
