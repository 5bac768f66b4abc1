using Disruptor;

namespace LowLatency.Disruptor.Tests;

/// <summary>A ring of structs that each hold a tape.</summary>
internal sealed class ValueTestRing<T>(ValueRingBuffer<T> ring, ValueTestRing<T>.TapeOf tapeOf) : TestRing
    where T : struct
{
    public delegate ref Tape TapeOf(ref T slot);

    public override RingBuffer Ring => ring;

    public override ref Tape this[long sequence] => ref tapeOf(ref ring[sequence]);

    public override void PublishEvent(Fill fill)
    {
        using var scope = ring.PublishEvent();
        fill(ref tapeOf(ref scope.Event()), scope.Sequence);
    }

    public override void PublishEvents(int count, Fill fill)
    {
        using var scope = ring.PublishEvents(count);
        Assert.Equal(scope.StartSequence + count - 1, scope.EndSequence);
        for (var i = 0; i < count; i++)
        {
            fill(ref tapeOf(ref scope.Event(i)), scope.StartSequence + i);
        }
    }

    public override bool TryPublishEvent(Fill fill)
    {
        using var scope = ring.TryPublishEvent();
        var has = scope.TryGetEvent(out var claimed);
        Assert.Equal(has, scope.HasEvent);
        if (has)
        {
            fill(ref tapeOf(ref claimed.Event()), claimed.Sequence);
        }

        return has;
    }

    public override bool TryPublishEvents(int count, Fill fill)
    {
        using var scope = ring.TryPublishEvents(count);
        var has = scope.TryGetEvents(out var claimed);
        Assert.Equal(has, scope.HasEvents);
        for (var i = 0; has && i < count; i++)
        {
            Assert.Equal(claimed.StartSequence + count - 1, claimed.EndSequence);
            fill(ref tapeOf(ref claimed.Event(i)), claimed.StartSequence + i);
        }

        return has;
    }

    public override TestPoller NewPoller(params Sequence[] gatingSequences) => new Poller(ring.NewPoller(gatingSequences), tapeOf);

    private sealed class Poller(ValueEventPoller<T> poller, TapeOf tapeOf) : TestPoller
    {
        public override Sequence Sequence => poller.Sequence;

        public override EventPoller.PollState Poll(TestRing.Handle handle) =>
            poller.Poll((ref T data, long sequence, bool endOfBatch) => handle(ref tapeOf(ref data), sequence, endOfBatch));
    }
}

/// <summary>A ring of objects that each hold a tape.</summary>
internal sealed class ClassTestRing(RingBuffer<Page> ring) : TestRing
{
    public override RingBuffer Ring => ring;

    public override ref Tape this[long sequence] => ref ring[sequence].Tape;

    public override void PublishEvent(Fill fill)
    {
        using var scope = ring.PublishEvent();
        fill(ref scope.Event().Tape, scope.Sequence);
    }

    public override void PublishEvents(int count, Fill fill)
    {
        using var scope = ring.PublishEvents(count);
        Assert.Equal(scope.StartSequence + count - 1, scope.EndSequence);
        for (var i = 0; i < count; i++)
        {
            fill(ref scope.Event(i).Tape, scope.StartSequence + i);
        }
    }

    public override bool TryPublishEvent(Fill fill)
    {
        using var scope = ring.TryPublishEvent();
        var has = scope.TryGetEvent(out var claimed);
        Assert.Equal(has, scope.HasEvent);
        if (has)
        {
            fill(ref claimed.Event().Tape, claimed.Sequence);
        }

        return has;
    }

    public override bool TryPublishEvents(int count, Fill fill)
    {
        using var scope = ring.TryPublishEvents(count);
        var has = scope.TryGetEvents(out var claimed);
        Assert.Equal(has, scope.HasEvents);
        for (var i = 0; has && i < count; i++)
        {
            Assert.Equal(claimed.StartSequence + count - 1, claimed.EndSequence);
            fill(ref claimed.Event(i).Tape, claimed.StartSequence + i);
        }

        return has;
    }

    public override TestPoller NewPoller(params Sequence[] gatingSequences) => new Poller(ring.NewPoller(gatingSequences));

    private sealed class Poller(EventPoller<Page> poller) : TestPoller
    {
        public override Sequence Sequence => poller.Sequence;

        public override EventPoller.PollState Poll(TestRing.Handle handle) =>
            poller.Poll((data, sequence, endOfBatch) => handle(ref data.Tape, sequence, endOfBatch));
    }
}
