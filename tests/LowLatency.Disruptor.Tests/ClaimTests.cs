using Disruptor;
using Disruptor.Dsl;

namespace LowLatency.Disruptor.Tests;

/// <summary>Claims that need not wait, through rings of every kind and make.</summary>
public sealed class ClaimTests
{
    private static readonly int[] _sizes = [1, 2, 4, 8, 16];

    [Theory]
    [MemberData(nameof(Cases.Rings), MemberType = typeof(Cases))]
    public void A_full_ring_gives_one_slot_for_each_event_consumed_and_not_one_more(EventKind kind, ProducerType producer, Origin origin)
    {
        foreach (var size in _sizes)
        {
            var ring = TestRing.Make(kind, producer, size, null, origin).Ring;
            var consumer = new Sequence();
            ring.AddGatingSequences(consumer);
            for (var i = 0; i < size; i++)
            {
                Assert.Equal(size - i, ring.GetRemainingCapacity());
                Assert.True(ring.TryNext(out var claimed));
                Assert.Equal(i, claimed);
                ring.Publish(claimed);
            }

            for (var lap = 0; lap < 3 * size; lap++)
            {
                Assert.False(ring.TryNext(out var none), $"size {size}: slot {lap % size} is unread");
                Assert.Equal(0, none);
                Assert.False(ring.HasAvailableCapacity(1));
                Assert.Equal(0, ring.GetRemainingCapacity());
                consumer.SetValue(lap);
                Assert.True(ring.HasAvailableCapacity(1));
                Assert.False(ring.HasAvailableCapacity(2));
                Assert.Equal(1, ring.GetRemainingCapacity());
                Assert.True(ring.TryNext(out var claimed));
                Assert.Equal(size + lap, claimed);
                ring.Publish(claimed);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases.Rings), MemberType = typeof(Cases))]
    public void Room_for_a_batch_is_there_when_the_last_of_its_slots_is_read_and_not_before(EventKind kind, ProducerType producer, Origin origin)
    {
        foreach (var size in _sizes)
        {
            for (var n = 1; n <= size; n++)
            {
                var ring = TestRing.Make(kind, producer, size, null, origin).Ring;
                var consumer = new Sequence();
                ring.AddGatingSequences(consumer);
                Assert.True(ring.TryNext(size, out var full));
                Assert.Equal(size - 1, full);
                ring.Publish(0, full);
                for (var read = 0; read < n; read++)
                {
                    consumer.SetValue(read - 1);
                    Assert.False(ring.HasAvailableCapacity(n));
                    Assert.False(ring.TryNext(n, out var none), $"{n} of {size} with {read} read");
                    Assert.Equal(0, none);
                }

                consumer.SetValue(n - 1);
                Assert.True(ring.HasAvailableCapacity(n));
                Assert.True(ring.TryNext(n, out var hi));
                Assert.Equal(size + n - 1, hi);
                Assert.False(ring.TryNext(out _));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases.Rings), MemberType = typeof(Cases))]
    public void A_claim_of_n_returns_the_highest_of_n_new_sequences(EventKind kind, ProducerType producer, Origin origin)
    {
        foreach (var size in _sizes)
        {
            var ring = TestRing.Make(kind, producer, size, null, origin);
            long claimed = -1;
            for (var n = 1; n <= size; n++)
            {
                Assert.Equal(claimed += n, ring.Ring.Next(n));
                ring.Ring.Publish(claimed - n + 1, claimed);
                Assert.Equal(claimed += n, ring.Sequenced.Next(n));
                ring.Sequenced.Publish(claimed - n + 1, claimed);
                Assert.True(ring.Sequenced.TryNext(n, out var tried));
                Assert.Equal(claimed += n, tried);
                ring.Sequenced.Publish(claimed - n + 1, claimed);
                Assert.Equal(claimed += 1, ring.Sequenced.Next());
                ring.Sequenced.Publish(claimed);
                Assert.Equal(claimed, ring.Ring.Cursor);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases.Rings), MemberType = typeof(Cases))]
    public void A_claim_below_one_or_above_the_size_is_refused_and_claims_nothing(EventKind kind, ProducerType producer, Origin origin)
    {
        foreach (var size in _sizes)
        {
            var ring = TestRing.Make(kind, producer, size, null, origin);
            var sequencer = SequencerFactory.Create(producer, size);
            foreach (var n in new[] { int.MinValue, -1, 0, size + 1, int.MaxValue })
            {
                // First those that need not wait.
                Assert.Throws<ArgumentException>(() => { sequencer.TryNext(n, out _); });
                Assert.Throws<ArgumentException>(() => { ring.Ring.TryNext(n, out _); });
                Assert.Throws<ArgumentException>(() => { ring.Sequenced.TryNext(n, out _); });
                Assert.Throws<ArgumentException>(() => ring.TryPublishEvents(n, (ref Tape _, long _) => { }));
                Assert.Throws<ArgumentException>(() => { sequencer.Next(n); });
                Assert.Throws<ArgumentException>(() => { ring.Ring.Next(n); });
                Assert.Throws<ArgumentException>(() => { ring.Sequenced.Next(n); });
                Assert.Throws<ArgumentException>(() => ring.PublishEvents(n, (ref Tape _, long _) => { }));
            }

            Assert.Equal(-1, ring.Ring.Cursor);
            Assert.Equal(0, ring.Ring.Next());
            Assert.Equal(size - 1, sequencer.Next(size));
        }
    }

    [Theory]
    [MemberData(nameof(Cases.Rings), MemberType = typeof(Cases))]
    public void What_is_claimed_counts_as_used_before_it_is_published(EventKind kind, ProducerType producer, Origin origin)
    {
        var ring = TestRing.Make(kind, producer, 8, null, origin).Ring;
        ring.AddGatingSequences(new Sequence());
        var first = ring.Next(5);
        Assert.Equal(3, ring.GetRemainingCapacity());
        Assert.True(ring.HasAvailableCapacity(3));
        Assert.False(ring.HasAvailableCapacity(4));
        Assert.False(ring.TryNext(4, out _));
        Assert.True(ring.TryNext(3, out var second));
        Assert.Equal(7, second);
        Assert.False(ring.TryNext(out _));
        ring.Publish(0, first);
        ring.Publish(first + 1, second);
        Assert.Equal(7, ring.Cursor);
    }

    [Theory]
    [MemberData(nameof(Cases.Rings), MemberType = typeof(Cases))]
    public void Without_consumers_there_is_always_room_for_a_lap(EventKind kind, ProducerType producer, Origin origin)
    {
        var ring = TestRing.Make(kind, producer, 4, null, origin).Ring;
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(4, ring.GetRemainingCapacity());
            Assert.True(ring.HasAvailableCapacity(4));
            Assert.False(ring.HasAvailableCapacity(5));
            Assert.True(ring.TryNext(3, out var claimed));
            ring.Publish(claimed - 2, claimed);
        }
    }
}
