using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Disruptor;

/// <summary>
/// A ring of structs that are filled and read in place. One producer at a time claims and publishes; a slot belongs to the
/// producer between claim and publication, and after that to the consumers, in the order of their dependencies.
/// </summary>
/// <typeparam name="T">The event.</typeparam>
public sealed class ValueRingBuffer<T> : RingBuffer
    where T : struct
{
    // Unused slots at both ends, at least a padded line each: no neighbour on the heap shares a line with the slots.
    private static readonly int _padding = (CacheLine.Bytes + Unsafe.SizeOf<T>() - 1) / Unsafe.SizeOf<T>();

    private ValueRingBuffer(Func<T> eventFactory, SingleProducerSequencer sequencer)
        : base(sequencer, new T[sequencer.BufferSize + (2 * _padding)], _padding)
    {
        ArgumentNullException.ThrowIfNull(eventFactory);
        for (var i = 0; i < sequencer.BufferSize; i++)
        {
            this[i] = eventFactory();
        }
    }

    /// <summary>
    /// The slot of <paramref name="sequence"/>: for the producer after a claim and before the publication, for a consumer
    /// while it processes that sequence. Nothing checks that the sequence is still, or already, in the slot.
    /// </summary>
    /// <param name="sequence">A sequence, at least 0.</param>
    // The array is a T[]: the constructor makes it and the field is read-only.
    public ref T this[long sequence] => ref Unsafe.As<T[]>(_slots)[_index.Of(sequence)];

    /// <summary>Makes a ring for one producer.</summary>
    /// <param name="eventFactory">Makes the first content of each slot.</param>
    /// <param name="bufferSize">How many slots: a power of two.</param>
    /// <param name="waitStrategy">How consumers wait.</param>
    /// <exception cref="ArgumentException"><paramref name="bufferSize"/> is below 1 or not a power of two.</exception>
    [SuppressMessage("Design", "CA1000", Justification = "The name is Disruptor-net's.")]
    public static ValueRingBuffer<T> CreateSingleProducer(Func<T> eventFactory, int bufferSize, IWaitStrategy waitStrategy) =>
        new(eventFactory, new SingleProducerSequencer(bufferSize, waitStrategy));

    /// <summary>
    /// Claims a slot, waiting while the ring is full, and publishes it when the scope is disposed.
    /// <code>
    /// using (var scope = ring.PublishEvent())
    /// {
    ///     ref var data = ref scope.Event();
    /// }
    /// </code>
    /// An exception inside the <c>using</c> publishes the slot as it stands, half filled, since a claim cannot be taken back
    /// and the consumers would wait for it for ever. Prepare what can fail before the claim, and write every field after it.
    /// </summary>
    /// <exception cref="InvalidOperationException">See <see cref="ISequenced.Next()"/>.</exception>
    public UnpublishedEventScope PublishEvent() => new(this, Next());

    /// <summary>A claimed slot that is published on <see cref="Dispose"/>; to be disposed once, by the claiming thread.</summary>
    public readonly struct UnpublishedEventScope : IDisposable
    {
        private readonly ValueRingBuffer<T> _ring;

        internal UnpublishedEventScope(ValueRingBuffer<T> ring, long sequence)
        {
            _ring = ring;
            Sequence = sequence;
        }

        /// <summary>The claimed sequence.</summary>
        public long Sequence { get; }

        /// <summary>The slot, with the content of an earlier lap.</summary>
        public ref T Event() => ref _ring[Sequence];

        /// <summary>Publishes.</summary>
        public void Dispose() => _ring.Publish(Sequence);
    }
}
