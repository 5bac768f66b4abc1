using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Disruptor;
using Xunit;

namespace LowLatency.Tests.Disruptor;

/// <summary>
/// Where the fields really are, seen in the bytes of live objects: a field shows by not being zero, or by changing. Names
/// and attributes are not asked: the runtime is free to ignore a wish.
/// </summary>
public sealed class LayoutTests
{
    private const int PaddedLineBytes = 128;

    // The object's header and its method table, which are not among the bytes looked at.
    private const int HeaderBytes = 16;

    private static readonly Func<Tape> _factory = () => default;
    private static readonly BlockingWaitStrategy _strategy = new();

    [Fact]
    public void A_sequence_has_a_padded_line_to_itself()
    {
        var size = SizeOf(() => new Sequence());
        Assert.Equal(sizeof(long), AssertPadded(NotZero(BytesOf(new Sequence(-1), size)), size));
    }

    [Fact]
    public void What_the_producer_writes_is_apart_from_what_everybody_reads()
    {
        var size = SizeOf(() => new SingleProducerSequencer(1, _strategy)) - SizeOf(() => new Sequence()) - HeaderBytes;
        var sequencer = new SingleProducerSequencer(1, _strategy);
        byte[] before, after;
        int collections;
        do
        {
            // A collection may move what the object refers to, and with it the bytes of a reference.
            collections = GC.CollectionCount(0);
            before = BytesOf(sequencer, size);
            sequencer.Publish(sequencer.Next());
            sequencer.Publish(sequencer.Next());
            after = BytesOf(sequencer, size);
        }
        while (GC.CollectionCount(0) != collections);

        var written = Enumerable.Range(0, size).Where(i => before[i] != after[i]).ToArray();
        var read = NotZero(before).Except(written).ToArray();
        AssertPadded(written, size);
        Assert.InRange(read.Min(), PaddedLineBytes, size);
        Assert.InRange(written.Min() - read.Max() - 1, PaddedLineBytes, size);

        // The last claim and what it knows of the consumers.
        Assert.InRange(written.Length, 9, 2 * sizeof(long));
    }

    [Fact]
    public void The_fields_of_a_ring_have_a_padded_line_to_themselves()
    {
        var ring = ValueRingBuffer<Tape>.CreateSingleProducer(_factory, 4, _strategy);
        var parts = SizeOf(() => new SingleProducerSequencer(4, _strategy)) + SizeOf(() => new Tape[SlotsOf(ring).Length]) + (2 * HeaderBytes);
        var size = SizeOf(() => ValueRingBuffer<Tape>.CreateSingleProducer(_factory, 4, _strategy)) - parts;
        AssertPadded(NotZero(BytesOf(ring, size)), size);
    }

    [Fact]
    public void Slots_lie_in_one_block_with_a_padded_line_on_either_side()
    {
        const int size = 8;
        var ring = ValueRingBuffer<Tape>.CreateSingleProducer(_factory, size, _strategy);
        var slots = (Tape[])SlotsOf(ring);
        for (var i = 1; i < size; i++)
        {
            Assert.Equal(Unsafe.SizeOf<Tape>(), (long)Unsafe.ByteOffset(ref ring[i - 1], ref ring[i]));
        }

        var behindLast = Unsafe.ByteOffset(ref ring[size - 1], ref slots[^1]);
        Assert.InRange((long)Unsafe.ByteOffset(ref slots[0], ref ring[0]), PaddedLineBytes, int.MaxValue);
        Assert.InRange((long)behindLast, PaddedLineBytes, int.MaxValue);
    }

    /// <summary>How many bytes the fields span, after the check that a padded line precedes and follows them.</summary>
    private static int AssertPadded(int[] fieldBytes, int size)
    {
        Assert.NotEmpty(fieldBytes);
        Assert.InRange(fieldBytes.Min(), PaddedLineBytes, size);
        Assert.InRange(size - fieldBytes.Max() - 1, PaddedLineBytes, size);
        return fieldBytes.Max() - fieldBytes.Min() + 1;
    }

    private static int[] NotZero(byte[] bytes) => [.. Enumerable.Range(0, bytes.Length).Where(i => bytes[i] != 0)];

    // A box of a byte has it at the first place behind the header: the shape through which any object is seen.
    private static byte[] BytesOf(object target, int size) =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<StrongBox<byte>>(target).Value, size).ToArray();

    /// <summary>Bytes behind the header of what <paramref name="make"/> allocates.</summary>
    private static int SizeOf(Func<object> make)
    {
        GC.KeepAlive(make());
        var before = GC.GetAllocatedBytesForCurrentThread();
        GC.KeepAlive(make());
        return (int)(GC.GetAllocatedBytesForCurrentThread() - before) - HeaderBytes;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_slots")]
    private static extern ref Array SlotsOf(RingBuffer ring);
}
