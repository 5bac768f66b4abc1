using Disruptor;
using Disruptor.Dsl;

namespace LowLatency.Disruptor.Tests;

/// <summary>Which callbacks a handler gets, on which thread, in which order.</summary>
public sealed class HandlerCallbackTests
{
    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task A_handler_is_started_told_its_events_and_shut_down_on_one_thread_of_its_own(HandlerKind kind, ProducerType producer)
    {
        using var disruptor = TestDisruptor.Make(kind, producer);
        Probe a = new(), b = new();
        disruptor.HandleEventsWith(a, b);
        disruptor.Ring.Publish(3);
        await disruptor.Run();
        Assert.Equal(['S', 'b', 'e', 'e', 'e', 'X'], a.Calls);
        Assert.Equal(['S', 'b', 'e', 'e', 'e', 'X'], b.Calls);
        Assert.NotEqual(Assert.Single(a.Threads), Assert.Single(b.Threads));
        Assert.False(a.OnThreadPool || b.OnThreadPool);
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task A_handler_without_events_is_started_and_shut_down(HandlerKind kind, ProducerType producer)
    {
        using var disruptor = TestDisruptor.Make(kind, producer);
        Probe first = new(), second = new();
        disruptor.HandleEventsWith(first).Then(second);
        await disruptor.Run();
        Assert.Equal(['S', 'X'], first.Calls);
        Assert.Equal(['S', 'X'], second.Calls);
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task A_timeout_reaches_the_handler_with_its_last_sequence_and_the_wait_goes_on(HandlerKind kind, ProducerType producer)
    {
        // Three timeouts each before the first event and before the third.
        using var first = new ManualResetEventSlim();
        using var third = new ManualResetEventSlim();
        var waits = new Dictionary<long, int>();
        var strategy = new StubStrategy
        {
            OnWait = (group, sequence, token) =>
            {
                var wait = waits[sequence] = waits.GetValueOrDefault(sequence) + 1;
                if (sequence is 0 or 2 && wait <= 3)
                {
                    return SequenceWaitResult.Timeout;
                }

                (sequence < 2 ? first : third).Set();
                return StubStrategy.Poll(group, sequence, token);
            },
        };
        using var disruptor = TestDisruptor.Make(kind, producer, 8, strategy);
        var probe = new Probe();
        disruptor.HandleEventsWith(probe);
        await disruptor.Start().Within();
        first.Await();
        disruptor.Ring.PublishRange(2);
        third.Await();
        disruptor.Ring.Publish(1);
        await disruptor.Shutdown(Patience.Limit).Within();
        Assert.Equal([0, 1, 2], probe.Sequences);
        Assert.Equal([-1, -1, -1, 1, 1, 1], probe.Timeouts);
        Assert.Equal(['S', 't', 't', 't', 'b', 'e'], probe.Calls.Take(6));
    }

    [Theory]
    [InlineData(HandlerKind.Value, "TimeoutBlocking")]
    [InlineData(HandlerKind.Class, "TimeoutBlocking")]
    [InlineData(HandlerKind.Batch, "TimeoutBlocking")]
    [InlineData(HandlerKind.Value, "TimeoutYielding")]
    [InlineData(HandlerKind.Class, "TimeoutYielding")]
    [InlineData(HandlerKind.Batch, "TimeoutYielding")]
    public async Task The_strategies_that_time_out_tell_handlers_of_both_producer_types(HandlerKind kind, string name)
    {
        foreach (var producer in new[] { ProducerType.Single, ProducerType.Multi })
        {
            var timeout = TimeSpan.FromMilliseconds(1);
            IWaitStrategy strategy = name == "TimeoutBlocking" ? new TimeoutBlockingWaitStrategy(timeout) : new TimeoutYieldingWaitStrategy(timeout);
            using var disruptor = TestDisruptor.Make(kind, producer, 8, strategy);
            using var before = new ManualResetEventSlim();
            using var after = new ManualResetEventSlim();
            var probe = new Probe { Timeout = s => (s < 0 ? before : after).Set() };
            disruptor.HandleEventsWith(probe);
            await disruptor.Start().Within();
            before.Await();
            disruptor.Ring.PublishRange(3);
            after.Await();
            await disruptor.Shutdown(Patience.Limit).Within();
            Assert.Equal([0, 1, 2], probe.Sequences);
            Assert.Equal(-1, probe.Timeouts[0]);
            Assert.Equal(2, probe.Timeouts[^1]);
            Assert.Equal('X', probe.Calls[^1]);
        }
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task Handlers_that_implement_only_what_they_must_are_told_events(HandlerKind kind, ProducerType producer)
    {
        const int count = 20;
        var seen = 0L;
        using var values = new ValueDisruptor<Tape>(() => default, 4, TaskScheduler.Default, producer, new BlockingWaitStrategy());
        using var objects = new Disruptor<Page>(() => new Page(), 4, TaskScheduler.Default, producer, new BlockingWaitStrategy());
        switch (kind)
        {
            case HandlerKind.Value:
                values.HandleEventsWith(new BareValueHandler(() => seen++));
                break;
            case HandlerKind.Class:
                // A handler of a base type is one of the event.
                objects.HandleEventsWith(new BareHandler(() => seen++));
                break;
            default:
                objects.HandleEventsWith(new BareBatchHandler(n => seen += n));
                break;
        }

        await Task.WhenAll(values.Start(), objects.Start()).Within();
        for (var i = 0; i < count; i++)
        {
            values.PublishEvent().Dispose();
            objects.PublishEvent().Dispose();
        }

        await Task.WhenAll(values.Shutdown(Patience.Limit), objects.Shutdown(Patience.Limit)).Within();
        Assert.Equal(count, seen);
    }

    private sealed class BareValueHandler(Action seen) : IValueEventHandler<Tape>
    {
        public void OnEvent(ref Tape data, long sequence, bool endOfBatch) => seen();
    }

    private sealed class BareHandler(Action seen) : IEventHandler<object>
    {
        public void OnEvent(object data, long sequence, bool endOfBatch) => seen();
    }

    private sealed class BareBatchHandler(Action<int> seen) : IBatchEventHandler<Page>
    {
        public void OnBatch(EventBatch<Page> batch, long sequence) => seen(batch.Length);
    }
}
