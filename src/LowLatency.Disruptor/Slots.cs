using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Disruptor;

/// <summary>
/// The memory of a ring's slots: a pinned array. Immutable; the slots themselves are guarded by the sequences of producers
/// and consumers.
/// </summary>
/// <remarks>
/// Structs without references lie behind their stamps (see <see cref="SlotStamps"/>), and the pair is as long as a power of two
/// or a whole number of cache lines, so that a small slot never straddles two. Everything else lies in an array of its own type.
/// Slots are reached by their address, which saves six instructions of some forty for each event. That is sound because the
/// array is pinned and belongs to the garbage collector: it does not move, a reference into it keeps it alive, and so does
/// whoever holds this struct while it makes one.
/// </remarks>
internal readonly struct Slots
{
    private const int LineBytes = 64;

    private readonly Array _memory;
    private readonly nint _first;
    private readonly nint _mask;

    private Slots(Array memory, nint first, int size)
    {
        _memory = memory;
        _first = first;
        _mask = size - 1;
    }

    /// <summary>The slot of a sequence. Nothing checks that the sequence is still, or already, in it.</summary>
    /// <typeparam name="T">The event the slots were made for.</typeparam>
    // Inside the array whatever the sequence is: Make made a slot for each value of the mask.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref T Of<T>(long sequence) => ref Unsafe.AddByteOffset(ref Unsafe.NullRef<T>(), _first + (((nint)sequence & _mask) * Stride<T>()));

    /// <summary>Makes slots. Structs without references lie behind stamps, whether they are used or not.</summary>
    /// <param name="size">How many.</param>
    /// <param name="eventFactory">Makes the first content of each.</param>
    /// <param name="stamps">The stamps of the same slots, if they have any.</param>
    public static Slots Make<T>(int size, Func<T> eventFactory, out SlotStamps stamps)
    {
        ArgumentNullException.ThrowIfNull(eventFactory);
        Slots slots;
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
        {
            // Unused elements at both ends, at least a padded line each: no neighbour on the heap shares a line with the slots.
            var array = GC.AllocateArray<T>(checked(size + (2 * Padding<T>())), pinned: true);
            slots = new Slots(array, Marshal.UnsafeAddrOfPinnedArrayElement(array, Padding<T>()), size);
            stamps = default;
        }
        else
        {
            stamps = SlotStamps.Allocate(size, Stride<T>(), out var block, out var first);
            slots = new Slots(block, first + sizeof(long), size);
        }

        for (var i = 0; i < size; i++)
        {
            slots.Of<T>(i) = eventFactory();
        }

        return slots;
    }

    /// <summary>Events from <paramref name="lo"/> to <paramref name="hi"/>, or to the end of the array if that comes first.</summary>
    /// <param name="lo">The first sequence.</param>
    /// <param name="hi">The last sequence, less than a lap later.</param>
    /// <param name="array">Where they lie, one after the other. Only of slots of objects.</param>
    /// <param name="begin">The first one's index.</param>
    /// <returns>How many.</returns>
    public int Contiguous<T>(long lo, long hi, out T[] array, out int begin)
    {
        var first = (int)((nint)lo & _mask);
        array = Unsafe.As<T[]>(_memory);
        begin = Padding<T>() + first;
        return (int)Math.Min(hi - lo + 1, _mask + 1 - first);
    }

    private static int Padding<T>() => (CacheLine.Bytes + Unsafe.SizeOf<T>() - 1) / Unsafe.SizeOf<T>();

    // A constant to the compiler, for each T.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Stride<T>()
    {
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
        {
            return Unsafe.SizeOf<T>();
        }

        var bytes = sizeof(long) + Unsafe.SizeOf<T>();
        return bytes <= 16 ? 16 : bytes <= 32 ? 32 : (bytes + LineBytes - 1) / LineBytes * LineBytes;
    }
}
