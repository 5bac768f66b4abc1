using System.Runtime.CompilerServices;
using Disruptor;
using Xunit;

namespace LowLatency.Tests.Disruptor;

/// <summary>Where the fields really are: offsets from the first byte behind the object's header, and sizes as allocated.</summary>
public sealed class LayoutTests
{
    private const int PaddedLineBytes = 128;
    private const int HeaderBytes = 16;

    [Fact]
    public void A_sequence_has_a_padded_line_to_itself()
    {
        var sequence = new Sequence();
        var before = OffsetIn(sequence, ref ValueOf(sequence));
        var after = SizeOf(() => new Sequence()) - HeaderBytes - before - sizeof(long);
        Assert.InRange(before, PaddedLineBytes, int.MaxValue);
        Assert.InRange(after, PaddedLineBytes, int.MaxValue);
    }

    [Fact]
    public void What_the_producer_writes_is_apart_from_what_everybody_reads()
    {
        var sequencer = new SingleProducerSequencer(4, new YieldingWaitStrategy());
        long[] read =
        [
            OffsetIn(sequencer, ref CursorOf(sequencer)), OffsetIn(sequencer, ref WaitStrategyOf(sequencer)),
            OffsetIn(sequencer, ref GatingOf(sequencer)), OffsetIn(sequencer, ref FailureOf(sequencer)),
            OffsetIn(sequencer, ref BufferSizeOf(sequencer)), OffsetIn(sequencer, ref HaltedOf(sequencer)),
        ];
        long[] written =
        [
            OffsetIn(sequencer, ref ClaimedOf(sequencer)), OffsetIn(sequencer, ref CachedGatingOf(sequencer)),
            OffsetIn(sequencer, ref ClaimantOf(sequencer)),
        ];
        var end = SizeOf(() => new SingleProducerSequencer(4, new YieldingWaitStrategy()), but: [() => new Sequence(), () => new YieldingWaitStrategy()]) - HeaderBytes;

        Assert.InRange(read.Min(), PaddedLineBytes, int.MaxValue);
        Assert.InRange(written.Min() - (read.Max() + sizeof(long)), PaddedLineBytes - sizeof(long), int.MaxValue);
        Assert.InRange(written.Min() - read.Max(), PaddedLineBytes, int.MaxValue);
        Assert.InRange(end - (written.Max() + sizeof(int)), PaddedLineBytes, int.MaxValue);
    }

    [Fact]
    public void The_fields_of_a_ring_have_a_padded_line_to_themselves()
    {
        var ring = ValueRingBuffer<Tape>.CreateSingleProducer(() => default, 4, new YieldingWaitStrategy());
        long[] offsets =
        [
            OffsetIn(ring, ref SlotsOf(ring)), OffsetIn(ring, ref SequencerOf(ring)),
            OffsetIn(ring, ref SlotMaskOf(ring)), OffsetIn(ring, ref FirstSlotOf(ring)),
        ];
        Assert.InRange(offsets.Min(), PaddedLineBytes, int.MaxValue);

        // The event's size does not matter here, so the ring object alone is what is left of the allocation.
        var slots = (Tape[])SlotsOf(ring);
        var end = SizeOf(
            () => ValueRingBuffer<Tape>.CreateSingleProducer(_makeTape, 4, _strategy),
            but: [() => new SingleProducerSequencer(4, _strategy), () => new Tape[slots.Length]]) - HeaderBytes;
        Assert.InRange(end - (offsets.Max() + sizeof(int)), PaddedLineBytes, int.MaxValue);
    }

    [Fact]
    public void Slots_lie_in_one_block_with_a_padded_line_on_either_side()
    {
        const int size = 8;
        var ring = ValueRingBuffer<Tape>.CreateSingleProducer(() => default, size, new YieldingWaitStrategy());
        var slots = (Tape[])SlotsOf(ring);
        for (var i = 1; i < size; i++)
        {
            Assert.Equal(Unsafe.SizeOf<Tape>(), (long)Unsafe.ByteOffset(ref ring[i - 1], ref ring[i]));
        }

        Assert.InRange((long)Unsafe.ByteOffset(ref slots[0], ref ring[0]), PaddedLineBytes, int.MaxValue);
        Assert.InRange((long)Unsafe.ByteOffset(ref ring[size - 1], ref slots[^1]), PaddedLineBytes, int.MaxValue);
    }

    private static readonly Func<Tape> _makeTape = () => default;
    private static readonly YieldingWaitStrategy _strategy = new();

    // A box of a byte has it at the first place behind the header: the shape through which that place of any object is seen.
    private static long OffsetIn<TField>(object target, ref TField field) =>
        Unsafe.ByteOffset(ref Unsafe.As<StrongBox<byte>>(target).Value, ref Unsafe.As<TField, byte>(ref field));

    private static long SizeOf(Func<object> make, params Func<object>[] but)
    {
        var size = Allocated(make);
        foreach (var part in but)
        {
            size -= Allocated(part);
        }

        return size;
    }

    private static long Allocated(Func<object> make)
    {
        GC.KeepAlive(make());
        var before = GC.GetAllocatedBytesForCurrentThread();
        GC.KeepAlive(make());
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_value")]
    private static extern ref long ValueOf(Sequence sequence);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_cursor")]
    private static extern ref Sequence CursorOf(SingleProducerSequencer sequencer);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_waitStrategy")]
    private static extern ref IWaitStrategy WaitStrategyOf(SingleProducerSequencer sequencer);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_gatingSequences")]
    private static extern ref Sequence[] GatingOf(SingleProducerSequencer sequencer);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_failure")]
    private static extern ref Exception? FailureOf(SingleProducerSequencer sequencer);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_bufferSize")]
    private static extern ref int BufferSizeOf(SingleProducerSequencer sequencer);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_halted")]
    private static extern ref bool HaltedOf(SingleProducerSequencer sequencer);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_claimed")]
    private static extern ref long ClaimedOf(SingleProducerSequencer sequencer);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_cachedGating")]
    private static extern ref long CachedGatingOf(SingleProducerSequencer sequencer);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_claimant")]
    private static extern ref int ClaimantOf(SingleProducerSequencer sequencer);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_slots")]
    private static extern ref Array SlotsOf(RingBuffer ring);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_sequencer")]
    private static extern ref SingleProducerSequencer SequencerOf(RingBuffer ring);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_slotMask")]
    private static extern ref int SlotMaskOf(RingBuffer ring);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_firstSlot")]
    private static extern ref int FirstSlotOf(RingBuffer ring);
}
