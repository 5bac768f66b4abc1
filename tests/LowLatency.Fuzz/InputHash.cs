namespace LowLatency.Fuzz;

/// <summary>Numbers that follow from an input alone: where a target has a choice, the input makes it.</summary>
internal struct InputHash(ReadOnlySpan<byte> input)
{
    private const ulong FnvPrime = 1_099_511_628_211;

    private ulong _state = Fold(input);

    /// <summary>From 0 to <paramref name="limit"/> - 1.</summary>
    public int Next(int limit)
    {
        // SplitMix64.
        _state += 0x9E3779B97F4A7C15;
        ulong z = (_state ^ (_state >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (int)((z ^ (z >> 31)) % (ulong)limit);
    }

    public static ulong Fold(ReadOnlySpan<byte> input)
    {
        ulong hash = 14_695_981_039_346_656_037;
        foreach (byte b in input)
        {
            hash = (hash ^ b) * FnvPrime;
        }

        return hash;
    }
}
