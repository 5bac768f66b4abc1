using Disruptor;
using Disruptor.Dsl;
using Disruptor.Processing;

namespace LowLatency.Disruptor.Tests;

/// <summary>Claims of one particular sequence, by which a ring begins elsewhere than at 0.</summary>
public sealed class SpecificClaimTests
{
    [Theory]
    [MemberData(nameof(Cases.Producers), MemberType = typeof(Cases))]
    public void Claims_go_on_behind_it(ProducerType producer)
    {
        var sequencer = SequencerFactory.Create(producer, 16);
        sequencer.Claim(14);
        sequencer.Publish(14);
        Assert.Equal(14, sequencer.Cursor);
        Assert.True(sequencer.IsAvailable(14));
        Assert.False(sequencer.IsAvailable(15));
        Assert.Equal(15, sequencer.Next());
        sequencer.Publish(15);
        Assert.True(sequencer.TryNext(3, out var claimed));
        Assert.Equal(18, claimed);
    }

    [Theory]
    [MemberData(nameof(Cases.Producers), MemberType = typeof(Cases))]
    public void It_waits_for_nobody_and_the_next_claim_does(ProducerType producer)
    {
        var sequencer = SequencerFactory.Create(producer, 4);
        var consumer = new Sequence();
        sequencer.AddGatingSequences(consumer);
        sequencer.Claim(100);
        sequencer.Publish(100);
        Assert.False(sequencer.TryNext(out _));
        Assert.False(sequencer.HasAvailableCapacity(1));
        consumer.SetValue(100);
        Assert.True(sequencer.HasAvailableCapacity(4));
        Assert.Equal(104, sequencer.Next(4));
        Assert.Equal(0, sequencer.GetRemainingCapacity());
    }

    [Theory]
    [InlineData(ProducerType.Single, 1)]
    [InlineData(ProducerType.Single, -1)]
    [InlineData(ProducerType.Multi, 1)]
    [InlineData(ProducerType.Multi, -1)]
    public void Set_back_a_sequencer_forgets_how_far_consumers_were(ProducerType producer, long consumed)
    {
        var sequencer = SequencerFactory.Create(producer, 4);
        var consumer = new Sequence();
        sequencer.AddGatingSequences(consumer);
        for (var i = 0; i < 5; i++)
        {
            sequencer.Publish(sequencer.Next());
            consumer.SetValue(i);
        }

        // The producer has looked at the consumer, and has room for itself in mind.
        Assert.True(sequencer.TryNext(4, out var claimed));
        sequencer.Publish(5, claimed);
        sequencer.Claim(1);
        consumer.SetValue(consumed);
        var free = 4 - (int)(1 - consumed);
        if (free < 4)
        {
            Assert.False(sequencer.HasAvailableCapacity(free + 1));
            Assert.False(sequencer.TryNext(free + 1, out _));
        }

        Assert.True(sequencer.TryNext(free, out claimed));
        Assert.Equal(1 + free, claimed);
        Assert.False(sequencer.TryNext(out _));
    }

    [Theory]
    [MemberData(nameof(Cases.Producers), MemberType = typeof(Cases))]
    public void A_ring_of_objects_gives_the_event_of_the_claimed_sequence(ProducerType producer)
    {
        var made = 0;
        var ring = new RingBuffer<Page>(() => new Page { Tape = { Last = made++ } }, SequencerFactory.Create(producer, 4));
        var page = ring.ClaimAndGetPreallocated(6);
        Assert.Equal(2, page.Tape.Last);
        Assert.Same(ring[6], page);
        ring.Publish(6);
        Assert.Equal(7, ring.Next());
    }

    [Theory]
    [InlineData(EventKind.Value, ProducerType.Single)]
    [InlineData(EventKind.Value, ProducerType.Multi)]
    [InlineData(EventKind.Class, ProducerType.Single)]
    [InlineData(EventKind.Class, ProducerType.Multi)]
    public async Task Who_goes_back_is_followed(EventKind kind, ProducerType producer)
    {
        var sequencer = SequencerFactory.Create(producer, 4, new YieldingWaitStrategy());
        var values = kind == EventKind.Value ? new ValueRingBuffer<Tape>(() => default, sequencer) : null;
        var pages = kind == EventKind.Class ? new RingBuffer<Page>(() => new Page(), sequencer) : null;
        for (var i = 0; i < 10; i++)
        {
            sequencer.Publish(sequencer.Next());
        }

        sequencer.Claim(2);
        sequencer.Publish(2);
        var probe = new Probe();
        var barrier = sequencer.NewBarrier(SequenceWaiterOwner.EventHandler(probe));
        IEventProcessor processor = values is not null
            ? EventProcessorFactory.Create(values, barrier, probe)
            : EventProcessorFactory.Create(pages!, barrier, (IEventHandler<Page>)probe);
        processor.Sequence.SetValue(1);
        await processor.Start(TaskScheduler.Default).Within();
        Patience.Until(() => processor.Sequence.Value == 2);
        Patience.Never(() => processor.Sequence.Value > 2);
        var next = sequencer.Next(2);
        sequencer.Publish(next - 1, next);
        Patience.Until(() => processor.Sequence.Value == 4);
        await processor.Halt().Within();
        Assert.Equal([2, 3, 4], probe.Sequences);
    }
}
