using Disruptor;
using Disruptor.Dsl;
using Xunit;

namespace LowLatency.Tests.Disruptor;

public sealed class ExceptionHandlingTests
{
    private static ValueDisruptor<Tape> Make(int size, IWaitStrategy? waitStrategy = null) =>
        new(() => default, size, waitStrategy ?? new BlockingWaitStrategy());

    private static Probe FailingAt(long sequence) => new()
    {
        Event = (ref Tape _, long s, bool _) =>
        {
            if (s == sequence)
            {
                throw new FormatException($"at {s}");
            }
        },
    };

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task A_forgiven_failure_anywhere_in_a_batch_skips_that_event_only(long failing)
    {
        using var disruptor = Make(8);
        var probe = FailingAt(failing);
        var after = new Probe();
        var forgiving = new Forgiving();
        disruptor.HandleEventsWith(probe).Then(after);
        disruptor.HandleExceptionsFor(probe).With(forgiving);
        disruptor.RingBuffer.PublishTape(5);
        await disruptor.Start().Within();
        await disruptor.Shutdown(Patience.Limit).Within();
        Assert.Equal([0, 1, 2, 3, 4], probe.Sequences);
        Assert.Equal([0, 1, 2, 3, 4], after.Sequences);
        var told = Assert.Single(forgiving.Told);
        Assert.Equal(failing, told.Sequence);
        Assert.IsType<FormatException>(told.Cause);
    }

    [Fact]
    public async Task A_failure_of_a_batch_start_counts_as_one_of_its_first_event()
    {
        using var disruptor = Make(8);
        var probe = new Probe { BatchStart = n => _ = n == 5 ? throw new FormatException() : 0 };
        var forgiving = new Forgiving();
        disruptor.SetDefaultExceptionHandler(forgiving);
        disruptor.HandleEventsWith(probe);
        disruptor.RingBuffer.PublishTape(5);
        await disruptor.Start().Within();
        await disruptor.Shutdown(Patience.Limit).Within();
        Assert.Equal([1, 2, 3, 4], probe.Sequences);
        Assert.Equal(0, Assert.Single(forgiving.Told).Sequence);
    }

    [Fact]
    public async Task Failures_of_start_and_shutdown_reach_the_exception_handler()
    {
        using var disruptor = Make(8);
        var probe = new Probe { Start = () => throw new FormatException(), Stop = () => throw new OverflowException() };
        var forgiving = new Forgiving();
        disruptor.HandleEventsWith(probe);
        disruptor.SetDefaultExceptionHandler(forgiving);
        disruptor.RingBuffer.PublishTape(1);
        await disruptor.Start().Within();
        await disruptor.Shutdown(Patience.Limit).Within();
        Assert.Equal([0], probe.Sequences);
        Assert.Equal([typeof(FormatException), typeof(OverflowException)], forgiving.Told.ConvertAll(t => t.Cause.GetType()));
    }

    [Fact]
    public async Task By_default_a_failure_stops_the_graph_and_throws_its_cause_at_a_producer_that_waits()
    {
        using var disruptor = Make(4);
        var failing = FailingAt(2);
        var behind = new Probe();
        var beside = new Probe();
        disruptor.HandleEventsWith(failing).Then(behind);
        disruptor.HandleEventsWith(beside);
        await disruptor.Start().Within();

        var producer = Patience.OnThread(() => disruptor.RingBuffer.PublishTape(1_000));
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => producer.Within());
        Assert.IsType<FormatException>(refused.InnerException!.InnerException);
        Assert.Throws<InvalidOperationException>(() => disruptor.RingBuffer.TryNext(out _));

        // Nothing behind the failure is consumed, and the end of the graph says why.
        Assert.False(disruptor.IsRunning);
        var end = await Assert.ThrowsAsync<ApplicationException>(() => disruptor.Shutdown().Within());
        Assert.Same(refused.InnerException, end);
        Assert.Equal([0, 1, 2], failing.Sequences);
        Assert.Equal(1, disruptor.GetSequenceValueFor(failing));
        Assert.All(behind.Sequences, s => Assert.InRange(s, 0, 1));
        Assert.InRange(disruptor.RingBuffer.Cursor, 2, 5);
    }

    [Fact]
    public async Task A_failure_wakes_and_stops_handlers_that_sleep()
    {
        using var disruptor = Make(8);
        using var stopped = new ManualResetEventSlim();
        disruptor.HandleEventsWith(FailingAt(0)).Then(new Probe { Stop = stopped.Set });
        await disruptor.Start().Within();
        disruptor.RingBuffer.PublishTape(1);
        Assert.True(stopped.Wait(Patience.Limit, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<ApplicationException>(() => disruptor.Halt().Within());
    }

    [Fact]
    public async Task A_failure_at_the_start_stops_handlers_that_start_later_and_shows_in_the_start_task()
    {
        using var disruptor = Make(8);
        using var stopped = new ManualResetEventSlim();
        disruptor.HandleEventsWith(new Probe { Start = () => throw new FormatException() }, new Probe { Stop = stopped.Set });
        var failure = await Assert.ThrowsAsync<ApplicationException>(() => disruptor.Start().Within());
        Assert.IsType<FormatException>(failure.InnerException);
        Assert.True(stopped.Wait(Patience.Limit, TestContext.Current.CancellationToken));
        Assert.Throws<InvalidOperationException>(() => disruptor.RingBuffer.Next());
    }

    [Fact]
    public async Task Halt_releases_a_producer_that_waits_for_room()
    {
        using var disruptor = Make(2);
        using var gate = new ManualResetEventSlim();
        disruptor.HandleEventsWith(new Probe { Event = (ref Tape _, long _, bool _) => gate.Wait(Patience.Limit) });
        await disruptor.Start().Within();
        disruptor.RingBuffer.PublishTape(2);
        var producer = Patience.OnThread(() => disruptor.RingBuffer.PublishTape(1));
        var halted = disruptor.Halt();
        await Assert.ThrowsAsync<InvalidOperationException>(() => producer.Within());
        gate.Set();
        await halted.Within();
    }
}
