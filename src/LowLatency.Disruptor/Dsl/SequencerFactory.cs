namespace Disruptor.Dsl;

/// <summary>Makes the sequencer of a ring, and knows the defaults. Any thread.</summary>
public static class SequencerFactory
{
    /// <summary>Whoever does not say how many threads publish may publish from any.</summary>
    public static ProducerType DefaultProducerType => ProducerType.Multi;

    /// <summary>Whoever does not say how consumers wait gets ones that cost nothing while nothing happens.</summary>
    public static IWaitStrategy DefaultWaitStrategy() => new BlockingWaitStrategy();

    /// <summary>Makes a sequencer whose consumers block.</summary>
    /// <param name="producerType">How many threads publish.</param>
    /// <param name="bufferSize">How many slots: a power of two.</param>
    /// <exception cref="ArgumentException"><paramref name="bufferSize"/> is below 1 or not a power of two.</exception>
    public static ISequencer Create(ProducerType producerType, int bufferSize) => Create(producerType, bufferSize, DefaultWaitStrategy());

    /// <summary>Makes a sequencer.</summary>
    /// <param name="producerType">How many threads publish.</param>
    /// <param name="bufferSize">How many slots: a power of two.</param>
    /// <param name="waitStrategy">How consumers wait.</param>
    /// <exception cref="ArgumentException"><paramref name="bufferSize"/> is below 1 or not a power of two.</exception>
    public static ISequencer Create(ProducerType producerType, int bufferSize, IWaitStrategy waitStrategy) => producerType switch
    {
        ProducerType.Single => new SingleProducerSequencer(bufferSize, waitStrategy),
        ProducerType.Multi => new MultiProducerSequencer(bufferSize, waitStrategy),
        _ => throw Unknown(producerType),
    };

    internal static ISequencer Create(ProducerType producerType, int bufferSize, IWaitStrategy waitStrategy, SlotStamps stamps) => producerType switch
    {
        ProducerType.Single => new SingleProducerSequencer(bufferSize, waitStrategy, stamps),
        ProducerType.Multi => new MultiProducerSequencer(bufferSize, waitStrategy, stamps),
        _ => throw Unknown(producerType),
    };

    private static ArgumentOutOfRangeException Unknown(ProducerType producerType) =>
        new(nameof(producerType), producerType, "One producer or many.");
}
