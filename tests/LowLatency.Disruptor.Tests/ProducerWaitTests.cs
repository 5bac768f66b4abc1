using Disruptor;
using Disruptor.Dsl;

namespace LowLatency.Disruptor.Tests;

/// <summary>Claims that have to wait for consumers.</summary>
[Collection(nameof(Spinning))]
public sealed class ProducerWaitTests
{
    [Theory]
    [MemberData(nameof(Cases.Rings), MemberType = typeof(Cases))]
    public async Task A_claim_waits_until_the_event_in_its_slot_is_read(EventKind kind, ProducerType producer, Origin origin)
    {
        foreach (var size in new[] { 1, 2, 8 })
        {
            var ring = TestRing.Make(kind, producer, size, null, origin).Ring;
            var consumer = new Sequence();
            ring.AddGatingSequences(consumer);
            ring.Publish(0, ring.Next(size));
            var claim = Task.Run(ring.Next, TestContext.Current.CancellationToken);
            Patience.Never(() => claim.IsCompleted);
            consumer.SetValue(0);
            Assert.Equal(size, await claim.Within());
            Assert.Equal(0, ring.GetRemainingCapacity());
        }
    }

    [Theory]
    [MemberData(nameof(Cases.Rings), MemberType = typeof(Cases))]
    public async Task A_claim_of_several_waits_until_the_slowest_has_left_the_last_of_their_slots(EventKind kind, ProducerType producer, Origin origin)
    {
        var ring = TestRing.Make(kind, producer, 4, null, origin).Ring;
        Sequence fast = new(), slow = new();
        ring.AddGatingSequences(fast, slow);
        ring.Publish(0, ring.Next(4));
        fast.SetValue(3);
        slow.SetValue(0);
        var claim = Task.Run(() => ring.Next(3), TestContext.Current.CancellationToken);
        Patience.Never(() => claim.IsCompleted);
        slow.SetValue(1);
        Patience.Never(() => claim.IsCompleted);
        slow.SetValue(2);
        Assert.Equal(6, await claim.Within());
        slow.SetValue(3);
        Assert.Equal(1, ring.GetRemainingCapacity());
    }

    [Theory]
    [MemberData(nameof(Cases.Producers), MemberType = typeof(Cases))]
    public async Task A_waiting_claim_goes_on_when_the_consumer_it_waits_for_is_removed(ProducerType producer)
    {
        var sequencer = SequencerFactory.Create(producer, 4);
        Sequence stuck = new(), other = new();
        sequencer.AddGatingSequences(stuck, other);
        sequencer.Publish(0, sequencer.Next(4));
        other.SetValue(2);
        var claim = Task.Run(() => sequencer.Next(2), TestContext.Current.CancellationToken);
        Patience.Never(() => claim.IsCompleted);
        Assert.True(sequencer.RemoveGatingSequence(stuck));
        Assert.Equal(5, await claim.Within());
    }

    [Theory]
    [MemberData(nameof(Cases.Kinds), MemberType = typeof(Cases))]
    public async Task Scopes_wait_for_room(EventKind kind, ProducerType producer)
    {
        var ring = TestRing.Make(kind, producer, 4);
        var consumer = new Sequence();
        ring.Ring.AddGatingSequences(consumer);
        ring.PublishEvents(4, (ref Tape slot, long s) => slot.Write(s));
        var publication = Task.Run(() =>
        {
            ring.PublishEvent((ref Tape slot, long s) => slot.Write(s));
            ring.PublishEvents(2, (ref Tape slot, long s) => slot.Write(s));
        }, TestContext.Current.CancellationToken);
        Patience.Never(() => publication.IsCompleted);
        Assert.True(ring[0].IsWhole(0));
        consumer.SetValue(0);
        Patience.Until(() => ring.Ring.IsAvailable(4));
        Assert.True(ring[1].IsWhole(1));
        consumer.SetValue(1);
        Patience.Never(() => publication.IsCompleted);
        Assert.True(ring[2].IsWhole(2));
        consumer.SetValue(2);
        await publication.Within();
        Assert.True(ring[6].IsWhole(6));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Producers_that_wait_together_get_every_sequence_once(int size)
    {
        const int producers = 3;
        const int each = 200;
        var sequencer = new MultiProducerSequencer(size, new StubStrategy());
        var consumer = new Sequence();
        sequencer.AddGatingSequences(consumer);
        var claims = Enumerable.Range(0, producers).Select(_ => Patience.OnThread(() =>
        {
            var mine = new List<long>();
            for (var i = 0; i < each; i++)
            {
                mine.Add(sequencer.Next());
                sequencer.Publish(mine[^1]);
            }

            return mine;
        })).ToArray();
        await Patience.OnThread(() =>
        {
            for (long next = 0; next < producers * each; next++)
            {
                // An available sequence is the consumer's until it says otherwise: nobody may publish over it.
                Patience.Until(() => sequencer.IsAvailable(next));
                Thread.Yield();
                Assert.True(sequencer.IsAvailable(next));
                consumer.SetValue(next);
            }
        }).Within();
        var all = await Task.WhenAll(claims).Within();
        Assert.All(all, mine => Assert.Equal(mine.Order(), mine));
        Assert.Equal(Enumerable.Range(0, producers * each).Select(i => (long)i), all.SelectMany(mine => mine).Order());
    }
}
