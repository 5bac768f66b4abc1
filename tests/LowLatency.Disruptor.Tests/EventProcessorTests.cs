using Disruptor;
using Disruptor.Dsl;
using Disruptor.Processing;

namespace LowLatency.Disruptor.Tests;

/// <summary>Processors that are wired by hand: start, halt, restart, end.</summary>
public sealed class EventProcessorTests
{
    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task A_processor_that_gates_nobody_starts_with_the_first_event(HandlerKind kind, ProducerType producer)
    {
        using var disruptor = TestDisruptor.Make(kind, producer);
        var probe = new Probe();
        disruptor.Ring.Publish(3);
        var processor = Make(disruptor, probe);
        Assert.Equal(-1, processor.Sequence.Value);
        await processor.Start().Within();
        disruptor.Ring.Publish(2);
        Patience.Until(() => processor.Sequence.Value == 4);
        await processor.Halt().Within();
        Assert.Equal([0, 1, 2, 3, 4], probe.Sequences);
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task One_that_gates_starts_where_the_cursor_was_when_it_began_to(HandlerKind kind, ProducerType producer)
    {
        using var disruptor = TestDisruptor.Make(kind, producer);
        var probe = new Probe();
        disruptor.Ring.Publish(3);
        var processor = Make(disruptor, probe);
        disruptor.Ring.Ring.AddGatingSequences(processor.Sequence);
        Assert.Equal(2, processor.Sequence.Value);
        await processor.Start().Within();
        disruptor.Ring.Publish(2);
        Patience.Until(() => processor.Sequence.Value == 4);
        await processor.Halt().Within();
        Assert.Equal([3, 4], probe.Sequences);
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task A_processor_runs_from_its_start_until_its_handler_has_shut_down(HandlerKind kind, ProducerType producer)
    {
        using var gate = new ManualResetEventSlim();
        using var disruptor = TestDisruptor.Make(kind, producer);
        var scheduler = new HeldScheduler(holds: true);
        var processor = Make(disruptor, new Probe { Start = gate.Await, Stop = gate.Await });
        Assert.False(processor.IsRunning);
        var started = processor.Start(scheduler);
        Assert.True(processor.IsRunning);
        Assert.Equal(1, scheduler.Count);
        scheduler.Release();
        Patience.Never(() => started.IsCompleted);
        gate.Set();
        await started.Within();
        gate.Reset();
        var halted = processor.Halt();
        Patience.Never(() => halted.IsCompleted);
        Assert.True(processor.IsRunning);
        gate.Set();
        await halted.Within();
        Assert.False(processor.IsRunning);
        await processor.Halt().Within();
        Assert.Equal(1, scheduler.Count);
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task An_idle_processor_halts_however_its_thread_waits(HandlerKind kind, ProducerType producer)
    {
        foreach (var name in Strategy.Names)
        {
            using var disruptor = TestDisruptor.Make(kind, producer, 8, Strategy.Make(name));
            Probe first = new(), second = new();
            var one = Make(disruptor, first);
            var two = disruptor.NewProcessor(disruptor.Ring.Ring.NewBarrier(SequenceWaiterOwner.Unknown, one.Sequence), second);
            await Task.WhenAll(one.Start(), two.Start()).Within();
            await Task.WhenAll(one.Halt(), two.Halt()).Within();
            Assert.Equal(['S', 'X'], first.Calls);
            Assert.Equal(['S', 'X'], second.Calls);
        }
    }

    [Fact]
    public void An_exception_handler_that_is_none_is_refused()
    {
        var page = RingBuffer<Page>.CreateSingleProducer(() => new Page(), 4);
        var tape = ValueRingBuffer<Tape>.CreateSingleProducer(() => default, 4);
        var probe = new Probe();
        var barrier = page.NewBarrier(SequenceWaiterOwner.Unknown);
        Assert.Throws<ArgumentNullException>(() => EventProcessorFactory.Create(page, barrier, (IEventHandler<Page>)probe).SetExceptionHandler(null!));
        Assert.Throws<ArgumentNullException>(() => EventProcessorFactory.Create(page, barrier, (IBatchEventHandler<Page>)probe).SetExceptionHandler(null!));
        Assert.Throws<ArgumentNullException>(() =>
            EventProcessorFactory.Create(tape, tape.NewBarrier(SequenceWaiterOwner.Unknown), probe).SetExceptionHandler(null!));
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task A_handler_may_set_its_first_sequence_when_it_starts(HandlerKind kind, ProducerType producer)
    {
        using var disruptor = TestDisruptor.Make(kind, producer);
        Probe? probe = null;
        probe = new Probe { Start = () => probe!.Position.SetValue(2) };
        disruptor.HandleEventsWith(probe);
        disruptor.Ring.Publish(5);
        await disruptor.Run();
        Assert.Equal([3, 4], probe.Sequences);
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task A_processor_begins_where_its_sequence_is_when_its_thread_runs(HandlerKind kind, ProducerType producer)
    {
        using var disruptor = TestDisruptor.Make(kind, producer);
        var probe = new Probe();
        var scheduler = new HeldScheduler(holds: true);
        var processor = Make(disruptor, probe);
        disruptor.Ring.Publish(3);
        _ = processor.Start(scheduler);
        disruptor.Ring.Ring.AddGatingSequences(processor.Sequence);
        scheduler.Release();
        disruptor.Ring.Publish(1);
        Patience.Until(() => processor.Sequence.Value == 3);
        await processor.Halt().Within();
        Assert.Equal([3], probe.Sequences);
    }

    [Theory]
    [InlineData(HandlerKind.Value)]
    [InlineData(HandlerKind.Class)]
    [InlineData(HandlerKind.Batch)]
    public async Task One_that_nobody_waits_for_goes_on_when_one_producer_has_lapped_it(HandlerKind kind)
    {
        using var disruptor = TestDisruptor.Make(kind, ProducerType.Single, 4);
        var probe = new Probe();
        var processor = Make(disruptor, probe);
        disruptor.Ring.Publish(10);
        await processor.Start().Within();
        Patience.Until(() => processor.Sequence.Value == 9);
        await processor.Halt().Within();
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], probe.Sequences);
    }

    [Fact]
    public async Task A_ring_of_structs_makes_the_processors_of_its_handlers()
    {
        IValueRingBuffer<Tape>[] rings =
        [
            ValueRingBuffer<Tape>.CreateSingleProducer(() => default, 4),
            ValueRingBuffer<Tape>.CreateMultiProducer(() => default, 4),
        ];
        foreach (var ring in rings)
        {
            var probe = new Probe();
            var processor = ring.CreateEventProcessor(ring.NewBarrier(SequenceWaiterOwner.EventHandler(probe)), probe);
            ring.AddGatingSequences(processor.Sequence);
            await processor.Start().Within();
            for (var i = 0; i < 6; i++)
            {
                var sequence = ring.Next();
                ring[sequence].Write(sequence);
                ring.Publish(sequence);
            }

            Patience.Until(() => ring.GetMinimumGatingSequence() == 5);
            await processor.Halt().Within();
            Assert.Equal([0, 1, 2, 3, 4, 5], probe.Sequences);
            Assert.True(ring.RemoveGatingSequence(processor.Sequence));
        }
    }

    private static IEventProcessor Make(TestDisruptor disruptor, Probe probe) =>
        disruptor.NewProcessor(disruptor.Ring.Ring.NewBarrier(SequenceWaiterOwner.EventHandler(probe)), probe);
}
