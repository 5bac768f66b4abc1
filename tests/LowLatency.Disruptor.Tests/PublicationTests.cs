using Disruptor;
using Disruptor.Dsl;

namespace LowLatency.Disruptor.Tests;

/// <summary>What is published, and how far, as seen through rings and sequencers.</summary>
public sealed class PublicationTests
{
    [Theory]
    [MemberData(nameof(Cases.Rings), MemberType = typeof(Cases))]
    public void A_sequence_is_available_from_its_publication_until_its_slot_is_published_again(EventKind kind, ProducerType producer, Origin origin)
    {
        foreach (var size in new[] { 1, 2, 8 })
        {
            var ring = TestRing.Make(kind, producer, size, null, origin).Ring;
            for (var sequence = 0L; sequence < 4 * size; sequence++)
            {
                Assert.Equal(sequence, ring.Next());
                Assert.False(ring.IsAvailable(sequence));
                Assert.True(sequence < size || ring.IsAvailable(sequence - size));
                ring.Publish(sequence);
                Assert.True(ring.IsAvailable(sequence));
                Assert.False(ring.IsAvailable(sequence + 1));
                Assert.False(ring.IsAvailable(sequence + size));
                for (var back = 1; back <= sequence; back++)
                {
                    Assert.Equal(back < size, ring.IsAvailable(sequence - back));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases.Rings), MemberType = typeof(Cases))]
    public void A_range_is_published_with_all_its_sequences(EventKind kind, ProducerType producer, Origin origin)
    {
        var ring = TestRing.Make(kind, producer, 8, null, origin).Ring;
        for (var n = 1; n <= 8; n++)
        {
            var hi = ring.Next(n);
            var lo = hi - n + 1;
            Assert.All(Range(lo, hi), s => Assert.False(ring.IsAvailable(s)));
            ring.Publish(lo, hi);
            Assert.All(Range(lo, hi), s => Assert.True(ring.IsAvailable(s), $"{s} of {lo} to {hi}"));
            Assert.False(ring.IsAvailable(hi + 1));
            Assert.Equal(hi, ring.Cursor);
        }
    }

    [Theory]
    [MemberData(nameof(Cases.Kinds), MemberType = typeof(Cases))]
    public void Consumers_get_a_range_whole_that_was_claimed_one_by_one(EventKind kind, ProducerType producer)
    {
        var ring = TestRing.Make(kind, producer, 8);
        var barrier = ring.Ring.NewBarrier(SequenceWaiterOwner.Unknown);
        for (var i = 0; i < 5; i++)
        {
            var sequence = ring.Ring.Next();
            ring[sequence].Write(sequence);
        }

        ring.Ring.Publish(0, 4);
        Assert.Equal(4, barrier.WaitForPublishedSequence(0, TestContext.Current.CancellationToken).UnsafeAvailableSequence);
    }

    [Fact]
    public void One_producer_publishes_all_up_to_the_highest_at_once()
    {
        var sequencer = new SingleProducerSequencer(8);
        sequencer.Next(5);
        Assert.Equal(-1, sequencer.Cursor);
        sequencer.Publish(3);
        Assert.Equal(3, sequencer.Cursor);
        Assert.True(sequencer.IsAvailable(0));
        Assert.True(sequencer.IsAvailable(3));
        Assert.False(sequencer.IsAvailable(4));
        Assert.Equal(4, sequencer.GetHighestPublishedSequence(0, 4));
        sequencer.Publish(4, 4);
        Assert.Equal(4, sequencer.Cursor);
    }

    [Fact]
    public void Many_producers_publish_in_any_order_and_a_gap_hides_what_is_behind_it()
    {
        var sequencer = new MultiProducerSequencer(8);
        sequencer.Next(6);
        Assert.Equal(5, sequencer.Cursor);
        Assert.Equal(-1, sequencer.GetHighestPublishedSequence(0, 5));
        sequencer.Publish(1);
        sequencer.Publish(4, 5);
        Assert.Equal(-1, sequencer.GetHighestPublishedSequence(0, 5));
        Assert.Equal(1, sequencer.GetHighestPublishedSequence(1, 5));
        Assert.Equal(5, sequencer.GetHighestPublishedSequence(4, 5));
        Assert.Equal(4, sequencer.GetHighestPublishedSequence(4, 4));
        sequencer.Publish(0);
        Assert.Equal(1, sequencer.GetHighestPublishedSequence(0, 5));
        sequencer.Publish(3);
        Assert.Equal(1, sequencer.GetHighestPublishedSequence(0, 5));
        sequencer.Publish(2);
        Assert.Equal(5, sequencer.GetHighestPublishedSequence(0, 5));
    }

    [Theory]
    [MemberData(nameof(Cases.Kinds), MemberType = typeof(Cases))]
    public void Gaps_of_an_earlier_lap_are_not_taken_for_publications(EventKind kind, ProducerType producer)
    {
        var ring = TestRing.Make(kind, producer, 4);
        ring.Publish(4);
        ring.Ring.Next(4);
        Assert.False(ring.Ring.IsAvailable(4));
        if (producer == ProducerType.Multi)
        {
            ring.Ring.Publish(6);
            Assert.True(ring.Ring.IsAvailable(6));
            Assert.False(ring.Ring.IsAvailable(2));
        }

        Assert.True(ring.Ring.IsAvailable(3));
        Assert.False(ring.Ring.IsAvailable(7));
    }

    [Theory]
    [MemberData(nameof(Cases.Rings), MemberType = typeof(Cases))]
    public void A_publication_signals_once_where_consumers_block_and_never_where_they_do_not(EventKind kind, ProducerType producer, Origin origin)
    {
        if (origin == Origin.Default)
        {
            return;
        }

        foreach (var isBlocking in new[] { false, true })
        {
            var strategy = new StubStrategy(isBlocking);
            var ring = TestRing.Make(kind, producer, 8, strategy, origin);
            var publications = 0;
            Published(() => ring.Publish(1));
            Published(() => ring.PublishRange(1));
            Published(() => ring.PublishRange(5));
            Published(() => ring.PublishEvent((ref Tape _, long _) => { }));
            Published(() => ring.PublishEvents(8, (ref Tape _, long _) => { }));
            Published(() => ring.TryPublishEvent((ref Tape _, long _) => { }));
            Published(() => ring.TryPublishEvents(3, (ref Tape _, long _) => { }));

            void Published(Action publish)
            {
                publish();
                publications++;
                Assert.Equal(isBlocking ? publications : 0, strategy.Signals);
            }
        }
    }

    private static IEnumerable<long> Range(long lo, long hi)
    {
        for (var s = lo; s <= hi; s++)
        {
            yield return s;
        }
    }
}
