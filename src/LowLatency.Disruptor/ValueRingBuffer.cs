using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Disruptor;

/// <summary>
/// A ring of structs, filled in place. Claim, write through the indexer, publish: one producer. A slot may be touched only by
/// the producer between claim and publication, and by consumers after it, until they have passed it.
/// </summary>
public sealed class ValueRingBuffer<T>
    where T : struct
{
    private readonly T[] _slots;
    private readonly int _mask;
    private readonly int _padding;
    private readonly SingleProducerSequencer _sequencer;

    /// <summary>A ring whose slots <paramref name="eventFactory"/> fills.</summary>
    public ValueRingBuffer(Func<T> eventFactory, SingleProducerSequencer sequencer)
    {
        _sequencer = sequencer;
        _mask = sequencer.BufferSize - 1;
        _padding = ((Sequence.CacheLineBytes - 1) / Unsafe.SizeOf<T>()) + 1;
        _slots = new T[sequencer.BufferSize + (2 * _padding)];
        for (int i = 0; i < sequencer.BufferSize; i++)
        {
            _slots[_padding + i] = eventFactory();
        }
    }

    /// <summary>Slots.</summary>
    public int BufferSize => _sequencer.BufferSize;

    /// <summary>The highest published sequence.</summary>
    public long Cursor => _sequencer.Cursor;

    /// <summary>The slot of <paramref name="sequence"/>.</summary>
    public ref T this[long sequence] =>
        ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_slots), _padding + (int)(sequence & _mask));

    /// <summary>A ring for one producer.</summary>
    public static ValueRingBuffer<T> CreateSingleProducer(Func<T> factory, int bufferSize, IWaitStrategy waitStrategy) =>
        new(factory, new SingleProducerSequencer(bufferSize, waitStrategy));

    /// <inheritdoc cref="SingleProducerSequencer.Next()"/>
    public long Next() => _sequencer.Next();

    /// <inheritdoc cref="SingleProducerSequencer.Next(int)"/>
    public long Next(int n) => _sequencer.Next(n);

    /// <inheritdoc cref="SingleProducerSequencer.TryNext(out long)"/>
    public bool TryNext(out long sequence) => _sequencer.TryNext(out sequence);

    /// <inheritdoc cref="SingleProducerSequencer.TryNext(int, out long)"/>
    public bool TryNext(int n, out long sequence) => _sequencer.TryNext(n, out sequence);

    /// <summary>Publishes <paramref name="sequence"/>.</summary>
    public void Publish(long sequence) => _sequencer.Publish(sequence);

    /// <summary>Publishes the sequences from <paramref name="lo"/> to <paramref name="hi"/>.</summary>
    public void Publish(long lo, long hi) => _sequencer.Publish(hi);

    /// <inheritdoc cref="SingleProducerSequencer.GetRemainingCapacity"/>
    public long GetRemainingCapacity() => _sequencer.GetRemainingCapacity();

    /// <inheritdoc cref="SingleProducerSequencer.AddGatingSequences"/>
    public void AddGatingSequences(params Sequence[] gatingSequences) => _sequencer.AddGatingSequences(gatingSequences);

    /// <inheritdoc cref="SingleProducerSequencer.RemoveGatingSequence"/>
    public bool RemoveGatingSequence(Sequence sequence) => _sequencer.RemoveGatingSequence(sequence);

    /// <summary>The lowest gating sequence.</summary>
    public long GetMinimumGatingSequence() => _sequencer.GetMinimumSequence();

    /// <inheritdoc cref="SingleProducerSequencer.NewBarrier"/>
    public SequenceBarrier NewBarrier(SequenceWaiterOwner owner, params Sequence[] sequencesToTrack) =>
        _sequencer.NewBarrier(owner, sequencesToTrack);

    internal void Fail(Exception cause) => _sequencer.Fail(cause);
}
