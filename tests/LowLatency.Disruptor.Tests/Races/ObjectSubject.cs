using Disruptor;
using Disruptor.Dsl;
using Disruptor.Processing;

namespace LowLatency.Disruptor.Tests.Races;

/// <summary>A disruptor of objects.</summary>
public sealed class ObjectSubject(ProducerType producers, int size, IWaitStrategy waitStrategy) : Subject(producers, size)
{
    private readonly Dictionary<Witness, ObjectWitness> _handlers = [];

    public Disruptor<EventObject> Disruptor { get; } = new(NewEvent, size, TaskScheduler.Default, producers, waitStrategy);

    public override RingBuffer Ring => Disruptor.RingBuffer;

    public override void Write(long sequence, long mark) => Disruptor.RingBuffer[sequence].Write(mark);

    public override void See(Witness witness, long sequence)
    {
        var data = Disruptor.RingBuffer[sequence];
        witness.See(ref data, sequence, endOfBatch: true);
    }

    public override (Func<EventPoller.PollState> Poll, Sequence Sequence) NewPoller(Witness witness)
    {
        var poller = Disruptor.RingBuffer.NewPoller();
        EventPoller.Handler<EventObject> handler = (data, sequence, endOfBatch) =>
        {
            witness.See(ref data, sequence, endOfBatch);
            return true;
        };
        return (() => poller.Poll(handler), poller.Sequence);
    }

    public override IEventProcessor NewProcessor(Witness witness) =>
        EventProcessorFactory.Create(Disruptor.RingBuffer, Ring.NewBarrier(SequenceWaiterOwner.Unknown), new ObjectWitness(witness));

    public override long SequenceOf(Witness witness) => Disruptor.GetSequenceValueFor(_handlers[witness]);

    public override Task Start() => Disruptor.Start();

    public override Task Halt() => Disruptor.Halt();

    public override Task Shutdown() => Disruptor.Shutdown(Patience.Limit);

    public override void PublishScope()
    {
        using var scope = Disruptor.PublishEvent();
        scope.Event().Write(scope.Sequence);
    }

    public override void PublishScope(int count)
    {
        using var scope = Disruptor.PublishEvents(count);
        for (var i = 0; i < count; i++)
        {
            scope.Event(i).Write(scope.StartSequence + i);
        }
    }

    public override bool TryPublishScope()
    {
        using var scope = Disruptor.RingBuffer.TryPublishEvent();
        if (!scope.TryGetEvent(out var data))
        {
            return false;
        }

        data.Event().Write(data.Sequence);
        return true;
    }

    public override bool TryPublishScope(int count)
    {
        using var scope = Disruptor.RingBuffer.TryPublishEvents(count);
        if (!scope.TryGetEvents(out var data))
        {
            return false;
        }

        for (var i = 0; i < count; i++)
        {
            data.Event(i).Write(data.StartSequence + i);
        }

        return true;
    }

    protected override void Wire(Witness[][] stages)
    {
        EventHandlerGroup<EventObject>? group = null;
        foreach (var stage in stages)
        {
            IEventHandler<EventObject>[] handlers = Array.ConvertAll(stage, w => _handlers[w] = new ObjectWitness(w));
            group = group is null ? Disruptor.HandleEventsWith(handlers) : group.Then(handlers);
        }
    }

    protected override void Dispose(bool disposing) => Disruptor.Dispose();

    private static EventObject NewEvent()
    {
        var data = new EventObject();
        data.Write(-1);
        return data;
    }
}
