using Disruptor;
using Disruptor.Dsl;

namespace LowLatency.Disruptor.Tests;

/// <summary>Handlers that move the sequence of their processor themselves.</summary>
public sealed class SequenceAwareTests
{
    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public void A_handler_gets_the_sequence_of_its_processor_when_that_is_made(HandlerKind kind, ProducerType producer)
    {
        using var disruptor = TestDisruptor.Make(kind, producer);
        Probe mine = new(), added = new();
        var processor = disruptor.NewProcessor(disruptor.Ring.Ring.NewBarrier(SequenceWaiterOwner.Unknown), mine);
        Assert.Same(processor.Sequence, mine.Position);
        disruptor.HandleEventsWith(added);
        Assert.True(disruptor.Ring.Ring.RemoveGatingSequence(added.Position));
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task It_may_let_others_on_before_its_batch_ends(HandlerKind kind, ProducerType producer)
    {
        using var gate = new ManualResetEventSlim();
        using var disruptor = TestDisruptor.Make(kind, producer, 4);
        Probe? first = null;
        first = new Probe
        {
            Event = (ref Tape _, long s, bool _) =>
            {
                if (s == 2)
                {
                    first!.Position.SetValue(1);
                    gate.Await();
                }
            },
        };
        var second = new Probe();
        disruptor.HandleEventsWith(first).Then(second);
        disruptor.Ring.Publish(4);
        await disruptor.Start().Within();

        // The first handler is inside its only batch; the second one and, behind it, the producer go on.
        Patience.Until(() => second.Position.Value == 1);
        disruptor.Ring.Publish(2);
        Assert.False(disruptor.Ring.Ring.TryNext(out _));
        gate.Set();
        await disruptor.Shutdown(Patience.Limit).Within();
        Assert.Equal([3, 5], first.BatchEnds);
        Assert.Equal([0, 1, 2, 3, 4, 5], second.Sequences);
    }
}
