using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Disruptor;

/// <summary>
/// For each slot the last sequence that was published in it. Any thread; a stamp is written by whoever claimed its sequence.
/// </summary>
/// <remarks>
/// A stamp says what a cursor says for one slot alone: the producer writes the slot, then the stamp with a release; a consumer
/// reads the stamp with an acquire, then the slot. It is the full sequence, so a stamp of another lap is never taken for this
/// one's. Two uses: with several producers publications come in any order, and only the stamps tell which are there. And where
/// the stamp lies beside its event, one cache line tells that there is an event and brings it; a cursor is a line of its own.
/// </remarks>
internal readonly struct SlotStamps
{
    private readonly byte[]? _block;
    private readonly nint _first;
    private readonly nint _stride;
    private readonly nint _mask;

    private SlotStamps(byte[] block, nint first, nint stride, int size)
    {
        _block = block;
        _first = first;
        _stride = stride;
        _mask = size - 1;
    }

    /// <summary>False for the default: a ring without stamps.</summary>
    public bool Exist => _block is not null;

    /// <summary>Stamps alone, one after the other.</summary>
    public static SlotStamps Alone(int size) => Allocate(size, sizeof(long), out _, out _);

    /// <summary>Makes a block of <paramref name="size"/> pieces of <paramref name="stride"/> bytes, each beginning with its stamp.</summary>
    /// <param name="size">How many: a power of two.</param>
    /// <param name="stride">Bytes from one stamp to the next.</param>
    /// <param name="block">The block. It is pinned: it has to stay where its pieces are aligned.</param>
    /// <param name="first">The address of the first piece: on a padded line, with another before and one behind the last.</param>
    public static SlotStamps Allocate(int size, int stride, out byte[] block, out nint first)
    {
        var bytes = ((long)size * stride) + (3 * CacheLine.Bytes);
        if (bytes > Array.MaxLength)
        {
            throw new ArgumentException($"{size} slots of {stride} bytes are more than an array holds.", nameof(size));
        }

        block = GC.AllocateArray<byte>((int)bytes, pinned: true);
        first = (Marshal.UnsafeAddrOfPinnedArrayElement(block, 0) + (2 * CacheLine.Bytes)) & -CacheLine.Bytes;
        var stamps = new SlotStamps(block, first, stride, size);
        for (var i = 0; i < size; i++)
        {
            // No sequence of the slot is published: the lowest one is i.
            stamps.At(i) = Sequence.InitialCursorValue;
        }

        return stamps;
    }

    /// <summary>Publishes a sequence: a release write.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Set(long sequence) => Volatile.Write(ref At(sequence), sequence);

    /// <summary>The last sequence published in the slot of this one: an acquire read. Equal once this one is published.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Get(long sequence) => Volatile.Read(ref At(sequence));

    /// <summary>
    /// Publishes a batch, from the highest down: a consumer that sees one stamp of it sees all above, so a batch arrives whole.
    /// </summary>
    public void Set(long lo, long hi)
    {
        // Not more than a lap: the slots of older sequences hold these.
        lo = Math.Max(lo, hi - _mask);
        for (var sequence = hi; sequence >= lo; sequence--)
        {
            Set(sequence);
        }
    }

    /// <summary>The highest sequence up to which everything was published.</summary>
    /// <param name="next">The first one asked about.</param>
    /// <param name="last">The last one asked about, at most a lap later.</param>
    /// <returns>From <paramref name="next"/> - 1 (nothing) to <paramref name="last"/> (all).</returns>
    public long Highest(long next, long last)
    {
        // A later stamp is met by a consumer that was lapped, because no producer waits for it: it goes on with what it finds.
        while (next <= last && Get(next) >= next)
        {
            next++;
        }

        return next - 1;
    }

    /// <summary>Takes back what was published from a sequence on, for a producer that goes back to it.</summary>
    public void TakeBack(long sequence)
    {
        for (var unpublished = sequence; unpublished <= sequence + _mask; unpublished++)
        {
            if (Get(unpublished) >= unpublished)
            {
                Set(unpublished - 1 - _mask);
            }
        }
    }

    // Inside the block whatever the sequence is, and that is pinned and kept alive by this struct: see Slots.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref long At(long sequence) => ref Unsafe.AddByteOffset(ref Unsafe.NullRef<long>(), _first + (((nint)sequence & _mask) * _stride));
}
