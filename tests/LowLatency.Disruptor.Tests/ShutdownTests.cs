using Disruptor;
using Disruptor.Dsl;

namespace LowLatency.Disruptor.Tests;

/// <summary>How starts, halts and shutdowns end, and what has happened by then.</summary>
public sealed class ShutdownTests
{
    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task A_start_ends_when_every_handler_has_started(HandlerKind kind, ProducerType producer)
    {
        using ManualResetEventSlim one = new(), two = new();
        using var disruptor = TestDisruptor.Make(kind, producer);
        disruptor.HandleEventsWith(new Probe { Start = one.Await }).Then(new Probe { Start = two.Await });
        var started = disruptor.Start();
        Patience.Never(() => started.IsCompleted);
        one.Set();
        Patience.Never(() => started.IsCompleted);
        two.Set();
        await started.Within();
        await disruptor.Halt().Within();
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task A_halt_ends_when_every_handler_has_shut_down(HandlerKind kind, ProducerType producer)
    {
        using ManualResetEventSlim one = new(), two = new();
        using var disruptor = TestDisruptor.Make(kind, producer);
        disruptor.HandleEventsWith(new Probe { Stop = one.Await }).Then(new Probe { Stop = two.Await });
        await disruptor.Start().Within();
        var halted = disruptor.Halt();
        Patience.Never(() => halted.IsCompleted);
        two.Set();
        Patience.Never(() => halted.IsCompleted);
        one.Set();
        await halted.Within();
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task A_halt_stops_at_the_end_of_the_batch_and_leaves_the_rest_in_the_ring(HandlerKind kind, ProducerType producer)
    {
        using ManualResetEventSlim inside = new(), gate = new();
        using var disruptor = TestDisruptor.Make(kind, producer);
        var probe = new Probe
        {
            MaxBatchSize = 2,
            Event = (ref Tape _, long _, bool _) =>
            {
                inside.Set();
                gate.Await();
            },
        };
        disruptor.HandleEventsWith(probe);
        disruptor.Ring.Publish(8);
        await disruptor.Start().Within();
        inside.Await();
        var halted = disruptor.Halt();
        Assert.False(halted.IsCompleted);
        gate.Set();
        await halted.Within();
        Assert.Equal([0, 1], probe.Sequences);
        Assert.Equal(1, probe.Position.Value);
        Assert.Equal(2, disruptor.Ring.Ring.GetRemainingCapacity());
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task A_shutdown_lets_the_ends_of_chains_finish(HandlerKind kind, ProducerType producer)
    {
        foreach (var hasLimit in new[] { false, true })
        {
            using var gate = new ManualResetEventSlim();
            using var disruptor = TestDisruptor.Make(kind, producer);
            Probe first = new(), last = new() { Event = (ref Tape _, long _, bool _) => gate.Await() };
            disruptor.HandleEventsWith(first).Then(last);
            disruptor.Ring.Publish(8);
            await disruptor.Start().Within();
            var shutdown = Patience.OnThread(() => hasLimit ? disruptor.Shutdown(Patience.Limit) : disruptor.Shutdown());
            Patience.Never(() => shutdown.IsCompleted);
            Assert.True(disruptor.IsRunning);
            gate.Set();
            await (await shutdown.Within()).Within();
            Assert.False(disruptor.IsRunning);
            Assert.Equal(8, last.Sequences.Count);
            Assert.Equal('X', last.Calls[^1]);
        }
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task A_shutdown_that_takes_too_long_throws_from_the_call_itself_and_the_graph_goes_on(HandlerKind kind, ProducerType producer)
    {
        using var gate = new ManualResetEventSlim();
        using var disruptor = TestDisruptor.Make(kind, producer);
        var probe = new Probe { Event = (ref Tape _, long _, bool _) => gate.Await() };
        disruptor.HandleEventsWith(probe);
        disruptor.Ring.Publish(1);
        await disruptor.Start().Within();
        foreach (var limit in new[] { TimeSpan.Zero, TimeSpan.FromMilliseconds(5) })
        {
            Assert.Throws<TimeoutException>(() => { _ = disruptor.Shutdown(limit); });
            Assert.True(disruptor.IsRunning);
        }

        gate.Set();
        disruptor.Ring.Publish(2);
        await disruptor.Shutdown(Patience.Limit).Within();
        Assert.Equal([0, 1, 2], probe.Sequences);
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task A_limit_that_is_none_is_refused(HandlerKind kind, ProducerType producer)
    {
        using var disruptor = TestDisruptor.Make(kind, producer);
        disruptor.HandleEventsWith(new Probe());
        await disruptor.Start().Within();
        foreach (var limit in new[] { TimeSpan.FromMilliseconds(-2), TimeSpan.FromMilliseconds(1L + int.MaxValue), TimeSpan.MinValue, TimeSpan.MaxValue })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => { _ = disruptor.Shutdown(limit); });
        }

        Assert.True(disruptor.IsRunning);
        disruptor.Ring.Publish(5);
        await disruptor.Shutdown(Timeout.InfiniteTimeSpan).Within();
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task Shutdown_right_after_start_processes_everything_published(HandlerKind kind, ProducerType producer)
    {
        for (var i = 0; i < 20; i++)
        {
            using var disruptor = TestDisruptor.Make(kind, producer, 64);
            Probe first = new(), second = new();
            disruptor.HandleEventsWith(first).Then(second);
            disruptor.Ring.Publish(50);
            _ = disruptor.Start();
            await disruptor.Shutdown(Patience.Limit).Within();
            Assert.Equal(50, second.Sequences.Count);
            Assert.Equal('X', first.Calls[^1]);
        }
    }
}
