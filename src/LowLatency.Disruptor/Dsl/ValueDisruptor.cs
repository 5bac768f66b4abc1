using System.Diagnostics;
using Disruptor.Processing;

namespace Disruptor.Dsl;

/// <summary>How many producers a ring has.</summary>
public enum ProducerType
{
    /// <summary>One logical thread publishes.</summary>
    Single,
}

/// <summary>A ring and the graph of handlers behind it. Set up and started by one thread.</summary>
public sealed class ValueDisruptor<T> : IDisposable
    where T : struct
{
    private readonly List<ValueEventProcessor<T>> _processors = [];
    private readonly TaskScheduler _scheduler;
    private Task _running = Task.CompletedTask;

    /// <summary>A ring of <paramref name="ringBufferSize"/> slots whose handlers run on threads of their own.</summary>
    public ValueDisruptor(Func<T> eventFactory, int ringBufferSize, TaskScheduler taskScheduler, ProducerType producerType, IWaitStrategy waitStrategy)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual((int)producerType, (int)ProducerType.Single, nameof(producerType));
        _scheduler = taskScheduler;
        RingBuffer = ValueRingBuffer<T>.CreateSingleProducer(eventFactory, ringBufferSize, waitStrategy);
    }

    /// <summary>The ring.</summary>
    public ValueRingBuffer<T> RingBuffer { get; }

    /// <summary>Whether <see cref="Start"/> was called.</summary>
    public bool HasStarted { get; private set; }

    /// <summary>Handlers that take every event as soon as it is published.</summary>
    public ValueEventHandlerGroup<T> HandleEventsWith(params IValueEventHandler<T>[] handlers) => Add([], handlers);

    /// <summary>Sets the exception handler of every handler added so far.</summary>
    public void SetDefaultExceptionHandler(IValueExceptionHandler<T> exceptionHandler)
    {
        foreach (ValueEventProcessor<T> processor in _processors)
        {
            processor.SetExceptionHandler(exceptionHandler);
        }
    }

    /// <summary>The last event that <paramref name="handler"/> has handled.</summary>
    public long GetSequenceValueFor(IValueEventHandler<T> handler) =>
        _processors.First(p => ReferenceEquals(p.Handler, handler)).Sequence.Value;

    /// <summary>Starts every handler. The task ends when all have ended.</summary>
    public Task Start()
    {
        if (HasStarted)
        {
            throw new InvalidOperationException("the disruptor was started before");
        }

        HasStarted = true;
        _running = Task.WhenAll(_processors.Select(p => p.Start(_scheduler)));
        return _running;
    }

    /// <summary>Stops every handler where it is. The task carries the failure of a failed handler.</summary>
    public Task Halt()
    {
        foreach (ValueEventProcessor<T> processor in _processors)
        {
            _ = processor.Halt();
        }

        return _running;
    }

    /// <summary>Waits until everything that was published is handled, then stops; throws <see cref="TimeoutException"/> where that takes too long.</summary>
    public async Task Shutdown(TimeSpan timeout)
    {
        long started = Stopwatch.GetTimestamp();
        while (_processors.Any(p => p.IsRunning && p.Sequence.Value < RingBuffer.Cursor))
        {
            if (Stopwatch.GetElapsedTime(started) > timeout)
            {
                _ = Halt();
                throw new TimeoutException($"the handlers did not catch up within {timeout}");
            }

            await Task.Delay(1).ConfigureAwait(false);
        }

        await Halt().ConfigureAwait(false);
    }

    /// <summary>Stops every handler without waiting.</summary>
    public void Dispose() => _ = Halt();

    internal ValueEventHandlerGroup<T> Add(IReadOnlyList<ValueEventProcessor<T>> after, IValueEventHandler<T>[] handlers)
    {
        if (HasStarted)
        {
            throw new InvalidOperationException("handlers are added before the start");
        }

        Sequence[] barriers = [.. after.Select(static p => p.Sequence)];
        List<ValueEventProcessor<T>> added = [];
        foreach (IValueEventHandler<T> handler in handlers)
        {
            SequenceBarrier barrier = RingBuffer.NewBarrier(SequenceWaiterOwner.EventHandler(handler), barriers);
            added.Add(new ValueEventProcessor<T>(RingBuffer, barrier, handler));
        }

        // Whoever comes last gates the producer; those before him are ahead of him anyway.
        foreach (Sequence passed in barriers)
        {
            RingBuffer.RemoveGatingSequence(passed);
        }

        RingBuffer.AddGatingSequences([.. added.Select(static p => p.Sequence)]);
        _processors.AddRange(added);
        return new ValueEventHandlerGroup<T>(this, added);
    }
}

/// <summary>Handlers that run side by side, for more to follow.</summary>
public sealed class ValueEventHandlerGroup<T>
    where T : struct
{
    private readonly ValueDisruptor<T> _disruptor;
    private readonly IReadOnlyList<ValueEventProcessor<T>> _processors;

    internal ValueEventHandlerGroup(ValueDisruptor<T> disruptor, IReadOnlyList<ValueEventProcessor<T>> processors)
    {
        _disruptor = disruptor;
        _processors = processors;
    }

    /// <summary>Handlers that take an event after every handler of this group has.</summary>
    public ValueEventHandlerGroup<T> Then(params IValueEventHandler<T>[] handlers) => _disruptor.Add(_processors, handlers);

    /// <summary>This group and another as one.</summary>
    public ValueEventHandlerGroup<T> And(ValueEventHandlerGroup<T> other) => new(_disruptor, [.. _processors, .. other._processors]);
}
