namespace Disruptor;

/// <summary>Claims slots and publishes them. Unless said otherwise a member is for the producer only.</summary>
public interface ISequenced
{
    /// <summary>How many slots there are: a power of two. Any thread.</summary>
    int BufferSize { get; }

    /// <summary>Whether <paramref name="requiredCapacity"/> slots could be claimed now without waiting.</summary>
    /// <param name="requiredCapacity">Number of slots.</param>
    bool HasAvailableCapacity(int requiredCapacity);

    /// <summary>Slots that are neither claimed nor waiting for a consumer. Any thread; a snapshot.</summary>
    long GetRemainingCapacity();

    /// <summary>Claims the next slot; waits while the ring is full.</summary>
    /// <returns>The sequence to fill and then to publish.</returns>
    /// <exception cref="InvalidOperationException">The wait could never end, or the graph has failed (the cause is the inner exception).</exception>
    long Next();

    /// <summary>Claims the next <paramref name="n"/> slots; waits while fewer are free.</summary>
    /// <param name="n">From 1 to <see cref="BufferSize"/>.</param>
    /// <returns>The highest of the claimed sequences; the lowest is <paramref name="n"/> - 1 below it.</returns>
    /// <exception cref="ArgumentException"><paramref name="n"/> is out of range.</exception>
    /// <exception cref="InvalidOperationException">The wait could never end, or the graph has failed (the cause is the inner exception).</exception>
    long Next(int n);

    /// <summary>Claims the next slot if there is one.</summary>
    /// <param name="sequence">The claimed sequence; 0 if there was no room.</param>
    /// <returns>False if the ring is full: nothing is claimed.</returns>
    /// <exception cref="InvalidOperationException">The graph has failed: there will never be room again.</exception>
    bool TryNext(out long sequence);

    /// <summary>Claims the next <paramref name="n"/> slots if there are as many.</summary>
    /// <param name="n">From 1 to <see cref="BufferSize"/>.</param>
    /// <param name="sequence">The highest claimed sequence; 0 if there was no room.</param>
    /// <returns>False if fewer are free: nothing is claimed.</returns>
    /// <exception cref="ArgumentException"><paramref name="n"/> is out of range.</exception>
    /// <exception cref="InvalidOperationException">The graph has failed: there will never be room again.</exception>
    bool TryNext(int n, out long sequence);

    /// <summary>Hands <paramref name="sequence"/> to the consumers; of a single producer also every claimed one below it.</summary>
    /// <param name="sequence">A claimed sequence.</param>
    void Publish(long sequence);

    /// <summary>Hands the claimed sequences <paramref name="lo"/> to <paramref name="hi"/> to the consumers.</summary>
    /// <param name="lo">The lowest.</param>
    /// <param name="hi">The highest.</param>
    void Publish(long lo, long hi);
}
