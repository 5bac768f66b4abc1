using Disruptor;
using Disruptor.Dsl;

namespace LowLatency.Disruptor.Tests;

/// <summary>Graphs whose threads are late.</summary>
public sealed class TaskSchedulerTests
{
    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task Each_processor_is_one_task_on_the_given_scheduler(HandlerKind kind, ProducerType producer)
    {
        var scheduler = new HeldScheduler(holds: false);
        using var disruptor = TestDisruptor.Make(kind, producer, 8, null, scheduler);
        Probe a = new(), b = new(), c = new(), d = new();
        disruptor.HandleEventsWith(a, b).Then(c);
        disruptor.HandleEventsWith(disruptor.NewProcessor(disruptor.Ring.Ring.NewBarrier(SequenceWaiterOwner.Unknown), d));
        Assert.Equal(0, scheduler.Count);
        disruptor.Ring.Publish(3);
        await disruptor.Run();
        Assert.Equal(4, scheduler.Count);
        Assert.All(new[] { a, b, c, d }, p => Assert.Equal([0, 1, 2], p.Sequences));
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task Halted_before_their_threads_run_handlers_start_and_shut_down_and_process_nothing(HandlerKind kind, ProducerType producer)
    {
        var scheduler = new HeldScheduler(holds: true);
        using var disruptor = TestDisruptor.Make(kind, producer, 8, null, scheduler);
        Probe first = new(), second = new();
        disruptor.HandleEventsWith(first).Then(second);
        disruptor.Ring.Publish(5);
        var started = disruptor.Start();
        var halted = disruptor.Halt();
        Assert.False(started.IsCompleted || halted.IsCompleted);
        scheduler.Release();
        await Task.WhenAll(started, halted).Within();
        Assert.Equal(['S', 'X'], first.Calls);
        Assert.Equal(['S', 'X'], second.Calls);
        Assert.Equal(2, scheduler.Count);
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task A_shutdown_before_their_threads_run_waits_for_them_to_process_everything(HandlerKind kind, ProducerType producer)
    {
        var scheduler = new HeldScheduler(holds: true);
        using var disruptor = TestDisruptor.Make(kind, producer, 8, null, scheduler);
        Probe first = new(), second = new();
        disruptor.HandleEventsWith(first).Then(second);
        disruptor.Ring.Publish(5);
        var started = disruptor.Start();
        Assert.Throws<TimeoutException>(() => { _ = disruptor.Shutdown(TimeSpan.Zero); });
        var shutdown = Patience.OnThread(disruptor.Shutdown);
        Patience.Never(() => shutdown.IsCompleted);
        scheduler.Release();
        await started.Within();
        await (await shutdown.Within()).Within();
        Assert.Equal([0, 1, 2, 3, 4], second.Sequences);
        Assert.Equal(('S', 'X'), (second.Calls[0], second.Calls[^1]));
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task An_idle_graph_is_shut_down_before_its_threads_run(HandlerKind kind, ProducerType producer)
    {
        var scheduler = new HeldScheduler(holds: true);
        using var disruptor = TestDisruptor.Make(kind, producer, 8, null, scheduler);
        disruptor.Ring.Publish(5);
        Probe first = new(), second = new();
        disruptor.HandleEventsWith(first).Then(second);
        var started = disruptor.Start();
        var shutdown = disruptor.Shutdown(Patience.Limit);
        Assert.False(shutdown.IsCompleted);
        scheduler.Release();
        await Task.WhenAll(started, shutdown).Within();
        Assert.Equal(['S', 'X'], first.Calls);
        Assert.Equal(['S', 'X'], second.Calls);
    }
}
