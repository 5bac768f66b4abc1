using Disruptor;
using Disruptor.Dsl;

namespace LowLatency.Disruptor.Tests;

/// <summary>Scopes claim when they are made and publish when they are disposed, whatever happens between.</summary>
public sealed class PublishScopeTests
{
    [Theory]
    [MemberData(nameof(Cases.Rings), MemberType = typeof(Cases))]
    public void A_scope_publishes_its_event_when_it_is_disposed_and_not_before(EventKind kind, ProducerType producer, Origin origin)
    {
        var ring = TestRing.Make(kind, producer, 4, null, origin);
        for (var i = 0; i < 6; i++)
        {
            Publishes(ring, 1, fill => ring.PublishEvent(fill));
        }
    }

    [Theory]
    [MemberData(nameof(Cases.Rings), MemberType = typeof(Cases))]
    public void A_batch_scope_publishes_all_its_events_when_it_is_disposed_and_none_before(EventKind kind, ProducerType producer, Origin origin)
    {
        var ring = TestRing.Make(kind, producer, 4, null, origin);
        for (var n = 1; n <= 4; n++)
        {
            Publishes(ring, n, fill => ring.PublishEvents(n, fill));
        }
    }

    [Theory]
    [MemberData(nameof(Cases.Rings), MemberType = typeof(Cases))]
    public void A_scope_that_need_not_get_room_publishes_what_it_got(EventKind kind, ProducerType producer, Origin origin)
    {
        var ring = TestRing.Make(kind, producer, 4, null, origin);
        Publishes(ring, 1, fill => Assert.True(ring.TryPublishEvent(fill)));
        for (var n = 1; n <= 4; n++)
        {
            Publishes(ring, n, fill => Assert.True(ring.TryPublishEvents(n, fill)));
        }
    }

    [Theory]
    [MemberData(nameof(Cases.Rings), MemberType = typeof(Cases))]
    public void An_empty_scope_has_no_event_and_publishes_nothing(EventKind kind, ProducerType producer, Origin origin)
    {
        var ring = TestRing.Make(kind, producer, 4, null, origin);
        var consumer = new Sequence();
        ring.Ring.AddGatingSequences(consumer);
        ring.Publish(4);
        Assert.False(ring.TryPublishEvent((ref Tape _, long _) => Assert.Fail()));
        Assert.False(ring.TryPublishEvents(1, (ref Tape _, long _) => Assert.Fail()));
        consumer.SetValue(1);
        Assert.False(ring.TryPublishEvents(3, (ref Tape _, long _) => Assert.Fail()));
        Assert.Equal(3, ring.Ring.Cursor);
        Assert.Equal(2, ring.Ring.GetRemainingCapacity());
        Publishes(ring, 2, fill => Assert.True(ring.TryPublishEvents(2, fill)));
        Assert.True(ring[2].IsWhole(2));
    }

    [Theory]
    [MemberData(nameof(Cases.Rings), MemberType = typeof(Cases))]
    public void A_scope_whose_filling_throws_publishes_the_slot_as_it_stands(EventKind kind, ProducerType producer, Origin origin)
    {
        var ring = TestRing.Make(kind, producer, 4, null, origin);
        ring.Publish(4);
        Assert.Throws<FormatException>(() => ring.PublishEvent(FillHalf));
        AssertHalf(4);
        Assert.Throws<FormatException>(() => ring.TryPublishEvent(FillHalf));
        AssertHalf(5);
        Assert.Throws<FormatException>(() => ring.PublishEvents(2, FillHalf));
        AssertHalf(6);
        Assert.True(ring.Ring.IsAvailable(7));
        Assert.True(ring[7].IsWhole(3));
        Assert.Throws<FormatException>(() => ring.TryPublishEvents(4, FillHalf));
        AssertHalf(8);
        Assert.True(ring.Ring.IsAvailable(11));
        Assert.Equal(12, ring.Ring.Next());

        static void FillHalf(ref Tape slot, long sequence)
        {
            slot.Sequence = sequence;
            throw new FormatException();
        }

        void AssertHalf(long sequence)
        {
            Assert.True(ring.Ring.IsAvailable(sequence));
            Assert.Equal(sequence, ring[sequence].Sequence);
            Assert.Equal(Tape.Mix(sequence % 4), ring[sequence].Mixed);
        }
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task A_disruptor_has_the_scopes_of_its_ring(HandlerKind kind, ProducerType producer)
    {
        using var disruptor = TestDisruptor.Make(kind, producer);
        var whole = 0;
        disruptor.HandleEventsWith(new Probe { Event = (ref Tape t, long s, bool _) => whole += t.IsWhole(s) ? 1 : 0 });
        disruptor.PublishByScopes(3, 4);
        await disruptor.Run();
        Assert.Equal(7, whole);
    }

    private static void Publishes(TestRing ring, int count, Action<TestRing.Fill> publish)
    {
        var next = ring.Ring.Cursor + 1;
        var filled = 0;
        publish((ref Tape slot, long sequence) =>
        {
            Assert.Equal(next + filled, sequence);
            Assert.False(ring.Ring.IsAvailable(sequence));
            Assert.False(ring.Ring.IsAvailable(next + count - 1));
            slot.Write(sequence);
            filled++;
        });
        Assert.Equal(count, filled);
        Assert.Equal(next + count - 1, ring.Ring.Cursor);
        for (var sequence = next; sequence < next + count; sequence++)
        {
            Assert.True(ring.Ring.IsAvailable(sequence));
            Assert.True(ring[sequence].IsWhole(sequence));
        }
    }
}
