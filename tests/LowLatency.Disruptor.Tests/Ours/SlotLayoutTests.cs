using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Disruptor;
using Disruptor.Dsl;
using LowLatency.Disruptor.Tests.Races;
using Named = (string? Name, long Value, long Other);

namespace LowLatency.Disruptor.Tests;

/// <summary>Where slots and their stamps lie. They are pinned: an address stays.</summary>
public sealed class SlotLayoutTests
{
    private const int PaddedLineBytes = LayoutTests.PaddedLineBytes;
    private const int LineBytes = 64;
    private const int Size = 8;

    [Theory]
    [InlineData(ProducerType.Single)]
    [InlineData(ProducerType.Multi)]
    public void Slots_of_structs_lie_behind_their_stamps_in_one_padded_block(ProducerType producers)
    {
        AssertStamped<byte>(producers);
        AssertStamped<long>(producers);
        AssertStamped<Event8>(producers);
        AssertStamped<(long, long)>(producers);
        AssertStamped<(long, long, long)>(producers);
        AssertStamped<Guid>(producers);
        AssertStamped<Tape>(producers);
        AssertStamped<Event56>(producers);
        AssertStamped<SixtyFour>(producers);
        AssertStamped<Odd>(producers);
        AssertStamped<Event256>(producers);
    }

    [Fact]
    public void Slots_of_objects_and_of_structs_with_references_lie_in_a_padded_array()
    {
        AssertInArray(new RingBuffer<EventObject>(() => new EventObject(), new SingleProducerSequencer(Size)), r => ref FirstReference(r));
        AssertInArray(new RingBuffer<EventObject>(() => new EventObject(), new MultiProducerSequencer(Size)), r => ref FirstReference(r));
        AssertInArray(ValueRingBuffer<Named>.CreateSingleProducer(() => default, Size), r => ref Unsafe.As<Named, byte>(ref ((ValueRingBuffer<Named>)r)[0]));
        AssertInArray(ValueRingBuffer<Named>.CreateMultiProducer(() => default, Size), r => ref Unsafe.As<Named, byte>(ref ((ValueRingBuffer<Named>)r)[0]));
    }

    [Fact]
    public void Stamps_that_lie_alone_are_padded_too()
    {
        var stamps = LayoutTests.ValueOf(LayoutTests.ValueOf(new MultiProducerSequencer(Size), "_shared"), "Stamps");
        var block = (byte[])LayoutTests.ValueOf(stamps, "_block");
        AssertPadded(block, (nint)LayoutTests.ValueOf(stamps, "_first"), Size * sizeof(long));
    }

    private static void AssertStamped<T>(ProducerType producers)
        where T : struct
    {
        var ring = ValueRingBuffer<T>.Create(producers, () => default, Size, new BlockingWaitStrategy());
        Assert.All(Enumerable.Range(0, Size), i => Assert.Equal(-1, StampBefore(ref ring[i])));

        // Two laps: the stamp of a slot is the sequence published last, and directly before its event.
        for (var i = 0; i < 2 * Size; i++)
        {
            var sequence = ring.Next();
            Assert.NotEqual(sequence, StampBefore(ref ring[sequence]));
            ring.Publish(sequence);
            Assert.Equal(sequence, StampBefore(ref ring[sequence]));
        }

        var first = FieldMap.Address(ref ring[0]) - sizeof(long);
        var stride = FieldMap.Address(ref ring[1]) - FieldMap.Address(ref ring[0]);
        var bytes = sizeof(long) + Unsafe.SizeOf<T>();
        Assert.Equal(0, first % PaddedLineBytes);
        Assert.InRange(stride, bytes, Math.Max(2 * bytes, bytes + LineBytes));
        Assert.True(stride <= LineBytes ? nint.IsPow2(stride) : stride % LineBytes == 0, $"{stride} from one to the next");
        for (var i = 0; i < Size; i++)
        {
            var slot = FieldMap.Address(ref ring[i]);
            Assert.Equal(first + sizeof(long) + (i * stride), slot);
            if (bytes <= LineBytes)
            {
                Assert.Equal((slot - sizeof(long)) / LineBytes, (slot + Unsafe.SizeOf<T>() - 1) / LineBytes);
            }
        }

        AssertPadded((byte[])MemoryOf(ring), first, Size * stride);
    }

    private static void AssertInArray(RingBuffer ring, FirstSlot firstSlot)
    {
        var array = MemoryOf(ring);
        var size = array.GetType().GetElementType() == typeof(Named) ? Unsafe.SizeOf<Named>() : IntPtr.Size;
        AssertPadded(array, FieldMap.Address(ref firstSlot(ring)), Size * size, size);
    }

    /// <summary>From <paramref name="first"/> on <paramref name="bytes"/> lie inside, with a padded line before and behind.</summary>
    private static void AssertPadded(Array memory, nint first, nint bytes, int elementBytes = 1)
    {
        Assert.Equal(GC.MaxGeneration, GC.GetGeneration(memory));
        var begin = FieldMap.Address(ref MemoryMarshal.GetArrayDataReference(memory));
        var end = begin + ((nint)memory.Length * elementBytes);
        Assert.InRange(first - begin, PaddedLineBytes, 4 * PaddedLineBytes);
        Assert.InRange(end - (first + bytes), PaddedLineBytes, 4 * PaddedLineBytes);
    }

    private static Array MemoryOf(RingBuffer ring) =>
        (Array)LayoutTests.ValueOf(LayoutTests.ValueOf(LayoutTests.ValueOf(ring, "_shared"), "Slots"), "_memory");

    private static long StampBefore<T>(ref T slot) =>
        Unsafe.AddByteOffset(ref Unsafe.As<T, long>(ref slot), -sizeof(long));

    /// <summary>The place of the first reference, found in the array by what it refers to.</summary>
    private static ref byte FirstReference(RingBuffer ring)
    {
        var array = (EventObject?[])MemoryOf(ring);
        var index = Array.IndexOf(array, ((RingBuffer<EventObject>)ring)[0]);
        Assert.Same(((RingBuffer<EventObject>)ring)[Size - 1], array[index + Size - 1]);
        return ref Unsafe.As<EventObject?, byte>(ref array[index]);
    }

    private delegate ref byte FirstSlot(RingBuffer ring);

    /// <summary>Stamp and payload are one byte more than a line.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 1, Size = 57)]
    private struct Odd
    {
        public byte _first;
    }

    [StructLayout(LayoutKind.Sequential, Size = 64)]
    private struct SixtyFour
    {
        public long _first;
    }
}
