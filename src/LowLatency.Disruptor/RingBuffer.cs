using System.Runtime.InteropServices;

namespace Disruptor;

/// <summary>
/// The part of a ring that does not depend on its events: claims and publications of the one producer, and the consumers
/// it waits for. All its fields are read-only and have a padded line to themselves, since both sides read them for each event.
/// </summary>
[StructLayout(LayoutKind.Explicit)]
public abstract class RingBuffer : ISequenced, ICursored
{
    // The slots of the derived class: here because a generic class cannot choose the place of its fields.
    [FieldOffset(CacheLine.Bytes)]
    private protected readonly Array _slots;

    [FieldOffset(CacheLine.Bytes + 8)]
    private protected readonly SingleProducerSequencer _sequencer;

    [FieldOffset(CacheLine.Bytes + 16)]
    private protected readonly SlotIndex _index;

    private protected RingBuffer(SingleProducerSequencer sequencer, Array slots, int firstSlot)
    {
        _sequencer = sequencer;
        _slots = slots;
        _index = new SlotIndex { First = firstSlot, Mask = sequencer.BufferSize - 1 };
    }

    /// <inheritdoc/>
    public int BufferSize => _index.Mask + 1;

    /// <inheritdoc/>
    public long Cursor => _sequencer.Cursor;

    /// <summary>Why the graph has stopped; null while it works.</summary>
    internal Exception? Failure => _sequencer.Failure;

    /// <inheritdoc/>
    public bool HasAvailableCapacity(int requiredCapacity) => _sequencer.HasAvailableCapacity(requiredCapacity);

    /// <inheritdoc/>
    public long GetRemainingCapacity() => _sequencer.GetRemainingCapacity();

    /// <inheritdoc/>
    public long Next() => _sequencer.Next();

    /// <inheritdoc/>
    public long Next(int n) => _sequencer.Next(n);

    /// <inheritdoc/>
    public bool TryNext(out long sequence) => _sequencer.TryNext(out sequence);

    /// <inheritdoc/>
    public bool TryNext(int n, out long sequence) => _sequencer.TryNext(n, out sequence);

    /// <inheritdoc/>
    public void Publish(long sequence) => _sequencer.Publish(sequence);

    /// <inheritdoc/>
    public void Publish(long lo, long hi) => _sequencer.Publish(lo, hi);

    /// <inheritdoc cref="ISequencer.AddGatingSequences"/>
    public void AddGatingSequences(params Sequence[] gatingSequences) => _sequencer.AddGatingSequences(gatingSequences);

    /// <inheritdoc cref="ISequencer.RemoveGatingSequence"/>
    public bool RemoveGatingSequence(Sequence sequence) => _sequencer.RemoveGatingSequence(sequence);

    /// <inheritdoc cref="ISequencer.GetMinimumSequence"/>
    public long GetMinimumGatingSequence() => _sequencer.GetMinimumSequence();

    /// <inheritdoc cref="ISequencer.NewBarrier"/>
    public SequenceBarrier NewBarrier(SequenceWaiterOwner owner, params Sequence[] sequencesToTrack) =>
        _sequencer.NewBarrier(owner, sequencesToTrack);

    /// <inheritdoc cref="SingleProducerSequencer.Fail"/>
    internal void Fail(Exception cause) => _sequencer.Fail(cause);

    /// <inheritdoc cref="SingleProducerSequencer.Halt"/>
    internal void Halt() => _sequencer.Halt();

    /// <summary>Which element of the array is the slot of a sequence; with the padding behind the fields of the ring.</summary>
    [StructLayout(LayoutKind.Explicit, Size = (2 * sizeof(int)) + CacheLine.Bytes)]
    private protected struct SlotIndex
    {
        [FieldOffset(0)]
        public int First;

        [FieldOffset(sizeof(int))]
        public int Mask;

        public readonly int Of(long sequence) => First + ((int)sequence & Mask);
    }
}
