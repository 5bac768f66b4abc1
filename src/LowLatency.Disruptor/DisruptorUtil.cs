using System.Numerics;
using Disruptor.Processing;

namespace Disruptor;

/// <summary>Small calculations around rings.</summary>
public static class DisruptorUtil
{
    /// <summary>The smallest size of a ring, at least 2, that holds <paramref name="x"/> slots.</summary>
    /// <param name="x">How many slots, up to 2^30.</param>
    public static int CeilingNextPowerOfTwo(int x) => x <= 2 ? 2 : (int)BitOperations.RoundUpToPowerOf2((uint)x);

    /// <summary>The smallest of <paramref name="sequences"/> and <paramref name="minimum"/>.</summary>
    /// <param name="sequences">The sequences.</param>
    /// <param name="minimum">The result if there are none or all are greater.</param>
    public static long GetMinimumSequence(Sequence[] sequences, long minimum = long.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        foreach (var sequence in sequences)
        {
            minimum = Math.Min(minimum, sequence.Value);
        }

        return minimum;
    }

    /// <summary>The sequences of <paramref name="processors"/>, in their order.</summary>
    /// <param name="processors">The processors.</param>
    public static Sequence[] GetSequencesFor(params IEventProcessor[] processors) => Array.ConvertAll(processors, p => p.Sequence);
}
