using Disruptor;
using Disruptor.Dsl;

namespace LowLatency.Disruptor.Tests;

/// <summary>The consumers that producers wait for: none, one, many, added late, removed.</summary>
public sealed class GatingSequenceTests
{
    [Theory]
    [MemberData(nameof(Cases.Rings), MemberType = typeof(Cases))]
    public void The_slowest_consumer_gates_and_the_cursor_where_there_is_none(EventKind kind, ProducerType producer, Origin origin)
    {
        var ring = TestRing.Make(kind, producer, 8, null, origin);
        Assert.Equal(-1, ring.Ring.GetMinimumGatingSequence());
        ring.Publish(3);
        Assert.Equal(2, ring.Ring.GetMinimumGatingSequence());
        Sequence a = new(), b = new(), c = new();
        ring.Ring.AddGatingSequences(a, b);
        ring.Ring.AddGatingSequences(c);
        ring.Publish(7);
        a.SetValue(7);
        b.SetValue(5);
        c.SetValue(6);
        Assert.Equal(5, ring.Ring.GetMinimumGatingSequence());
        Assert.Equal(4, ring.Ring.GetRemainingCapacity());
        Assert.True(ring.Ring.RemoveGatingSequence(b));
        Assert.Equal(6, ring.Ring.GetMinimumGatingSequence());
        Assert.Equal(5, ring.Ring.GetRemainingCapacity());
        Assert.True(ring.Ring.RemoveGatingSequence(a));
        Assert.True(ring.Ring.RemoveGatingSequence(c));
        Assert.Equal(9, ring.Ring.GetMinimumGatingSequence());
        Assert.Equal(8, ring.Ring.GetRemainingCapacity());
    }

    [Theory]
    [MemberData(nameof(Cases.Rings), MemberType = typeof(Cases))]
    public void A_consumer_added_late_starts_at_the_cursor_and_gates_from_there(EventKind kind, ProducerType producer, Origin origin)
    {
        var ring = TestRing.Make(kind, producer, 4, null, origin);
        ring.Publish(6);
        Sequence late = new(), ahead = new(100);
        ring.Ring.AddGatingSequences(late, ahead);
        Assert.Equal(5, late.Value);
        Assert.Equal(5, ahead.Value);
        ring.Publish(4);
        Assert.False(ring.Ring.TryNext(out _));
        Assert.Equal(5, ring.Ring.GetMinimumGatingSequence());
        late.SetValue(6);
        Assert.False(ring.Ring.TryNext(out _));
        ahead.SetValue(6);
        Assert.True(ring.Ring.TryNext(out var claimed));
        Assert.Equal(10, claimed);
    }

    [Theory]
    [MemberData(nameof(Cases.Rings), MemberType = typeof(Cases))]
    public void A_consumer_that_is_removed_gates_no_more(EventKind kind, ProducerType producer, Origin origin)
    {
        var ring = TestRing.Make(kind, producer, 4, null, origin);
        Sequence stays = new(), leaves = new();
        ring.Ring.AddGatingSequences(stays, leaves);
        ring.Publish(4);
        stays.SetValue(1);
        Assert.False(ring.Ring.TryNext(out _));
        Assert.True(ring.Ring.RemoveGatingSequence(leaves));
        Assert.False(ring.Ring.RemoveGatingSequence(leaves));
        Assert.Equal(2, ring.Ring.GetRemainingCapacity());
        Assert.True(ring.Ring.TryNext(2, out _));
        Assert.False(ring.Ring.TryNext(out _));
    }

    [Theory]
    [MemberData(nameof(Cases.Producers), MemberType = typeof(Cases))]
    public void Consumers_are_told_apart_by_identity_and_one_added_twice_is_removed_at_once(ProducerType producer)
    {
        var sequencer = SequencerFactory.Create(producer, 4);
        Sequence twice = new(), equal = new();
        Assert.False(sequencer.RemoveGatingSequence(twice));
        sequencer.AddGatingSequences();
        sequencer.AddGatingSequences(twice, equal, twice);
        Assert.False(sequencer.RemoveGatingSequence(new Sequence()));
        Assert.True(sequencer.RemoveGatingSequence(twice));
        Assert.False(sequencer.RemoveGatingSequence(twice));
        sequencer.Publish(0, sequencer.Next(4));
        Assert.False(sequencer.TryNext(out _));
        Assert.True(sequencer.RemoveGatingSequence(equal));
        Assert.True(sequencer.TryNext(out _));
    }

    [Fact]
    public void With_many_producers_a_late_consumer_starts_behind_what_is_claimed()
    {
        var sequencer = new MultiProducerSequencer(8);
        sequencer.Next(3);
        var late = new Sequence();
        sequencer.AddGatingSequences(late);
        Assert.Equal(2, sequencer.Cursor);
        Assert.Equal(2, late.Value);
    }

    [Fact]
    public void With_one_producer_a_late_consumer_starts_behind_what_is_published()
    {
        var sequencer = new SingleProducerSequencer(8);
        sequencer.Publish(sequencer.Next());
        sequencer.Next(3);
        var late = new Sequence();
        sequencer.AddGatingSequences(late);
        Assert.Equal(0, sequencer.Cursor);
        Assert.Equal(0, late.Value);
    }

    [Theory]
    [MemberData(nameof(Cases.Producers), MemberType = typeof(Cases))]
    public async Task Consumers_may_come_and_go_from_many_threads(ProducerType producer)
    {
        var sequencer = SequencerFactory.Create(producer, 8);
        var stays = new Sequence();
        sequencer.AddGatingSequences(stays);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Patience.OnThread(() =>
        {
            for (var i = 0; i < 500; i++)
            {
                var mine = new Sequence();
                sequencer.AddGatingSequences(mine);
                Assert.True(sequencer.RemoveGatingSequence(mine));
            }
        }))).Within();
        sequencer.Publish(0, sequencer.Next(8));
        Assert.False(sequencer.TryNext(out _));
        Assert.True(sequencer.RemoveGatingSequence(stays));
        Assert.True(sequencer.TryNext(out _));
    }
}
