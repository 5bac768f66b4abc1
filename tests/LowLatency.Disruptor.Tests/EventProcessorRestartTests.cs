using Disruptor;
using Disruptor.Dsl;
using Disruptor.Processing;

namespace LowLatency.Disruptor.Tests;

/// <summary>Processors that are halted early, by themselves, or to be started again.</summary>
public sealed class EventProcessorRestartTests
{
    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task A_running_or_ended_processor_cannot_be_started(HandlerKind kind, ProducerType producer)
    {
        using var gate = new ManualResetEventSlim();
        using var disruptor = TestDisruptor.Make(kind, producer);
        var probe = new Probe { Stop = gate.Await };
        var processor = Make(disruptor, probe);
        await processor.Start().Within();
        Assert.Throws<InvalidOperationException>(() => { _ = processor.Start(); });
        var halted = processor.Halt();
        Assert.Throws<InvalidOperationException>(() => { _ = processor.Start(); });
        gate.Set();
        await halted.Within();
        processor.Dispose();
        processor.Dispose();
        Assert.Throws<InvalidOperationException>(() => { _ = processor.Start(); });
        await processor.Halt().Within();
        Assert.Equal(['S', 'X'], probe.Calls);
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task A_processor_that_has_not_started_may_be_halted_and_started_then(HandlerKind kind, ProducerType producer)
    {
        using var disruptor = TestDisruptor.Make(kind, producer);
        var probe = new Probe();
        var processor = Make(disruptor, probe);
        await processor.Halt().Within();
        Assert.False(processor.IsRunning);
        disruptor.Ring.Publish(2);
        await processor.Start().Within();
        Patience.Until(() => processor.Sequence.Value == 1);
        await processor.Halt().Within();
        Assert.Equal([0, 1], probe.Sequences);
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task A_restarted_processor_goes_on_behind_its_last_batch(HandlerKind kind, ProducerType producer)
    {
        using var disruptor = TestDisruptor.Make(kind, producer);
        var probe = new Probe();
        var processor = Make(disruptor, probe);
        disruptor.Ring.Ring.AddGatingSequences(processor.Sequence);
        for (var run = 0; run < 3; run++)
        {
            disruptor.Ring.Publish(4);
            await processor.Start().Within();
            Patience.Until(() => processor.Sequence.Value == (4 * run) + 3);
            await processor.Halt().Within();
        }

        Assert.Equal(Enumerable.Range(0, 12).Select(i => (long)i), probe.Sequences);
        Assert.Equal([3, 7, 11], probe.BatchEnds);
        Assert.Equal(3, probe.Calls.Count(c => c == 'S'));
        Assert.Equal(3, probe.Calls.Count(c => c == 'X'));
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task Halted_before_its_thread_runs_it_starts_and_shuts_down_its_handler_and_processes_nothing(HandlerKind kind, ProducerType producer)
    {
        using var disruptor = TestDisruptor.Make(kind, producer);
        var probe = new Probe();
        var scheduler = new HeldScheduler(holds: true);
        var processor = Make(disruptor, probe);
        disruptor.Ring.Publish(3);
        var started = processor.Start(scheduler);
        var halted = processor.Halt();
        Assert.True(processor.IsRunning);
        Assert.False(started.IsCompleted || halted.IsCompleted);
        scheduler.Release();
        await Task.WhenAll(started, halted).Within();
        Assert.Equal(['S', 'X'], probe.Calls);
        Assert.False(processor.IsRunning);
        Assert.Equal(-1, processor.Sequence.Value);
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task Halted_by_its_own_handler_it_ends_with_the_batch(HandlerKind kind, ProducerType producer)
    {
        using var disruptor = TestDisruptor.Make(kind, producer);
        var halted = new TaskCompletionSource<Task>();
        IEventProcessor? processor = null;
        var probe = new Probe
        {
            MaxBatchSize = 3,
            Event = (ref Tape _, long s, bool _) =>
            {
                if (s == 3)
                {
                    halted.SetResult(processor!.Halt());
                }
            },
        };
        processor = Make(disruptor, probe);
        disruptor.Ring.Publish(8);
        await processor.Start().Within();
        await (await halted.Task.Within()).Within();
        Assert.Equal([0, 1, 2, 3, 4, 5], probe.Sequences);
        Assert.Equal(5, processor.Sequence.Value);
        Assert.Equal('X', probe.Calls[^1]);
    }

    private static IEventProcessor Make(TestDisruptor disruptor, Probe probe) =>
        disruptor.NewProcessor(disruptor.Ring.Ring.NewBarrier(SequenceWaiterOwner.EventHandler(probe)), probe);
}
