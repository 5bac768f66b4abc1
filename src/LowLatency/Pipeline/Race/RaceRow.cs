namespace LowLatency.Pipeline.Race;

/// <summary>
/// What makes two rows of two endpoints the same one. The status belongs to it: a pool that is switched off without a swap
/// keeps its reserves.
/// </summary>
/// <param name="Pool">Index of the pool.</param>
/// <param name="Order">What rises from one row of a pool to the next: Unix milliseconds of a snapshot, the slot of a node's observation.</param>
/// <param name="Base">The base reserve: the bits of a snapshot's number, or atoms.</param>
/// <param name="Quote">The quote reserve, alike.</param>
/// <param name="Status">The pool's status; -1 where the feed does not say.</param>
public readonly record struct RaceRow(int Pool, long Order, ulong Base, ulong Quote, int Status)
{
    // Fixed constants: the same rows meet in the same buckets in every process.
    internal uint Hash()
    {
        ulong hash = ((ulong)Order ^ ((ulong)(uint)Pool << 32)) * 0x9E3779B97F4A7C15;
        hash = (hash ^ (hash >> 29) ^ Base) * 0xBF58476D1CE4E5B9;
        hash = (hash ^ (hash >> 32) ^ Quote ^ (uint)Status) * 0x94D049BB133111EB;
        return (uint)(hash >> 32);
    }
}

/// <summary>What a row is in the race.</summary>
public enum RaceVerdict : byte
{
    /// <summary>Nobody has told it: it is to be published.</summary>
    First,

    /// <summary>Another endpoint has told it, or this one on an earlier connection.</summary>
    Copy,

    /// <summary>Nobody has told it, but another endpoint has told what comes after it.</summary>
    Late,
}
