using Disruptor;
using Disruptor.Dsl;
using PollState = Disruptor.EventPoller.PollState;

namespace LowLatency.Disruptor.Tests;

public sealed class EventPollerTests
{
    [Theory]
    [MemberData(nameof(Cases.Rings), MemberType = typeof(Cases))]
    public void A_poll_processes_all_that_is_published_and_then_idles(EventKind kind, ProducerType producer, Origin origin)
    {
        var ring = TestRing.Make(kind, producer, 8, null, origin);
        var poller = ring.NewPoller();
        ring.Ring.AddGatingSequences(poller.Sequence);
        Assert.Equal(PollState.Idle, poller.Poll((ref Tape _, long _, bool _) => throw new FormatException()));
        var seen = new List<(long, bool)>();
        for (var n = 1; n <= 8; n++)
        {
            var before = ring.Ring.Cursor;
            ring.Publish(n);
            seen.Clear();
            Assert.Equal(PollState.Processing, poller.Poll((ref Tape data, long sequence, bool endOfBatch) =>
            {
                Assert.True(data.IsWhole(sequence));
                Assert.Equal(before, poller.Sequence.Value);
                seen.Add((sequence, endOfBatch));
                return true;
            }));
            Assert.Equal(Enumerable.Range(1, n).Select(i => (before + i, i == n)), seen);
            Assert.Equal(ring.Ring.Cursor, poller.Sequence.Value);
            Assert.Equal(PollState.Idle, poller.Poll((ref Tape _, long _, bool _) => throw new FormatException()));
        }
    }

    [Theory]
    [MemberData(nameof(Cases.Kinds), MemberType = typeof(Cases))]
    public void A_handler_that_says_no_ends_the_poll_behind_its_event(EventKind kind, ProducerType producer)
    {
        var ring = TestRing.Make(kind, producer, 8);
        var poller = ring.NewPoller();
        ring.Publish(5);
        Assert.Equal([(0, false)], Poll(s => s == 9));
        Assert.Equal(0, poller.Sequence.Value);
        Assert.Equal([(1, false), (2, false), (3, false)], Poll(s => s < 3));
        Assert.Equal(3, poller.Sequence.Value);
        Assert.Equal([(4, true)], Poll(_ => false));
        Assert.Equal(4, poller.Sequence.Value);
        Assert.Empty(Poll(_ => true, PollState.Idle));

        List<(long, bool)> Poll(Func<long, bool> goOn, PollState expected = PollState.Processing)
        {
            var seen = new List<(long, bool)>();
            Assert.Equal(expected, poller.Poll((ref Tape _, long sequence, bool endOfBatch) =>
            {
                seen.Add((sequence, endOfBatch));
                return goOn(sequence);
            }));
            return seen;
        }
    }

    [Theory]
    [MemberData(nameof(Cases.Kinds), MemberType = typeof(Cases))]
    public void A_handler_that_throws_leaves_its_event_to_be_polled_again(EventKind kind, ProducerType producer)
    {
        var ring = TestRing.Make(kind, producer, 8);
        var poller = ring.NewPoller();
        ring.Publish(5);
        Assert.Throws<FormatException>(() => poller.Poll((ref Tape _, long s, bool _) => s == 0 ? throw new FormatException() : true));
        Assert.Equal(-1, poller.Sequence.Value);
        Assert.Throws<FormatException>(() => poller.Poll((ref Tape _, long s, bool _) => s == 3 ? throw new FormatException() : true));
        Assert.Equal(2, poller.Sequence.Value);
        Assert.Throws<FormatException>(() => poller.Poll((ref Tape _, long s, bool _) => s == 4 ? throw new FormatException() : true));
        Assert.Equal(3, poller.Sequence.Value);
        Assert.Equal(PollState.Processing, poller.Poll((ref Tape data, long s, bool end) => data.IsWhole(4) && s == 4 && end));
        Assert.Equal(4, poller.Sequence.Value);
    }

    [Theory]
    [MemberData(nameof(Cases.Kinds), MemberType = typeof(Cases))]
    public void Behind_other_consumers_a_poller_sees_what_the_slowest_has_passed(EventKind kind, ProducerType producer)
    {
        var ring = TestRing.Make(kind, producer, 8);
        Sequence a = new(), b = new();
        var poller = ring.NewPoller(a, b);
        Assert.Equal(PollState.Idle, Poll());
        ring.Publish(4);
        Assert.Equal(PollState.Gating, Poll());
        a.SetValue(3);
        Assert.Equal(PollState.Gating, Poll());
        b.SetValue(1);
        Assert.Equal(PollState.Processing, Poll());
        Assert.Equal(1, poller.Sequence.Value);
        Assert.Equal(PollState.Gating, Poll());
        b.SetValue(3);
        Assert.Equal(PollState.Processing, Poll());
        Assert.Equal(3, poller.Sequence.Value);
        Assert.Equal(PollState.Idle, Poll());

        PollState Poll() => poller.Poll((ref Tape data, long s, bool _) => data.IsWhole(s));
    }

    [Theory]
    [InlineData(EventKind.Value)]
    [InlineData(EventKind.ValueWithReference)]
    [InlineData(EventKind.Class)]
    public void With_many_producers_a_poll_stops_at_the_first_gap(EventKind kind)
    {
        var ring = TestRing.Make(kind, ProducerType.Multi, 8);
        var poller = ring.NewPoller();
        ring.Ring.Next(4);
        Assert.Equal(PollState.Gating, Poll());
        ring.Ring.Publish(1);
        ring.Ring.Publish(3);
        Assert.Equal(PollState.Gating, Poll());
        Assert.Equal(-1, poller.Sequence.Value);
        ring.Ring.Publish(0);
        Assert.Equal(PollState.Processing, Poll());
        Assert.Equal(1, poller.Sequence.Value);
        Assert.Equal(PollState.Gating, Poll());
        ring.Ring.Publish(2);
        Assert.Equal(PollState.Processing, Poll());
        Assert.Equal(3, poller.Sequence.Value);
        Assert.Equal(PollState.Idle, Poll());

        PollState Poll() => poller.Poll((ref Tape _, long _, bool _) => true);
    }

    [Theory]
    [MemberData(nameof(Cases.Kinds), MemberType = typeof(Cases))]
    public void A_poller_that_gates_keeps_its_events_from_being_overwritten(EventKind kind, ProducerType producer)
    {
        var ring = TestRing.Make(kind, producer, 4);
        var poller = ring.NewPoller();
        ring.Ring.AddGatingSequences(poller.Sequence);
        ring.Publish(4);
        Assert.False(ring.Ring.TryNext(out _));
        poller.Poll((ref Tape _, long s, bool _) => s < 1);
        Assert.Equal(2, ring.Ring.GetRemainingCapacity());
        Assert.True(ring.Ring.TryNext(2, out _));
        Assert.False(ring.Ring.TryNext(out _));
    }
}
