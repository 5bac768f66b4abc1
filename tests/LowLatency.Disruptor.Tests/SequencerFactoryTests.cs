using Disruptor;
using Disruptor.Dsl;

namespace LowLatency.Disruptor.Tests;

public sealed class SequencerFactoryTests
{
    public static TheoryData<int> WrongSizes => [int.MinValue, -4, -1, 0, 3, 5, 6, 12, 1_000, int.MaxValue];

    [Fact]
    public void Each_producer_type_has_its_sequencer_and_others_are_refused()
    {
        Assert.IsType<SingleProducerSequencer>(SequencerFactory.Create(ProducerType.Single, 4));
        Assert.IsType<SingleProducerSequencer>(SequencerFactory.Create(ProducerType.Single, 4, new StubStrategy()));
        Assert.IsType<MultiProducerSequencer>(SequencerFactory.Create(ProducerType.Multi, 4));
        Assert.IsType<MultiProducerSequencer>(SequencerFactory.Create(ProducerType.Multi, 4, new StubStrategy()));
        Assert.Throws<ArgumentOutOfRangeException>(() => SequencerFactory.Create((ProducerType)2, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => SequencerFactory.Create((ProducerType)(-1), 4, new StubStrategy()));
    }

    [Fact]
    public void Who_does_not_say_otherwise_gets_many_producers_and_consumers_that_block()
    {
        Assert.Equal(ProducerType.Multi, SequencerFactory.DefaultProducerType);
        Assert.IsType<BlockingWaitStrategy>(SequencerFactory.DefaultWaitStrategy());
        Assert.NotSame(SequencerFactory.DefaultWaitStrategy(), SequencerFactory.DefaultWaitStrategy());
    }

    [Theory]
    [MemberData(nameof(WrongSizes))]
    public void A_size_that_is_not_a_power_of_two_is_refused(int size)
    {
        Refused(() => new SingleProducerSequencer(size));
        Refused(() => new SingleProducerSequencer(size, new StubStrategy()));
        Refused(() => new MultiProducerSequencer(size));
        Refused(() => new MultiProducerSequencer(size, new StubStrategy()));
        Refused(() => SequencerFactory.Create(ProducerType.Single, size));
        Refused(() => SequencerFactory.Create(ProducerType.Multi, size, new StubStrategy()));
        Refused(() => new RingBuffer<Page>(() => new Page(), size));
        Refused(() => RingBuffer<Page>.CreateSingleProducer(() => new Page(), size));
        Refused(() => RingBuffer<Page>.CreateMultiProducer(() => new Page(), size));
        Refused(() => RingBuffer<Page>.CreateMultiProducer(() => new Page(), size, new StubStrategy()));
        Refused(() => new ValueRingBuffer<Tape>(() => default, size));
        Refused(() => ValueRingBuffer<Tape>.CreateSingleProducer(() => default, size));
        Refused(() => ValueRingBuffer<Tape>.CreateSingleProducer(() => default, size, new StubStrategy()));
        Refused(() => ValueRingBuffer<Tape>.CreateMultiProducer(() => default, size));
        Refused(() => ValueRingBuffer<Tape>.CreateMultiProducer(() => default, size, new StubStrategy()));
        Refused(() => ValueRingBuffer<Tape>.Create(ProducerType.Single, () => default, size, new StubStrategy()));
        Refused(() => ValueRingBuffer<Note>.Create(ProducerType.Multi, () => default, size, new StubStrategy()));
        Refused(() => new Disruptor<Page>(() => new Page(), size, new StubStrategy()));
        Refused(() => new ValueDisruptor<Tape>(() => default, size, new StubStrategy()));
        Refused(() => new ValueDisruptor<Tape>(() => default, size, TaskScheduler.Default));

        static void Refused(Func<object> make) => Assert.Throws<ArgumentException>(make);
    }

    [Fact]
    public void A_ring_of_a_producer_type_that_does_not_exist_is_refused()
    {
        var strategy = new StubStrategy();
        const ProducerType wrong = (ProducerType)2;
        Assert.Throws<ArgumentOutOfRangeException>(() => ValueRingBuffer<Tape>.Create(wrong, () => default, 4, strategy));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ValueDisruptor<Tape>(() => default, 4, TaskScheduler.Default, wrong, strategy));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Disruptor<Page>(() => new Page(), 4, TaskScheduler.Default, wrong, strategy));
    }

    [Theory]
    [MemberData(nameof(Cases.Rings), MemberType = typeof(Cases))]
    public void Every_power_of_two_is_a_size(EventKind kind, ProducerType producer, Origin origin)
    {
        for (var size = 1; size <= 1_024; size *= 2)
        {
            var ring = TestRing.Make(kind, producer, size, null, origin);
            Assert.Equal(size, ring.Ring.BufferSize);
            Assert.Equal(size, ring.Sequenced.BufferSize);
            Assert.Equal(size, ring.Ring.GetRemainingCapacity());
            Assert.Equal(-1, ring.Ring.Cursor);
        }
    }
}
