using Disruptor;
using Disruptor.Dsl;

namespace LowLatency.Disruptor.Tests;

/// <summary>What the events are.</summary>
public enum EventKind
{
    /// <summary>Structs without references.</summary>
    Value,

    /// <summary>Structs with a reference.</summary>
    ValueWithReference,

    /// <summary>Objects.</summary>
    Class,
}

/// <summary>How a ring comes to be.</summary>
public enum Origin
{
    /// <summary>A constructor or factory that chooses the wait strategy.</summary>
    Default,

    /// <summary>A factory that is given the wait strategy.</summary>
    Factory,

    /// <summary>The constructor around one of the library's sequencers.</summary>
    Sequencer,

    /// <summary>The constructor around a sequencer of somebody else.</summary>
    ForeignSequencer,
}

/// <summary>A ring of any kind of event, seen the same way.</summary>
internal abstract class TestRing
{
    public delegate void Fill(ref Tape slot, long sequence);

    public delegate bool Handle(ref Tape data, long sequence, bool endOfBatch);

    public abstract RingBuffer Ring { get; }

    /// <summary>As the interface that producers may be given.</summary>
    public ISequenced Sequenced => (ISequenced)Ring;

    public abstract ref Tape this[long sequence] { get; }

    public static TestRing Make(
        EventKind kind, ProducerType producer, int size, IWaitStrategy? waitStrategy = null, Origin origin = Origin.Factory, Func<Tape>? factory = null)
    {
        waitStrategy ??= new YieldingWaitStrategy();
        factory ??= () => default;
        return kind switch
        {
            EventKind.Value => new ValueTestRing<Tape>(Value(factory), static (ref Tape t) => ref t),
            EventKind.ValueWithReference => new ValueTestRing<Note>(Value(() => new Note { Text = "note", Tape = factory() }), static (ref Note n) => ref n.Tape),
            EventKind.Class => new ClassTestRing(Class(() => new Page { Tape = factory() })),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        };

        ValueRingBuffer<T> Value<T>(Func<T> make)
            where T : struct =>
            (origin, producer) switch
            {
                (Origin.Default, ProducerType.Single) => ValueRingBuffer<T>.CreateSingleProducer(make, size),
                (Origin.Default, ProducerType.Multi) => size % 3 == 1 ? new ValueRingBuffer<T>(make, size) : ValueRingBuffer<T>.CreateMultiProducer(make, size),
                (Origin.Factory, ProducerType.Single) => ValueRingBuffer<T>.CreateSingleProducer(make, size, waitStrategy),
                (Origin.Factory, ProducerType.Multi) => ValueRingBuffer<T>.CreateMultiProducer(make, size, waitStrategy),
                (Origin.Sequencer, _) => new ValueRingBuffer<T>(make, SequencerFactory.Create(producer, size, waitStrategy)),
                _ => new ValueRingBuffer<T>(make, new ForeignSequencer(SequencerFactory.Create(producer, size, waitStrategy))),
            };

        RingBuffer<Page> Class(Func<Page> make) =>
            (origin, producer) switch
            {
                (Origin.Default, ProducerType.Single) => RingBuffer<Page>.CreateSingleProducer(make, size),
                (Origin.Default, ProducerType.Multi) => size % 3 == 1 ? new RingBuffer<Page>(make, size) : RingBuffer<Page>.CreateMultiProducer(make, size),
                (Origin.Factory, ProducerType.Single) => RingBuffer<Page>.CreateSingleProducer(make, size, waitStrategy),
                (Origin.Factory, ProducerType.Multi) => RingBuffer<Page>.CreateMultiProducer(make, size, waitStrategy),
                (Origin.Sequencer, _) => new RingBuffer<Page>(make, SequencerFactory.Create(producer, size, waitStrategy)),
                _ => new RingBuffer<Page>(make, new ForeignSequencer(SequencerFactory.Create(producer, size, waitStrategy))),
            };
    }

    /// <summary>Claims, fills and publishes by a scope.</summary>
    public abstract void PublishEvent(Fill fill);

    /// <inheritdoc cref="PublishEvent"/>
    public abstract void PublishEvents(int count, Fill fill);

    /// <summary>As <see cref="PublishEvent"/>; false where the scope is empty.</summary>
    public abstract bool TryPublishEvent(Fill fill);

    /// <inheritdoc cref="TryPublishEvent"/>
    public abstract bool TryPublishEvents(int count, Fill fill);

    public abstract TestPoller NewPoller(params Sequence[] gatingSequences);

    /// <summary>Claims, fills and publishes one by one.</summary>
    public void Publish(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var sequence = Ring.Next();
            this[sequence].Write(sequence);
            Ring.Publish(sequence);
        }
    }

    /// <summary>Claims, fills and publishes all at once.</summary>
    public void PublishRange(int count)
    {
        var hi = Ring.Next(count);
        for (var sequence = hi - count + 1; sequence <= hi; sequence++)
        {
            this[sequence].Write(sequence);
        }

        Ring.Publish(hi - count + 1, hi);
    }
}

/// <summary>A poller of any kind of event.</summary>
internal abstract class TestPoller
{
    public abstract Sequence Sequence { get; }

    public abstract EventPoller.PollState Poll(TestRing.Handle handle);
}
