using Disruptor;
using Disruptor.Dsl;
using Disruptor.Processing;

namespace LowLatency.Disruptor.Tests;

/// <summary>Processors in a graph that somebody else has made.</summary>
public sealed class CustomProcessorTests
{
    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task Creators_get_a_barrier_each_that_waits_for_the_producer(HandlerKind kind, ProducerType producer)
    {
        var strategy = new StubStrategy();
        using var disruptor = TestDisruptor.Make(kind, producer, 8, strategy);
        var barriers = new List<SequenceBarrier>();
        Probe a = new(), b = new();
        disruptor.HandleEventsWith(Make(a), Make(b));
        Assert.Equal(2, barriers.Distinct().Count());
        Assert.All(barriers, barrier => Assert.True(barrier.DependentSequences.DependsOnCursor));
        Assert.All(strategy.Waiters, waiter => Assert.Null(waiter.Owner.Handler));
        disruptor.Ring.PublishRange(8);
        Assert.False(disruptor.Ring.Ring.TryNext(out _));
        await disruptor.Run();
        Assert.Equal(8, a.Sequences.Count);
        Assert.Equal(8, b.Sequences.Count);

        TestDisruptor.Creator Make(Probe probe) => barrier =>
        {
            barriers.Add(barrier);
            return disruptor.NewProcessor(barrier, probe);
        };
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task Creators_behind_handlers_get_a_barrier_that_waits_for_them(HandlerKind kind, ProducerType producer)
    {
        using var gate = new ManualResetEventSlim();
        using var disruptor = TestDisruptor.Make(kind, producer);
        Probe first = new() { Event = (ref Tape _, long _, bool _) => gate.Await() }, other = new(), made = new(), last = new();
        disruptor.HandleEventsWith(first, other).Then(barrier =>
        {
            Assert.False(barrier.DependentSequences.DependsOnCursor);
            Assert.Equal(2, barrier.DependentSequences.DependentSequenceCount);
            return disruptor.NewProcessor(barrier, made);
        }).Then(last);
        await disruptor.Start().Within();
        disruptor.Ring.PublishRange(3);
        Patience.Until(() => other.Position.Value == 2);
        Patience.Never(() => made.Count > 0);
        gate.Set();
        await disruptor.Shutdown(Patience.Limit).Within();
        Assert.Equal([0, 1, 2], made.Sequences);
        Assert.Equal([0, 1, 2], last.Sequences);
    }

    /// <summary>A creator need not wait at the barrier it is given.</summary>
    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public void A_handler_before_a_created_processor_goes_on_gating(HandlerKind kind, ProducerType producer)
    {
        using var disruptor = TestDisruptor.Make(kind, producer, 4);
        Probe handler = new(), made = new();
        disruptor.HandleEventsWith(handler).Then(_ => disruptor.NewProcessor(disruptor.Ring.Ring.NewBarrier(SequenceWaiterOwner.Unknown), made));
        disruptor.Ring.Publish(4);
        made.Position.SetValue(3);
        Assert.False(disruptor.Ring.Ring.TryNext(out _));
        Assert.True(disruptor.Ring.Ring.RemoveGatingSequence(handler.Position));
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public void Joined_processors_come_before_the_group(HandlerKind kind, ProducerType producer)
    {
        using var disruptor = TestDisruptor.Make(kind, producer, 4);
        Probe first = new(), mine = new();
        var ring = disruptor.Ring.Ring;
        var group = disruptor.HandleEventsWith(first);
        var processor = disruptor.NewProcessor(ring.NewBarrier(SequenceWaiterOwner.Unknown), mine);
        var joined = group.And(processor).AsSequenceBarrier().DependentSequences;
        Assert.True(joined.HasSameDependencies(ring.NewBarrier(SequenceWaiterOwner.Unknown, mine.Position, first.Position).DependentSequences));
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task A_processor_made_elsewhere_gates_the_producer_and_runs_with_the_others(HandlerKind kind, ProducerType producer)
    {
        using var disruptor = TestDisruptor.Make(kind, producer, 4);
        Probe mine = new(), behind = new();
        var processor = disruptor.NewProcessor(disruptor.Ring.Ring.NewBarrier(SequenceWaiterOwner.Unknown), mine);
        disruptor.HandleEventsWith(processor).Then(behind);
        disruptor.Ring.PublishRange(4);
        Assert.False(disruptor.Ring.Ring.TryNext(out _));
        await disruptor.Start().Within();
        Assert.True(processor.IsRunning);
        disruptor.Ring.Publish(4);
        await disruptor.Shutdown(Patience.Limit).Within();
        Assert.False(processor.IsRunning);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], mine.Sequences);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], behind.Sequences);
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task A_processor_behind_a_group_waits_for_it(HandlerKind kind, ProducerType producer)
    {
        using var gate = new ManualResetEventSlim();
        using var disruptor = TestDisruptor.Make(kind, producer);
        Probe first = new() { Event = (ref Tape _, long _, bool _) => gate.Await() }, mine = new();
        var barrier = disruptor.HandleEventsWith(first).AsSequenceBarrier();
        Assert.False(barrier.DependentSequences.DependsOnCursor);
        Assert.Equal(1, barrier.DependentSequences.DependentSequenceCount);
        disruptor.HandleEventsWith(disruptor.NewProcessor(barrier, mine));
        await disruptor.Start().Within();
        disruptor.Ring.PublishRange(3);
        Patience.Never(() => mine.Count > 0);
        gate.Set();
        await disruptor.Shutdown(Patience.Limit).Within();
        Assert.Equal([0, 1, 2], mine.Sequences);
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task Handlers_wait_for_processors_they_come_after(HandlerKind kind, ProducerType producer)
    {
        using var gate = new ManualResetEventSlim();
        using var disruptor = TestDisruptor.Make(kind, producer);
        Probe slow = new() { Event = (ref Tape _, long _, bool _) => gate.Await() }, quick = new(), behind = new();
        var processors = new[] { slow, quick }
            .Select(p => disruptor.NewProcessor(disruptor.Ring.Ring.NewBarrier(SequenceWaiterOwner.Unknown), p)).ToArray();
        disruptor.HandleEventsWith(processors);
        disruptor.After(processors).Then(behind);
        await disruptor.Start().Within();
        disruptor.Ring.PublishRange(3);
        Patience.Until(() => quick.Position.Value == 2);
        Patience.Never(() => behind.Count > 0);
        gate.Set();
        await disruptor.Shutdown(Patience.Limit).Within();
        Assert.Equal([0, 1, 2], behind.Sequences);
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task Handlers_wait_for_processors_that_are_joined_to_their_group(HandlerKind kind, ProducerType producer)
    {
        using var gate = new ManualResetEventSlim();
        using var disruptor = TestDisruptor.Make(kind, producer);
        Probe first = new(), mine = new() { Event = (ref Tape _, long _, bool _) => gate.Await() }, behind = new();
        disruptor.HandleEventsWith(first);
        var processor = disruptor.NewProcessor(disruptor.After(first).AsSequenceBarrier(), mine);
        disruptor.After(first).And(processor).Then(behind);
        await disruptor.Start().Within();
        Assert.True(processor.IsRunning);
        disruptor.Ring.PublishRange(3);
        Patience.Until(() => first.Position.Value == 2);
        Patience.Never(() => behind.Count > 0);
        gate.Set();
        await disruptor.Shutdown(Patience.Limit).Within();
        Assert.Equal([0, 1, 2], mine.Sequences);
        Assert.Equal([0, 1, 2], behind.Sequences);
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task A_processor_of_another_type_is_started_and_halted_and_let_to_say_where_it_is(HandlerKind kind, ProducerType producer)
    {
        using var disruptor = TestDisruptor.Make(kind, producer, 4);
        var foreign = new ForeignProcessor();
        var behind = new Probe();
        disruptor.HandleEventsWith(foreign).Then(behind);
        disruptor.Ring.PublishRange(4);
        var scheduler = TaskScheduler.Default;
        await disruptor.Start().Within();
        Assert.Same(scheduler, foreign.StartedOn);
        Patience.Never(() => behind.Count > 0);
        foreign.Sequence.SetValue(1);
        Patience.Until(() => behind.Position.Value == 1);
        Assert.Throws<TimeoutException>(() => { _ = disruptor.Shutdown(TimeSpan.Zero); });
        foreign.Sequence.SetValue(3);
        await disruptor.Shutdown(Patience.Limit).Within();
        Assert.Equal(1, foreign.Halts);
        Assert.Equal([0, 1, 2, 3], behind.Sequences);
        disruptor.Dispose();
        Assert.Equal((2, 0), (foreign.Halts, foreign.Disposals));
    }

    /// <summary>Has no thread; whoever holds it moves its sequence.</summary>
    private sealed class ForeignProcessor : IEventProcessor
    {
        public Sequence Sequence { get; } = new();

        public bool IsRunning { get; private set; }

        public TaskScheduler? StartedOn { get; private set; }

        public int Halts { get; private set; }

        public int Disposals { get; private set; }

        public Task Start(TaskScheduler taskScheduler)
        {
            StartedOn = taskScheduler;
            IsRunning = true;
            return Task.CompletedTask;
        }

        public Task Halt()
        {
            Halts++;
            IsRunning = false;
            return Task.CompletedTask;
        }

        public void Dispose() => Disposals++;
    }
}
