namespace Disruptor;

/// <summary>
/// What a consumer waits for: the consumers before it or, if there are none, the cursor. Any thread; never changes.
/// </summary>
public sealed class DependentSequenceGroup
{
    private readonly Sequence _cursor;
    private readonly Sequence[] _sequences;

    /// <summary>Makes a group.</summary>
    /// <param name="cursor">The producer's position.</param>
    /// <param name="dependentSequences">The positions of the consumers before; none means the cursor.</param>
    public DependentSequenceGroup(Sequence cursor, params Sequence[] dependentSequences)
    {
        ArgumentNullException.ThrowIfNull(cursor);
        ArgumentNullException.ThrowIfNull(dependentSequences);
        _cursor = cursor;
        _sequences = dependentSequences.Length == 0 ? [cursor] : [.. dependentSequences];
    }

    /// <summary>Whether the group waits for the producer alone.</summary>
    public bool DependsOnCursor => _sequences.Length == 1 && ReferenceEquals(_sequences[0], _cursor);

    /// <summary>How many sequences are waited for.</summary>
    public int DependentSequenceCount => _sequences.Length;

    /// <summary>The producer's position.</summary>
    public long CursorValue => _cursor.Value;

    /// <summary>The position of the slowest: everything up to it may be read. An acquire read of each.</summary>
    public long Value => Sequence.Minimum(_sequences, long.MaxValue);
}
