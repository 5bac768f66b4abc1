using Disruptor;
using Disruptor.Dsl;

namespace LowLatency.Disruptor.Tests;

/// <summary>Exceptions beside the events, and who is told.</summary>
public sealed class LifecycleExceptionTests
{
    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task Failures_of_start_and_shutdown_are_told_and_change_nothing(HandlerKind kind, ProducerType producer)
    {
        using var disruptor = TestDisruptor.Make(kind, producer);
        var probe = new Probe { Start = () => throw new FormatException(), Stop = () => throw new OverflowException() };
        var forgiving = new Forgiving();
        disruptor.HandleEventsWith(probe);
        disruptor.SetDefaultExceptionHandler(forgiving);
        disruptor.Ring.Publish(1);
        await disruptor.Run();
        Assert.Equal(['S', 'b', 'e', 'X'], probe.Calls);
        Assert.Equal(["start", "shutdown"], forgiving.Places);
        Assert.Equal([typeof(FormatException), typeof(OverflowException)], forgiving.Told.ConvertAll(t => t.Cause.GetType()));
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task A_failure_of_a_timeout_is_told_with_the_last_sequence_and_the_wait_goes_on(HandlerKind kind, ProducerType producer)
    {
        var waits = 0;
        var strategy = new StubStrategy
        {
            OnWait = (group, sequence, token) => sequence == 2 && waits++ == 0 ? SequenceWaitResult.Timeout : StubStrategy.Poll(group, sequence, token),
        };
        using var disruptor = TestDisruptor.Make(kind, producer, 8, strategy);
        using var timedOut = new ManualResetEventSlim();
        var forgiving = new Forgiving();
        var probe = new Probe
        {
            Timeout = _ =>
            {
                timedOut.Set();
                throw new FormatException();
            },
        };
        disruptor.SetDefaultExceptionHandler(forgiving);
        disruptor.HandleEventsWith(probe);
        disruptor.Ring.Publish(2);
        await disruptor.Start().Within();
        timedOut.Await();
        disruptor.Ring.Publish(1);
        await disruptor.Shutdown(Patience.Limit).Within();
        Assert.Equal([0, 1, 2], probe.Sequences);
        Assert.Equal("timeout", Assert.Single(forgiving.Places));
        Assert.Equal(1, Assert.Single(forgiving.Told).Sequence);
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task A_handlers_own_exception_handler_goes_before_the_default_one(HandlerKind kind, ProducerType producer)
    {
        using var disruptor = TestDisruptor.Make(kind, producer);
        Probe a = FailingAt(0), b = FailingAt(0), c = FailingAt(0);
        Forgiving early = new(), late = new(), ofA = new(), ofB = new();
        disruptor.SetDefaultExceptionHandler(early);
        disruptor.HandleEventsWith(a, b).Then(c);
        disruptor.HandleExceptionsFor(a, ofA);
        disruptor.SetExceptionHandler(b, ofB);
        disruptor.SetDefaultExceptionHandler(late);
        disruptor.Ring.Publish(1);
        await disruptor.Run();
        Assert.Empty(early.Told);
        Assert.Single(ofA.Told);
        Assert.Single(ofB.Told);
        Assert.Single(late.Told);
        Assert.Throws<ArgumentException>(() => disruptor.HandleExceptionsFor(new Probe(), ofA));
        Assert.Throws<ArgumentException>(() => disruptor.SetExceptionHandler(new Probe(), ofA));
    }

    private static Probe FailingAt(long sequence) => new()
    {
        Event = (ref Tape _, long s, bool _) => _ = s == sequence ? throw new FormatException($"at {s}") : 0,
    };
}
