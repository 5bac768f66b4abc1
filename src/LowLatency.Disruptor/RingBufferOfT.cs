using System.Runtime.CompilerServices;
using Disruptor.Dsl;

namespace Disruptor;

/// <summary>
/// A ring of objects that are made once and filled again for each lap. A slot's object belongs to its producer between claim
/// and publication, and after that to the consumers, in the order of their dependencies.
/// </summary>
/// <typeparam name="T">The event.</typeparam>
public sealed class RingBuffer<T> : RingBuffer, IDataProvider<T>
    where T : class
{
    /// <summary>Makes a ring around a sequencer.</summary>
    /// <param name="eventFactory">Makes the event of each slot.</param>
    /// <param name="sequencer">Coordinates; its size is the ring's.</param>
    /// <exception cref="ArgumentException">The size is below 1 or not a power of two.</exception>
    public RingBuffer(Func<T> eventFactory, ISequencer sequencer)
        : base(sequencer, Slots.Make(SequencerBase.CheckSize(sequencer.BufferSize), eventFactory, out _))
    {
    }

    /// <summary>Makes a ring for many producers whose consumers block.</summary>
    /// <param name="eventFactory">Makes the event of each slot.</param>
    /// <param name="bufferSize">How many slots: a power of two.</param>
    /// <exception cref="ArgumentException"><paramref name="bufferSize"/> is below 1 or not a power of two.</exception>
    public RingBuffer(Func<T> eventFactory, int bufferSize)
        : this(eventFactory, new MultiProducerSequencer(bufferSize))
    {
    }

    /// <summary>The event of <paramref name="sequence"/>. Nothing checks that the sequence is still, or already, in its slot.</summary>
    /// <param name="sequence">A sequence, at least 0.</param>
    public T this[long sequence]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _shared.Slots.Of<T>(sequence);
    }

    /// <summary>Makes a ring for many producers.</summary>
    /// <param name="factory">Makes the event of each slot.</param>
    /// <param name="bufferSize">How many slots: a power of two.</param>
    /// <param name="waitStrategy">How consumers wait.</param>
    /// <exception cref="ArgumentException"><paramref name="bufferSize"/> is below 1 or not a power of two.</exception>
    public static RingBuffer<T> CreateMultiProducer(Func<T> factory, int bufferSize, IWaitStrategy waitStrategy) =>
        new(factory, new MultiProducerSequencer(bufferSize, waitStrategy));

    /// <inheritdoc cref="CreateMultiProducer(Func{T}, int, IWaitStrategy)"/>
    public static RingBuffer<T> CreateMultiProducer(Func<T> factory, int bufferSize) =>
        CreateMultiProducer(factory, bufferSize, SequencerFactory.DefaultWaitStrategy());

    /// <summary>Makes a ring for one producer.</summary>
    /// <inheritdoc cref="CreateMultiProducer(Func{T}, int, IWaitStrategy)"/>
    public static RingBuffer<T> CreateSingleProducer(Func<T> factory, int bufferSize, IWaitStrategy waitStrategy) =>
        new(factory, new SingleProducerSequencer(bufferSize, waitStrategy));

    /// <inheritdoc cref="CreateSingleProducer(Func{T}, int, IWaitStrategy)"/>
    public static RingBuffer<T> CreateSingleProducer(Func<T> factory, int bufferSize) =>
        CreateSingleProducer(factory, bufferSize, SequencerFactory.DefaultWaitStrategy());

    /// <summary>Makes a ring for as many producers as <paramref name="producerType"/> says.</summary>
    /// <param name="producerType">One or many.</param>
    /// <param name="factory">Makes the event of each slot.</param>
    /// <param name="bufferSize">How many slots: a power of two.</param>
    /// <param name="waitStrategy">How consumers wait.</param>
    /// <exception cref="ArgumentException"><paramref name="bufferSize"/> is below 1 or not a power of two.</exception>
    public static RingBuffer<T> Create(ProducerType producerType, Func<T> factory, int bufferSize, IWaitStrategy waitStrategy) =>
        new(factory, SequencerFactory.Create(producerType, bufferSize, waitStrategy));

    /// <inheritdoc/>
    public EventBatch<T> GetBatch(long lo, long hi)
    {
        var length = _shared.Slots.Contiguous<T>(lo, hi, out var array, out var begin);
        return new EventBatch<T>(array, begin, length);
    }

    /// <summary>Claims one particular sequence, without waiting, and gives its event: only while nobody else claims.</summary>
    /// <param name="sequence">The sequence.</param>
    public T ClaimAndGetPreallocated(long sequence)
    {
        Sequencer.Claim(sequence);
        return this[sequence];
    }

    /// <summary>Makes a consumer that asks for events. Producers wait for it only once its sequence is a gating one.</summary>
    /// <param name="gatingSequences">The consumers that must be done with an event before; none means the cursor alone.</param>
    public EventPoller<T> NewPoller(params Sequence[] gatingSequences) => Sequencer.NewPoller(this, gatingSequences);

    /// <summary>
    /// Claims a slot, waiting while the ring is full, and publishes it when the scope is disposed.
    /// <code>
    /// using (var scope = ring.PublishEvent())
    /// {
    ///     var data = scope.Event();
    /// }
    /// </code>
    /// An exception inside the <c>using</c> publishes the slot as it stands, half filled, since a claim cannot be taken back
    /// and the consumers would wait for it for ever. Prepare what can fail before the claim, and write every field after it.
    /// </summary>
    /// <exception cref="InvalidOperationException">See <see cref="ISequenced.Next()"/>.</exception>
    public UnpublishedEventScope PublishEvent() => new(this, Next());

    /// <summary>As <see cref="PublishEvent"/>, but with an empty scope where the ring is full.</summary>
    public NullableUnpublishedEventScope TryPublishEvent() => new(TryNext(out var sequence) ? this : null, sequence);

    /// <summary>Claims <paramref name="count"/> slots, waiting while there are fewer, and publishes all when the scope is disposed.</summary>
    /// <param name="count">From 1 to <see cref="RingBuffer.BufferSize"/>.</param>
    /// <exception cref="ArgumentException"><paramref name="count"/> is out of range.</exception>
    /// <exception cref="InvalidOperationException">See <see cref="ISequenced.Next()"/>.</exception>
    public UnpublishedEventBatchScope PublishEvents(int count) => new(this, Next(count), count);

    /// <summary>As <see cref="PublishEvents"/>, but with an empty scope where the ring has fewer free slots.</summary>
    /// <param name="count">From 1 to <see cref="RingBuffer.BufferSize"/>.</param>
    /// <exception cref="ArgumentException"><paramref name="count"/> is out of range.</exception>
    public NullableUnpublishedEventBatchScope TryPublishEvents(int count) =>
        new(TryNext(count, out var endSequence) ? this : null, endSequence, count);

    /// <summary>A claimed slot that is published on <see cref="Dispose"/>; to be disposed once, by the claiming thread.</summary>
    public readonly struct UnpublishedEventScope : IDisposable
    {
        private readonly RingBuffer<T> _ring;

        internal UnpublishedEventScope(RingBuffer<T> ring, long sequence)
        {
            _ring = ring;
            Sequence = sequence;
        }

        /// <summary>The claimed sequence.</summary>
        public long Sequence { get; }

        /// <summary>The event, with the content of an earlier lap.</summary>
        public T Event() => _ring[Sequence];

        /// <summary>Publishes.</summary>
        public void Dispose() => _ring.Publish(Sequence);
    }

    /// <summary>Claimed slots that are published on <see cref="Dispose"/>; to be disposed once, by the claiming thread.</summary>
    public readonly struct UnpublishedEventBatchScope : IDisposable
    {
        private readonly RingBuffer<T> _ring;

        internal UnpublishedEventBatchScope(RingBuffer<T> ring, long endSequence, int count)
        {
            _ring = ring;
            StartSequence = endSequence - count + 1;
            EndSequence = endSequence;
        }

        /// <summary>The first claimed sequence.</summary>
        public long StartSequence { get; }

        /// <summary>The last claimed sequence.</summary>
        public long EndSequence { get; }

        /// <summary>One of the events, with the content of an earlier lap.</summary>
        /// <param name="index">From 0. Not checked.</param>
        public T Event(int index) => _ring[StartSequence + index];

        /// <summary>Publishes.</summary>
        public void Dispose() => _ring.Publish(StartSequence, EndSequence);
    }

    /// <summary>A claimed slot, or nothing where the ring was full. What was claimed is published on <see cref="Dispose"/>.</summary>
    public readonly struct NullableUnpublishedEventScope : IDisposable
    {
        private readonly RingBuffer<T>? _ring;
        private readonly long _sequence;

        internal NullableUnpublishedEventScope(RingBuffer<T>? ring, long sequence)
        {
            _ring = ring;
            _sequence = sequence;
        }

        /// <summary>Whether a slot was claimed.</summary>
        public bool HasEvent => _ring is not null;

        /// <summary>The claimed event.</summary>
        /// <param name="eventRef">The event; unusable if there is none.</param>
        /// <returns><see cref="HasEvent"/>.</returns>
        public bool TryGetEvent(out EventRef eventRef)
        {
            eventRef = new EventRef(_ring!, _sequence);
            return HasEvent;
        }

        /// <summary>Publishes, if there is something.</summary>
        public void Dispose() => _ring?.Publish(_sequence);
    }

    /// <summary>The event of a <see cref="NullableUnpublishedEventScope"/>.</summary>
    public readonly struct EventRef
    {
        private readonly RingBuffer<T> _ring;

        internal EventRef(RingBuffer<T> ring, long sequence)
        {
            _ring = ring;
            Sequence = sequence;
        }

        /// <summary>The claimed sequence.</summary>
        public long Sequence { get; }

        /// <summary>The event, with the content of an earlier lap.</summary>
        public T Event() => _ring[Sequence];
    }

    /// <summary>Claimed slots, or nothing where the ring had fewer. What was claimed is published on <see cref="Dispose"/>.</summary>
    public readonly struct NullableUnpublishedEventBatchScope : IDisposable
    {
        private readonly RingBuffer<T>? _ring;
        private readonly long _endSequence;
        private readonly int _count;

        internal NullableUnpublishedEventBatchScope(RingBuffer<T>? ring, long endSequence, int count)
        {
            _ring = ring;
            _endSequence = endSequence;
            _count = count;
        }

        /// <summary>Whether slots were claimed.</summary>
        public bool HasEvents => _ring is not null;

        /// <summary>The claimed events.</summary>
        /// <param name="eventRef">The events; unusable if there are none.</param>
        /// <returns><see cref="HasEvents"/>.</returns>
        public bool TryGetEvents(out EventBatchRef eventRef)
        {
            eventRef = new EventBatchRef(_ring!, _endSequence, _count);
            return HasEvents;
        }

        /// <summary>Publishes, if there is something.</summary>
        public void Dispose() => _ring?.Publish(_endSequence - _count + 1, _endSequence);
    }

    /// <summary>The events of a <see cref="NullableUnpublishedEventBatchScope"/>.</summary>
    public readonly struct EventBatchRef
    {
        private readonly RingBuffer<T> _ring;

        internal EventBatchRef(RingBuffer<T> ring, long endSequence, int count)
        {
            _ring = ring;
            StartSequence = endSequence - count + 1;
            EndSequence = endSequence;
        }

        /// <summary>The first claimed sequence.</summary>
        public long StartSequence { get; }

        /// <summary>The last claimed sequence.</summary>
        public long EndSequence { get; }

        /// <summary>One of the events, with the content of an earlier lap.</summary>
        /// <param name="index">From 0. Not checked.</param>
        public T Event(int index) => _ring[StartSequence + index];
    }
}
