using Disruptor;
using Disruptor.Dsl;
using PollState = Disruptor.EventPoller.PollState;

namespace LowLatency.Disruptor.Tests;

/// <summary>Pollers of batches, and of events that somebody else keeps.</summary>
public sealed class EventPollerPartsTests
{
    [Theory]
    [MemberData(nameof(Cases.Producers), MemberType = typeof(Cases))]
    public void A_batch_handler_gets_what_lies_side_by_side(ProducerType producer)
    {
        var ring = RingBuffer<Page>.Create(producer, () => new Page(), 8, new StubStrategy());
        var poller = ring.NewPoller();
        var seen = new List<(long, int)>();
        Assert.Equal(PollState.Idle, poller.Poll(Handle));
        ring.Publish(0, ring.Next(6));
        Assert.Equal(PollState.Processing, poller.Poll(Handle));
        Assert.Equal(5, poller.Sequence.Value);
        ring.Publish(6, ring.Next(5));
        Assert.Equal(PollState.Processing, poller.Poll(Handle));
        Assert.Equal(7, poller.Sequence.Value);
        Assert.Throws<FormatException>(() => poller.Poll((EventPoller.BatchHandler<Page>)((_, _) => throw new FormatException())));
        Assert.Equal(7, poller.Sequence.Value);
        Assert.Equal(PollState.Processing, poller.Poll(Handle));
        Assert.Equal(10, poller.Sequence.Value);
        Assert.Equal(PollState.Idle, poller.Poll(Handle));
        Assert.Equal([(0, 6), (6, 2), (8, 3)], seen);

        void Handle(EventBatch<Page> batch, long sequence)
        {
            Assert.Same(ring[sequence], batch[0]);
            seen.Add((sequence, batch.Length));
        }
    }

    [Theory]
    [MemberData(nameof(Cases.Producers), MemberType = typeof(Cases))]
    public void A_poller_may_be_made_of_its_parts(ProducerType producer)
    {
        var sequencer = SequencerFactory.Create(producer, 4);
        var objects = new RingBuffer<Page>(() => new Page(), sequencer);
        var values = new ValueRingBuffer<Tape>(() => default, sequencer);
        Sequence mine = new(1), cursor = new(3), first = new(2);
        sequencer.Publish(0, sequencer.Next(4));
        var poller = EventPoller.Create(objects, sequencer, mine, cursor, first);
        Assert.Same(mine, poller.Sequence);
        Assert.Equal(PollState.Processing, poller.Poll((_, s, end) => end && s == 2));
        Assert.Equal(2, mine.Value);
        var valuePoller = EventPoller.Create(values, sequencer, mine, cursor);
        Assert.Same(mine, valuePoller.Sequence);
        Assert.Equal(PollState.Processing, valuePoller.Poll((ref Tape _, long s, bool end) => end && s == 3));
        Assert.Equal(3, mine.Value);
        mine.SetValue(0);
        Assert.Equal(PollState.Processing, sequencer.NewPoller(objects, mine).Poll((_, s, end) => end && s == 0));
        Assert.Equal(PollState.Processing, sequencer.NewPoller(values, mine).Poll((ref Tape _, long s, bool end) => end && s == 0));
    }

    [Theory]
    [MemberData(nameof(Cases.Producers), MemberType = typeof(Cases))]
    public void The_events_may_lie_elsewhere(ProducerType producer)
    {
        var sequencer = SequencerFactory.Create(producer, 4);
        var shelf = new Shelf();
        sequencer.Publish(0, sequencer.Next(3));
        var seen = new List<long>();
        Assert.Equal(PollState.Processing, sequencer.NewPoller((IDataProvider<Page>)shelf).Poll((page, _, _) => Note(page.Tape)));
        Assert.Equal(PollState.Processing, sequencer.NewPoller((IValueDataProvider<Tape>)shelf).Poll((ref Tape tape, long _, bool _) => Note(tape)));
        var poller = sequencer.NewPoller((IDataProvider<Page>)shelf);
        Assert.Equal(PollState.Processing, poller.Poll((batch, _) => Note(batch[0].Tape)));
        Assert.Equal([0, 10, 20, 0, 10, 20, 0], seen);
        Assert.Equal(0, poller.Sequence.Value);

        bool Note(Tape tape)
        {
            seen.Add(tape.Sequence);
            return true;
        }
    }

    /// <summary>Keeps one event, which it writes when it is asked; its batches have one.</summary>
    private sealed class Shelf : IDataProvider<Page>, IValueDataProvider<Tape>
    {
        private readonly Page[] _pages = [new()];

        ref Tape IValueDataProvider<Tape>.this[long sequence] => ref this[sequence].Tape;

        public Page this[long sequence]
        {
            get
            {
                _pages[0].Tape.Write(10 * sequence);
                return _pages[0];
            }
        }

        public EventBatch<Page> GetBatch(long lo, long hi)
        {
            this[lo].Tape.Write(10 * lo);
            return new EventBatch<Page>(_pages, 0, 1);
        }
    }
}
