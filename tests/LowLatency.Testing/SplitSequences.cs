using System.Buffers;

namespace LowLatency.Testing;

/// <summary>Byte sequences cut into segments, for trying every input at every split.</summary>
public static class SplitSequences
{
    /// <summary>The bytes as segments that end at each of <paramref name="cuts"/> (ascending).</summary>
    public static ReadOnlySequence<byte> Cut(byte[] bytes, params int[] cuts)
    {
        Segment first = new(bytes.AsMemory(0, cuts.Length == 0 ? bytes.Length : cuts[0]), 0);
        Segment last = first;
        for (int i = 0; i < cuts.Length; i++)
        {
            int end = i + 1 < cuts.Length ? cuts[i + 1] : bytes.Length;
            last = last.Append(bytes.AsMemory(cuts[i], end - cuts[i]));
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    /// <summary>Whole, every two-way cut, and one byte a segment.</summary>
    public static IEnumerable<ReadOnlySequence<byte>> All(byte[] bytes)
    {
        yield return Cut(bytes);
        for (int at = 1; at < bytes.Length; at++)
        {
            yield return Cut(bytes, at);
        }

        yield return Cut(bytes, [.. Enumerable.Range(1, Math.Max(0, bytes.Length - 1))]);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long runningIndex)
        {
            Memory = memory;
            RunningIndex = runningIndex;
        }

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            Segment next = new(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
