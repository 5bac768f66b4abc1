namespace Disruptor;

/// <summary>Tells which of the claimed sequences have been published.</summary>
public interface IPublishedSequenceReader
{
    /// <summary>The highest sequence up to which everything is published. Any thread.</summary>
    /// <param name="nextSequence">The first sequence asked about.</param>
    /// <param name="availableSequence">The last sequence asked about.</param>
    /// <returns>From <paramref name="nextSequence"/> - 1 (nothing) to <paramref name="availableSequence"/> (all, or nothing was asked).</returns>
    long GetHighestPublishedSequence(long nextSequence, long availableSequence);
}
