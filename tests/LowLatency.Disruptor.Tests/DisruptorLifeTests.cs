using Disruptor;
using Disruptor.Dsl;

namespace LowLatency.Disruptor.Tests;

/// <summary>Configured once, started once, halted once, disposed as often as one likes.</summary>
public sealed class DisruptorLifeTests
{
    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task It_has_started_for_good_and_runs_until_it_is_halted(HandlerKind kind, ProducerType producer)
    {
        using var disruptor = TestDisruptor.Make(kind, producer);
        disruptor.HandleEventsWith(new Probe());
        Assert.Equal((false, false), (disruptor.HasStarted, disruptor.IsRunning));
        var started = disruptor.Start();
        Assert.Equal((true, true), (disruptor.HasStarted, disruptor.IsRunning));
        await started.Within();
        var halted = disruptor.Halt();
        Assert.Equal((true, false), (disruptor.HasStarted, disruptor.IsRunning));
        await halted.Within();
        Assert.Equal((true, false), (disruptor.HasStarted, disruptor.IsRunning));
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public void What_has_not_started_cannot_be_halted_or_shut_down(HandlerKind kind, ProducerType producer)
    {
        using var disruptor = TestDisruptor.Make(kind, producer);
        disruptor.HandleEventsWith(new Probe());
        disruptor.Ring.Publish(1);
        Refused(disruptor.Halt);
        Refused(disruptor.Shutdown);
        Refused(() => disruptor.Shutdown(Patience.Limit));
        Assert.Equal((false, false), (disruptor.HasStarted, disruptor.IsRunning));
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task What_has_started_or_halted_does_not_do_so_again(HandlerKind kind, ProducerType producer)
    {
        using var disruptor = TestDisruptor.Make(kind, producer);
        var probe = new Probe();
        disruptor.HandleEventsWith(probe);
        await disruptor.Start().Within();
        Refused(disruptor.Start);
        Assert.True(disruptor.IsRunning);
        await disruptor.Halt().Within();
        Refused(disruptor.Halt);
        Refused(disruptor.Shutdown);
        Refused(disruptor.Start);
        Assert.Equal(['S', 'X'], probe.Calls);
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task Configuration_ends_with_the_start(HandlerKind kind, ProducerType producer)
    {
        using var disruptor = TestDisruptor.Make(kind, producer);
        var probe = new Probe();
        var group = disruptor.HandleEventsWith(probe);
        await disruptor.Start().Within();
        RefusesConfiguration();
        await disruptor.Halt().Within();
        RefusesConfiguration();

        void RefusesConfiguration()
        {
            Assert.Throws<InvalidOperationException>(() => disruptor.HandleEventsWith(new Probe()));
            Assert.Throws<InvalidOperationException>(() => group.Then(new Probe()));
            Assert.Throws<InvalidOperationException>(() => group.HandleEventsWith(new Probe()));
            Assert.Throws<InvalidOperationException>(() => disruptor.After(probe).Then(new Probe()));
            Assert.Throws<InvalidOperationException>(() => disruptor.SetDefaultExceptionHandler(new Forgiving()));
        }
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public void Disposed_before_its_start_it_is_of_no_use(HandlerKind kind, ProducerType producer)
    {
        using var disruptor = TestDisruptor.Make(kind, producer);
        disruptor.HandleEventsWith(new Probe());
        disruptor.Dispose();
        disruptor.Dispose();
        Refused(disruptor.Start);
        Refused(disruptor.Halt);
        Refused(disruptor.Shutdown);
        Assert.Throws<InvalidOperationException>(() => disruptor.HandleEventsWith(new Probe()));
        Assert.Throws<InvalidOperationException>(() => disruptor.SetDefaultExceptionHandler(new Forgiving()));
        Assert.False(disruptor.IsRunning);
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task Disposed_while_it_runs_it_halts_without_waiting(HandlerKind kind, ProducerType producer)
    {
        using var gate = new ManualResetEventSlim();
        using var stopped = new ManualResetEventSlim();
        using var disruptor = TestDisruptor.Make(kind, producer);
        var probe = new Probe { Event = (ref Tape _, long _, bool _) => gate.Await(), Stop = stopped.Set };
        disruptor.HandleEventsWith(probe);
        await disruptor.Start().Within();
        disruptor.Ring.Publish(1);
        Patience.Until(() => probe.Calls.Count > 2);
        disruptor.Dispose();
        Assert.False(disruptor.IsRunning);
        Assert.False(stopped.IsSet);
        disruptor.Dispose();
        gate.Set();
        stopped.Await();
        Refused(disruptor.Halt);
        Refused(disruptor.Start);
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task Disposed_after_its_halt_it_stays_halted(HandlerKind kind, ProducerType producer)
    {
        using var disruptor = TestDisruptor.Make(kind, producer);
        var probe = new Probe();
        disruptor.HandleEventsWith(probe);
        await disruptor.Run();
        disruptor.Dispose();
        Assert.Equal(['S', 'X'], probe.Calls);
        Assert.Equal((true, false), (disruptor.HasStarted, disruptor.IsRunning));
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task Its_waiters_are_released_with_it_but_not_those_of_processors_made_elsewhere(HandlerKind kind, ProducerType producer)
    {
        foreach (var starts in new[] { false, true })
        {
            var strategy = new StubStrategy();
            using var disruptor = TestDisruptor.Make(kind, producer, 8, strategy);
            Probe handler = new(), created = new(), elsewhere = new();
            var processor = disruptor.NewProcessor(disruptor.Ring.Ring.NewBarrier(SequenceWaiterOwner.Unknown), elsewhere);
            disruptor.HandleEventsWith(handler);
            disruptor.HandleEventsWith(barrier => disruptor.NewProcessor(barrier, created));
            disruptor.HandleEventsWith(processor);
            if (starts)
            {
                await disruptor.Start().Within();
                await disruptor.Halt().Within();
            }

            Assert.Equal([0, 0, 0], strategy.Waiters.Select(w => w.Disposals));
            disruptor.Dispose();
            Assert.Equal([0, 1, 1], strategy.Waiters.Select(w => w.Disposals));
            processor.Dispose();
            Assert.Equal([1, 1, 1], strategy.Waiters.Select(w => w.Disposals));
            Assert.Equal(starts ? [1, 1, 1] : [0, 0, 0], strategy.Waiters.Select(w => w.Cancels));
        }
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task A_graph_of_nobody_starts_and_halts(HandlerKind kind, ProducerType producer)
    {
        using var disruptor = TestDisruptor.Make(kind, producer);
        disruptor.Ring.Publish(20);
        await disruptor.Run();
        Assert.False(disruptor.IsRunning);
    }

    private static void Refused(Func<Task> call) => Assert.Throws<InvalidOperationException>(() => { _ = call(); });
}
