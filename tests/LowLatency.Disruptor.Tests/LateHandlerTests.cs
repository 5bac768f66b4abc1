using Disruptor;
using Disruptor.Dsl;

namespace LowLatency.Disruptor.Tests;

/// <summary>Handlers that are added after the first publication.</summary>
public sealed class LateHandlerTests
{
    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task A_handler_does_not_see_what_was_published_before_it_was_added(HandlerKind kind, ProducerType producer)
    {
        using var disruptor = TestDisruptor.Make(kind, producer);
        disruptor.Ring.Publish(11);
        Probe a = new(), b = new(), c = new();
        disruptor.HandleEventsWith(a, b).Then(c);
        Assert.All(new[] { a, b, c }, p => Assert.Equal(10, p.Position.Value));
        disruptor.Ring.Publish(2);
        await disruptor.Run();
        Assert.All(new[] { a, b, c }, p => Assert.Equal([11, 12], p.Sequences));
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task It_starts_there_also_behind_one_that_was_added_before(HandlerKind kind, ProducerType producer)
    {
        using var disruptor = TestDisruptor.Make(kind, producer);
        Probe early = new(), late = new();
        var group = disruptor.HandleEventsWith(early);
        disruptor.Ring.Publish(3);
        group.Then(late);
        Assert.Equal(-1, early.Position.Value);
        Assert.Equal(2, late.Position.Value);
        disruptor.Ring.Publish(2);
        await disruptor.Run();
        Assert.Equal([0, 1, 2, 3, 4], early.Sequences);
        Assert.Equal([3, 4], late.Sequences);
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task Processors_made_elsewhere_start_there_too(HandlerKind kind, ProducerType producer)
    {
        using var disruptor = TestDisruptor.Make(kind, producer);
        Probe mine = new(), made = new();
        var processor = disruptor.NewProcessor(disruptor.Ring.Ring.NewBarrier(SequenceWaiterOwner.Unknown), mine);
        disruptor.Ring.Publish(6);
        Assert.Equal(-1, processor.Sequence.Value);
        disruptor.HandleEventsWith(processor);
        disruptor.HandleEventsWith(barrier => disruptor.NewProcessor(barrier, made));
        Assert.Equal(5, processor.Sequence.Value);
        Assert.Equal(5, made.Position.Value);
        disruptor.Ring.Publish(1);
        await disruptor.Run();
        Assert.Equal([6], mine.Sequences);
        Assert.Equal([6], made.Sequences);
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task What_is_published_between_adding_and_start_is_seen_and_gated(HandlerKind kind, ProducerType producer)
    {
        using var disruptor = TestDisruptor.Make(kind, producer, 4);
        disruptor.Ring.Publish(2);
        var probe = new Probe();
        disruptor.HandleEventsWith(probe);
        disruptor.Ring.Publish(4);
        Assert.False(disruptor.Ring.Ring.TryNext(out _));
        await disruptor.Run();
        Assert.Equal([2, 3, 4, 5], probe.Sequences);
    }
}
