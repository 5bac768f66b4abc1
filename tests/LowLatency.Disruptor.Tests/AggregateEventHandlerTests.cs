using Disruptor;
using Disruptor.Dsl;

namespace LowLatency.Disruptor.Tests;

public sealed class AggregateEventHandlerTests
{
    [Fact]
    public void Each_callback_goes_to_each_handler_in_their_order()
    {
        var calls = new List<string>();
        var aggregate = new AggregateEventHandler<Page>(new Noting("a", calls), new Noting("b", calls));
        var page = new Page();
        aggregate.OnStart();
        aggregate.OnEvent(page, 3, false);
        aggregate.OnEvent(page, 4, true);
        aggregate.OnShutdown();
        Assert.Equal(["a start", "b start", "a 3 False", "b 3 False", "a 4 True", "b 4 True", "a stop", "b stop"], calls);
        new AggregateEventHandler<Page>().OnEvent(page, 0, true);
    }

    [Theory]
    [MemberData(nameof(Cases.Producers), MemberType = typeof(Cases))]
    public async Task In_a_graph_it_is_one_handler(ProducerType producer)
    {
        var calls = new List<string>();
        using var disruptor = new Disruptor<Page>(() => new Page(), 4, TaskScheduler.Default, producer, new BlockingWaitStrategy());
        disruptor.HandleEventsWith(new AggregateEventHandler<Page>(new Noting("a", calls), new Noting("b", calls)));
        disruptor.PublishEvents(2).Dispose();
        await disruptor.Start().Within();
        await disruptor.Shutdown(Patience.Limit).Within();
        Assert.Equal(["a start", "b start", "a 0 False", "b 0 False", "a 1 True", "b 1 True", "a stop", "b stop"], calls);
    }

    [Theory]
    [MemberData(nameof(Cases.Producers), MemberType = typeof(Cases))]
    public async Task A_failure_of_one_keeps_the_event_from_those_behind_it(ProducerType producer)
    {
        var calls = new List<string>();
        using var disruptor = new Disruptor<Page>(() => new Page(), 4, TaskScheduler.Default, producer, new BlockingWaitStrategy());
        var forgiving = new Forgiving();
        disruptor.SetDefaultExceptionHandler(forgiving);
        disruptor.HandleEventsWith(new AggregateEventHandler<Page>(new Noting("a", calls, failsAt: 0), new Noting("b", calls)));
        disruptor.PublishEvents(2).Dispose();
        await disruptor.Start().Within();
        await disruptor.Shutdown(Patience.Limit).Within();
        Assert.Equal(["a start", "b start", "a 0 False", "a 1 True", "b 1 True", "a stop", "b stop"], calls);
        Assert.Equal(0, Assert.Single(forgiving.Told).Sequence);
    }

    private sealed class Noting(string name, List<string> calls, long failsAt = -1) : IEventHandler<Page>
    {
        public void OnEvent(Page data, long sequence, bool endOfBatch)
        {
            calls.Add($"{name} {sequence} {endOfBatch}");
            if (sequence == failsAt)
            {
                throw new FormatException();
            }
        }

        public void OnStart() => calls.Add($"{name} start");

        public void OnShutdown() => calls.Add($"{name} stop");
    }
}
