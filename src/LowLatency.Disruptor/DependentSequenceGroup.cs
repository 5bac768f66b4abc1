namespace Disruptor;

/// <summary>
/// What a consumer waits for: the consumers before it or, if there are none, the cursor. Any thread; only the tag changes.
/// </summary>
public sealed class DependentSequenceGroup
{
    private readonly Sequence _cursor;
    private readonly Sequence[] _sequences;
    private readonly SlotStamps _stamps;

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

    /// <summary>Makes a group of a ring that stamps its slots.</summary>
    internal DependentSequenceGroup(Sequence cursor, SlotStamps stamps, Sequence[] dependentSequences)
        : this(cursor, dependentSequences) => _stamps = DependsOnCursor ? stamps : default;

    /// <summary>Whether the group waits for the producer alone.</summary>
    public bool DependsOnCursor => _sequences.Length == 1 && ReferenceEquals(_sequences[0], _cursor);

    /// <summary>How many sequences are waited for.</summary>
    public int DependentSequenceCount => _sequences.Length;

    /// <summary>The producer's position.</summary>
    public long CursorValue => _cursor.Value;

    /// <summary>
    /// The position of the slowest. An acquire read of each. Behind other consumers everything up to it may be read; behind
    /// several producers it is what they have claimed, of which some may not be published yet.
    /// </summary>
    public long Value
    {
        get
        {
            // The common group has one member, and its consumer polls this.
            var minimum = _sequences[0].Value;
            for (var i = 1; i < _sequences.Length; i++)
            {
                minimum = Math.Min(minimum, _sequences[i].Value);
            }

            return minimum;
        }
    }

    /// <summary>Any mark a wait strategy wants to find again, such as <see cref="HybridSpinWaitStrategy.AggressiveSpinWaitTag"/>.</summary>
    public object? Tag { get; set; }

    /// <summary>The stamps to go by, where the group waits for the producer of a ring that stamps its slots.</summary>
    internal SlotStamps Stamps => _stamps;

    /// <summary>Whether both groups wait for the same sequences of the same ring, in the same order.</summary>
    /// <param name="dependentSequenceGroup">The other group.</param>
    public bool HasSameDependencies(DependentSequenceGroup dependentSequenceGroup) =>
        ReferenceEquals(_cursor, dependentSequenceGroup._cursor) && _sequences.AsSpan().SequenceEqual(dependentSequenceGroup._sequences);

    /// <summary>Whether all that is waited for is the producer or among <paramref name="consumers"/>.</summary>
    internal bool AreAmong(List<Sequence> consumers) =>
        Array.TrueForAll(_sequences, s => ReferenceEquals(s, _cursor) || consumers.Contains(s));

    /// <summary>
    /// What a waiting thread polls: at least <paramref name="sequence"/> once that may be read, by the line that also brings
    /// the event where there is one. How much more there is, is told by <see cref="SequenceBarrier.Look"/>.
    /// </summary>
    internal long Poll(long sequence) => _stamps.Exist ? _stamps.Get(sequence) : Value;

    /// <summary>Whether producers have published <paramref name="sequence"/>, whatever other consumers do: what a signal of theirs tells.</summary>
    internal bool IsPublished(long sequence) => (_stamps.Exist ? _stamps.Get(sequence) : CursorValue) >= sequence;
}
