using Disruptor;
using Disruptor.Dsl;
using Xunit;

namespace LowLatency.Tests.Disruptor;

public sealed class ValueDisruptorTests
{
    private static ValueDisruptor<Tape> Make(int size, IWaitStrategy? waitStrategy = null) =>
        new(() => default, size, TaskScheduler.Default, ProducerType.Single, waitStrategy ?? new BlockingWaitStrategy());

    [Fact]
    public void A_producer_type_that_this_ring_is_not_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            new ValueDisruptor<Tape>(() => default, 4, TaskScheduler.Default, (ProducerType)1, new BlockingWaitStrategy()));

    [Fact]
    public async Task Batches_hold_what_is_published_and_end_once()
    {
        using var disruptor = Make(8);
        var probe = new Probe();
        disruptor.HandleEventsWith(probe);
        disruptor.RingBuffer.PublishTape(5);
        await disruptor.Start().Within();
        await disruptor.Shutdown().Within();
        Assert.Equal([0, 1, 2, 3, 4], probe.Sequences);
        Assert.Equal([4], probe.BatchEnds);
        Assert.Equal([5], probe.BatchSizes);
        Assert.Equal(4, disruptor.GetSequenceValueFor(probe));
    }

    [Fact]
    public async Task A_batch_is_no_larger_than_the_handler_wants()
    {
        using var disruptor = Make(8);
        var probe = new Probe { MaxBatchSize = 2 };
        disruptor.HandleEventsWith(probe);
        disruptor.RingBuffer.PublishTape(5);
        await disruptor.Start().Within();
        await disruptor.Shutdown().Within();
        Assert.Equal([0, 1, 2, 3, 4], probe.Sequences);
        Assert.Equal([1, 3, 4], probe.BatchEnds);
        Assert.Equal([2, 2, 1], probe.BatchSizes);
    }

    [Fact]
    public void A_batch_size_below_one_is_refused()
    {
        using var disruptor = Make(8);
        Assert.Throws<ArgumentOutOfRangeException>(() => disruptor.HandleEventsWith(new Probe { MaxBatchSize = 0 }));
    }

    [Fact]
    public async Task Each_handler_has_a_thread_of_its_own()
    {
        using var disruptor = Make(8);
        Probe a = new(), b = new();
        disruptor.HandleEventsWith(a, b);
        await disruptor.Start().Within();
        await disruptor.Halt().Within();
        Assert.NotEqual(a.ThreadId, b.ThreadId);
        Assert.False(a.OnThreadPool || b.OnThreadPool);
    }

    [Fact]
    public async Task A_handler_sees_an_event_after_the_one_before_it_in_the_chain()
    {
        using var disruptor = Make(16, new YieldingWaitStrategy());
        var wrong = 0;
        var a = new Probe { Event = (ref Tape t, long s, bool _) => t.SeenByA = t.IsWhole(s) ? Tape.Mix(s) : 0 };
        var b = new Probe { Event = (ref Tape t, long s, bool _) => wrong += t.SeenByA == Tape.Mix(s) ? 0 : 1 };
        disruptor.HandleEventsWith(a).Then(b);
        await disruptor.Start().Within();
        await Patience.OnThread(() => disruptor.RingBuffer.PublishTape(30_000)).Within();
        await disruptor.Shutdown(Patience.Limit).Within();
        Assert.Equal(0, wrong);
        Assert.Equal(30_000, b.Sequences.Count);
    }

    [Fact]
    public async Task The_end_of_a_diamond_sees_an_event_after_both_sides()
    {
        using var disruptor = Make(8, new YieldingWaitStrategy());
        var wrong = 0;
        var a = new Probe { Event = (ref Tape t, long s, bool _) => t.SeenByA = Tape.Mix(s) };
        var b = new Probe { Event = (ref Tape t, long s, bool _) => t.SeenByB = Tape.Mix(s) };
        var c = new Probe
        {
            Event = (ref Tape t, long s, bool _) =>
                wrong += t.IsWhole(s) && t.SeenByA == Tape.Mix(s) && t.SeenByB == Tape.Mix(s) ? 0 : 1,
        };
        var d = new Probe();
        disruptor.HandleEventsWith(a).And(disruptor.HandleEventsWith(b)).Then(c);
        disruptor.After(a).HandleEventsWith(d);
        await disruptor.Start().Within();
        await Patience.OnThread(() => disruptor.RingBuffer.PublishTape(10_000)).Within();
        await disruptor.Shutdown(Patience.Limit).Within();
        Assert.Equal(0, wrong);
        Assert.Equal(10_000, c.Sequences.Count);
        Assert.Equal(10_000, d.Sequences.Count);
    }

    [Fact]
    public async Task The_producer_waits_for_the_end_of_the_chain()
    {
        using var disruptor = Make(4);
        using var gate = new ManualResetEventSlim();
        var last = new Probe { Event = (ref Tape _, long _, bool _) => gate.Wait(Patience.Limit) };
        disruptor.HandleEventsWith(new Probe()).Then(last);
        await disruptor.Start().Within();
        disruptor.RingBuffer.PublishTape(4);
        Assert.False(disruptor.RingBuffer.TryNext(out _));
        Assert.Equal(-1, disruptor.RingBuffer.GetMinimumGatingSequence());
        Assert.Throws<TimeoutException>(() => { _ = disruptor.Shutdown(TimeSpan.FromMilliseconds(10)); });
        Assert.True(disruptor.IsRunning);
        gate.Set();
        await disruptor.Shutdown().Within();
        Assert.Equal(4, last.Sequences.Count);
    }

    [Fact]
    public async Task Shutdown_right_after_start_processes_everything_published()
    {
        using var disruptor = Make(64);
        Probe a = new(), b = new();
        disruptor.HandleEventsWith(a).Then(b);
        disruptor.RingBuffer.PublishTape(50);
        _ = disruptor.Start();
        await disruptor.Shutdown().Within();
        Assert.Equal(50, b.Sequences.Count);
        Assert.False(disruptor.IsRunning);
        Assert.True(disruptor.HasStarted);
    }

    [Fact]
    public async Task Halt_stops_at_the_end_of_the_batch_and_leaves_the_rest_in_the_ring()
    {
        using var disruptor = Make(8);
        using var inside = new ManualResetEventSlim();
        using var gate = new ManualResetEventSlim();
        var stopped = false;
        var probe = new Probe
        {
            MaxBatchSize = 2,
            Event = (ref Tape _, long _, bool _) =>
            {
                inside.Set();
                gate.Wait(Patience.Limit);
            },
            Stop = () => stopped = true,
        };
        disruptor.HandleEventsWith(probe);
        disruptor.RingBuffer.PublishTape(8);
        await disruptor.Start().Within();
        Assert.True(inside.Wait(Patience.Limit, TestContext.Current.CancellationToken));
        var halted = disruptor.Halt();
        Assert.False(halted.IsCompleted);
        gate.Set();
        await halted.Within();
        Assert.True(stopped);
        Assert.Equal([0, 1], probe.Sequences);
        Assert.Equal(1, disruptor.GetSequenceValueFor(probe));

        // Two slots are free; beyond them nobody will ever make room.
        disruptor.RingBuffer.PublishTape(2);
        Assert.Throws<InvalidOperationException>(() => disruptor.RingBuffer.Next());
    }

    [Fact]
    public async Task Configuration_ends_with_the_start_and_a_disruptor_starts_and_halts_once()
    {
        var disruptor = Make(8);
        var probe = new Probe();
        var group = disruptor.HandleEventsWith(probe);
        Assert.Throws<InvalidOperationException>(() => { _ = disruptor.Halt(); });
        Assert.Throws<InvalidOperationException>(() => { _ = disruptor.Shutdown(); });
        Assert.Throws<ArgumentException>(() => group.Then(probe));
        Assert.Throws<ArgumentException>(() => disruptor.After(new Probe()));
        await disruptor.Start().Within();
        Assert.Throws<InvalidOperationException>(() => { _ = disruptor.Start(); });
        Assert.Throws<InvalidOperationException>(() => group.Then(new Probe()));
        Assert.Throws<InvalidOperationException>(() => disruptor.SetDefaultExceptionHandler(new Forgiving()));
        Assert.Throws<InvalidOperationException>(() => disruptor.HandleExceptionsFor(probe).With(new Forgiving()));
        await disruptor.Halt().Within();
        Assert.Throws<InvalidOperationException>(() => { _ = disruptor.Halt(); });
        disruptor.Dispose();
        disruptor.Dispose();
    }

    [Fact]
    public async Task A_handler_does_not_see_what_was_published_before_it_was_added()
    {
        using var disruptor = Make(8);
        disruptor.RingBuffer.PublishTape(3);
        var late = new Probe();
        disruptor.HandleEventsWith(late);
        disruptor.RingBuffer.PublishTape(2);
        await disruptor.Start().Within();
        await disruptor.Shutdown().Within();
        Assert.Equal([3, 4], late.Sequences);
    }

    [Fact]
    public async Task A_timeout_of_the_wait_strategy_reaches_the_handler_and_the_wait_goes_on()
    {
        using var disruptor = Make(8, new TimeoutFirst());
        var probe = new Probe();
        disruptor.HandleEventsWith(probe);
        disruptor.RingBuffer.PublishTape(1);
        await disruptor.Start().Within();
        await Patience.OnThread(() => SpinWait.SpinUntil(() => disruptor.GetSequenceValueFor(probe) == 0, Patience.Limit)).Within();
        disruptor.RingBuffer.PublishTape(1);
        await disruptor.Shutdown().Within();
        Assert.Equal([0, 1], probe.Sequences);
        Assert.Equal(0, probe.Timeouts[0]);
    }

    /// <summary>Times out on the first wait of each consumer.</summary>
    private sealed class TimeoutFirst : IWaitStrategy
    {
        private readonly YieldingWaitStrategy _then = new();

        public bool IsBlockingStrategy => false;

        public ISequenceWaiter NewSequenceWaiter(SequenceWaiterOwner owner, DependentSequenceGroup dependentSequences) =>
            new Waiter(_then.NewSequenceWaiter(owner, dependentSequences));

        public void SignalAllWhenBlocking()
        {
        }

        private sealed class Waiter(ISequenceWaiter then) : ISequenceWaiter
        {
            private bool _timedOut;

            public SequenceWaitResult WaitFor(long sequence, CancellationToken cancellationToken)
            {
                if (!_timedOut)
                {
                    _timedOut = true;
                    return SequenceWaitResult.Timeout;
                }

                return then.WaitFor(sequence, cancellationToken);
            }

            public void Cancel() => then.Cancel();

            public void Dispose() => then.Dispose();
        }
    }
}
