using Disruptor;
using Disruptor.Dsl;

namespace LowLatency.Disruptor.Tests;

/// <summary>Which sequence lies in which slot.</summary>
public sealed class RingSlotTests
{
    [Theory]
    [MemberData(nameof(Cases.Rings), MemberType = typeof(Cases))]
    public void The_factory_is_asked_once_for_each_slot_in_their_order(EventKind kind, ProducerType producer, Origin origin)
    {
        foreach (var size in new[] { 1, 2, 16 })
        {
            var made = 0;
            var ring = TestRing.Make(kind, producer, size, null, origin, () => new Tape { Last = made++ });
            Assert.Equal(size, made);
            for (var i = 0; i < size; i++)
            {
                Assert.Equal(i, ring[i].Last);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases.Rings), MemberType = typeof(Cases))]
    public void A_sequence_and_the_one_a_lap_later_share_a_slot_and_no_others_do(EventKind kind, ProducerType producer, Origin origin)
    {
        foreach (var size in new[] { 1, 2, 16 })
        {
            var ring = TestRing.Make(kind, producer, size, null, origin);

            // From 0, across the sign of an int and of its high half, and at the end of all sequences.
            foreach (var start in new[] { 0, int.MaxValue - 3L, (3L << 32) - (size / 2), long.MaxValue - (3 * size) })
            {
                for (var i = 0; i < size; i++)
                {
                    ring[start + i].Sequence = start + i;
                }

                for (var i = 0; i < size; i++)
                {
                    Assert.Equal(start + i, ring[start + i].Sequence);
                    Assert.Equal(start + i, ring[start + i + size].Sequence);
                    Assert.Equal(start + i, ring[(start + i) % size].Sequence);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases.Producers), MemberType = typeof(Cases))]
    public void Objects_stay_in_their_slots_and_structs_keep_what_an_earlier_lap_left(ProducerType producer)
    {
        var objects = RingBuffer<Page>.CreateMultiProducer(() => new Page(), 4);
        var first = objects[1];
        Assert.Same(first, objects[5]);
        Assert.Same(first, objects[1 + (1L << 40)]);
        var values = ValueRingBuffer<Note>.Create(producer, () => default, 4, new StubStrategy());
        values[values.Next()].Text = "left";
        values.Publish(0);
        values.Publish(4, values.Next(4));
        Assert.Equal("left", values[4].Text);
    }

    [Theory]
    [InlineData(EventKind.Value)]
    [InlineData(EventKind.ValueWithReference)]
    [InlineData(EventKind.Class)]
    public void A_slot_is_not_touched_by_its_neighbours(EventKind kind)
    {
        var ring = TestRing.Make(kind, ProducerType.Single, 8);
        ring.Publish(8);
        for (var i = 0; i < 8; i++)
        {
            ring[i].Write(i + 8);
            for (var j = 0; j < 8; j++)
            {
                Assert.True(ring[j].IsWhole(j == i ? i + 8 : j));
            }

            ring[i].Write(i);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(-8)]
    public void A_ring_around_a_sequencer_of_a_wrong_size_is_refused(int size)
    {
        // A sequencer of somebody else may have any size.
        var sequencer = new SizeOnly(size);
        Assert.ThrowsAny<Exception>(() => new RingBuffer<Page>(() => new Page(), sequencer));
        Assert.ThrowsAny<Exception>(() => new ValueRingBuffer<Tape>(() => default, sequencer));
        if (size >= 0)
        {
            Assert.Throws<ArgumentException>(() => new RingBuffer<Page>(() => new Page(), sequencer));
            Assert.Throws<ArgumentException>(() => new ValueRingBuffer<Tape>(() => default, sequencer));
        }
    }

    [Fact]
    public void Batches_end_where_the_array_does()
    {
        var made = 0;
        var ring = new RingBuffer<Page>(() => new Page { Tape = { Last = made++ } }, 8);
        foreach (var start in new[] { 0L, 8, int.MaxValue + 1L, 1L << 40 })
        {
            for (var lo = start; lo < start + 8; lo++)
            {
                for (var hi = lo; hi < lo + 8; hi++)
                {
                    var expected = Enumerable.Range((int)(lo % 8), (int)Math.Min(hi - lo + 1, 8 - (lo % 8)));
                    Assert.Equal(expected, ring.GetBatch(lo, hi).ToArray().Select(p => (int)p.Tape.Last));
                    Assert.Same(ring[lo], ring.GetBatch(lo, hi)[0]);
                }
            }
        }
    }

    /// <summary>Knows its size and nothing else.</summary>
    private sealed class SizeOnly(int size) : ISequencer
    {
        public int BufferSize => size;

        public long Cursor => throw new NotSupportedException();

        public bool HasAvailableCapacity(int requiredCapacity) => throw new NotSupportedException();

        public long GetRemainingCapacity() => throw new NotSupportedException();

        public long Next() => throw new NotSupportedException();

        public long Next(int n) => throw new NotSupportedException();

        public bool TryNext(out long sequence) => throw new NotSupportedException();

        public bool TryNext(int n, out long sequence) => throw new NotSupportedException();

        public void Publish(long sequence) => throw new NotSupportedException();

        public void Publish(long lo, long hi) => throw new NotSupportedException();

        public void Claim(long sequence) => throw new NotSupportedException();

        public bool IsAvailable(long sequence) => throw new NotSupportedException();

        public long GetHighestPublishedSequence(long nextSequence, long availableSequence) => throw new NotSupportedException();

        public void AddGatingSequences(params Sequence[] gatingSequences) => throw new NotSupportedException();

        public bool RemoveGatingSequence(Sequence sequence) => throw new NotSupportedException();

        public long GetMinimumSequence() => throw new NotSupportedException();

        public SequenceBarrier NewBarrier(SequenceWaiterOwner owner, params Sequence[] sequencesToTrack) => throw new NotSupportedException();

        public EventPoller<T> NewPoller<T>(IDataProvider<T> provider, params Sequence[] gatingSequences)
            where T : class =>
            throw new NotSupportedException();

        public ValueEventPoller<T> NewPoller<T>(IValueDataProvider<T> provider, params Sequence[] gatingSequences)
            where T : struct =>
            throw new NotSupportedException();
    }
}
