using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Disruptor;

/// <summary>
/// The part of a ring that does not depend on its events: claims and publications, and the consumers that producers wait for.
/// Which thread may call what is the sequencer's to say: <see cref="SingleProducerSequencer"/>, <see cref="MultiProducerSequencer"/>.
/// </summary>
public abstract class RingBuffer : ISequenced, ICursored
{
    private protected readonly SharedState _shared;

    private protected RingBuffer(ISequencer sequencer, in Slots slots)
    {
        _shared = new SharedState
        {
            Any = sequencer,
            Single = sequencer as SingleProducerSequencer,
            Multi = sequencer as MultiProducerSequencer,
            Slots = slots,
            BufferSize = sequencer.BufferSize,
        };
    }

    /// <inheritdoc/>
    public int BufferSize => _shared.BufferSize;

    /// <inheritdoc/>
    public long Cursor => _shared.Any.Cursor;

    /// <summary>Who coordinates.</summary>
    internal ISequencer Sequencer => _shared.Any;

    /// <summary>Where the events are.</summary>
    internal Slots Slots => _shared.Slots;

    /// <inheritdoc/>
    public bool HasAvailableCapacity(int requiredCapacity) => _shared.Any.HasAvailableCapacity(requiredCapacity);

    /// <inheritdoc/>
    public long GetRemainingCapacity() => _shared.Any.GetRemainingCapacity();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Next() => _shared.Single is { } single ? single.NextInternal(1)
        : _shared.Multi is { } multi ? multi.NextInternal(1)
        : _shared.Any.Next();

    /// <inheritdoc/>
    public long Next(int n)
    {
        SequencerBase.CheckCount(n, BufferSize);
        return _shared.Any.Next(n);
    }

    /// <inheritdoc/>
    public bool TryNext(out long sequence) => _shared.Any.TryNext(out sequence);

    /// <inheritdoc/>
    public bool TryNext(int n, out long sequence)
    {
        SequencerBase.CheckCount(n, BufferSize);
        return _shared.Any.TryNext(n, out sequence);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Publish(long sequence)
    {
        if (_shared.Single is { } single)
        {
            single.Publish(sequence);
        }
        else if (_shared.Multi is { } multi)
        {
            multi.Publish(sequence);
        }
        else
        {
            _shared.Any.Publish(sequence);
        }
    }

    /// <inheritdoc/>
    public void Publish(long lo, long hi) => _shared.Any.Publish(lo, hi);

    /// <summary>
    /// Whoever publishes next is the one producer from then on. The caller sees to it that its publications come after those
    /// of the one before, by a lock or because that one has ended. For Debug builds, which look at who publishes; not while
    /// something is claimed and not published.
    /// </summary>
    [Conditional("DEBUG")]
    public void HandOverProducer() => _shared.Single?.HandOver();

    /// <inheritdoc cref="ISequencer.IsAvailable"/>
    public bool IsAvailable(long sequence) => _shared.Any.IsAvailable(sequence);

    /// <inheritdoc cref="ISequencer.AddGatingSequences"/>
    public void AddGatingSequences(params Sequence[] gatingSequences) => _shared.Any.AddGatingSequences(gatingSequences);

    /// <inheritdoc cref="ISequencer.RemoveGatingSequence"/>
    public bool RemoveGatingSequence(Sequence sequence) => _shared.Any.RemoveGatingSequence(sequence);

    /// <inheritdoc cref="ISequencer.GetMinimumSequence"/>
    public long GetMinimumGatingSequence() => _shared.Any.GetMinimumSequence();

    /// <inheritdoc cref="ISequencer.NewBarrier"/>
    public SequenceBarrier NewBarrier(SequenceWaiterOwner owner, params Sequence[] sequencesToTrack) =>
        _shared.Any.NewBarrier(owner, sequencesToTrack);

    /// <summary>Makes the barrier at which the consumer of <paramref name="eventHandler"/> waits.</summary>
    /// <param name="eventHandler">Who will wait.</param>
    /// <param name="sequencesToTrack">The consumers that must be done with an event before; none means the cursor alone.</param>
    public SequenceBarrier NewBarrier(IEventHandler eventHandler, params Sequence[] sequencesToTrack) =>
        NewBarrier(SequenceWaiterOwner.EventHandler(eventHandler), sequencesToTrack);

    /// <inheritdoc/>
    public override string ToString() => $"{GetType().Name} of {BufferSize} slots, {_shared.Any.GetType().Name} at {Cursor}";

    /// <summary>
    /// What every thread reads for each event and nobody writes, with a padded line before and behind it. The concrete
    /// sequencers are there so that the calls for each event need no interface.
    /// </summary>
    [StructLayout(LayoutKind.Explicit, Size = (2 * CacheLine.Bytes) + 64)]
    private protected struct SharedState
    {
        [FieldOffset(CacheLine.Bytes)]
        public ISequencer Any;

        [FieldOffset(CacheLine.Bytes + 8)]
        public SingleProducerSequencer? Single;

        [FieldOffset(CacheLine.Bytes + 16)]
        public MultiProducerSequencer? Multi;

        [FieldOffset(CacheLine.Bytes + 24)]
        public Slots Slots;

        [FieldOffset(CacheLine.Bytes + 56)]
        public int BufferSize;
    }
}
