using Disruptor;
using Disruptor.Dsl;
using Disruptor.Processing;

namespace LowLatency.Disruptor.Tests;

/// <summary>Processors on rings around a sequencer of somebody else, and on rings of each make.</summary>
public sealed class RingProcessorTests
{
    [Theory]
    [MemberData(nameof(Cases.Rings), MemberType = typeof(Cases))]
    public async Task A_chain_on_a_ring_of_any_make_sees_every_event_whole_and_in_order(EventKind kind, ProducerType producer, Origin origin)
    {
        var ring = TestRing.Make(kind, producer, 8, new YieldingWaitStrategy(), origin);
        var wrong = 0;
        var first = Make(ring.Ring.NewBarrier(SequenceWaiterOwner.Unknown), (ref Tape t, long s) =>
        {
            wrong += t.IsWhole(s) ? 0 : 1;
            t.SeenByA = s;
        });
        var second = Make(ring.Ring.NewBarrier(SequenceWaiterOwner.Unknown, first.Sequence), (ref Tape t, long s) => wrong += t.SeenByA == s ? 0 : 1);
        ring.Ring.AddGatingSequences(second.Sequence);
        await Task.WhenAll(first.Start(), second.Start()).Within();
        for (var i = 0; i < 20; i++)
        {
            ring.Publish(3);
            ring.PublishRange(4);
        }

        Patience.Until(() => second.Sequence.Value == 139);
        await Task.WhenAll(first.Halt(), second.Halt()).Within();
        Assert.Equal(0, wrong);

        IEventProcessor Make(SequenceBarrier barrier, TestRing.Fill handle) => ring.Ring switch
        {
            ValueRingBuffer<Tape> tapes => EventProcessorFactory.Create(tapes, barrier, new Tapes(handle)),
            ValueRingBuffer<Note> notes => EventProcessorFactory.Create(notes, barrier, new Notes(handle)),
            RingBuffer<Page> pages => EventProcessorFactory.Create(pages, barrier, new Pages(handle)),
            _ => throw new NotSupportedException(),
        };
    }

    private sealed class Tapes(TestRing.Fill handle) : IValueEventHandler<Tape>
    {
        public void OnEvent(ref Tape data, long sequence, bool endOfBatch) => handle(ref data, sequence);
    }

    private sealed class Notes(TestRing.Fill handle) : IValueEventHandler<Note>
    {
        public void OnEvent(ref Note data, long sequence, bool endOfBatch)
        {
            if (data.Text != "note")
            {
                data.Tape = default;
            }

            handle(ref data.Tape, sequence);
        }
    }

    private sealed class Pages(TestRing.Fill handle) : IEventHandler<Page>
    {
        public void OnEvent(Page data, long sequence, bool endOfBatch) => handle(ref data.Tape, sequence);
    }
}
