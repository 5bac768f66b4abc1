namespace LowLatency.Simulation;

/// <summary>
/// xoshiro256** seeded by SplitMix64. Only integer arithmetic and correctly rounded operations, so that a seed gives the
/// same numbers on every machine. Not thread-safe.
/// </summary>
public sealed class SeededRandom
{
    private const double UnitOfDouble = 1.0 / (1UL << 53);
    private const int UniformsPerNormal = 12;

    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;

    /// <summary>Starts the sequence of <paramref name="seed"/>.</summary>
    public SeededRandom(ulong seed)
    {
        _s0 = SplitMix(ref seed);
        _s1 = SplitMix(ref seed);
        _s2 = SplitMix(ref seed);
        _s3 = SplitMix(ref seed);
    }

    /// <summary>64 uniform bits.</summary>
    public ulong NextBits()
    {
        ulong result = ulong.RotateLeft(_s1 * 5, 7) * 9;
        ulong t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = ulong.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>Uniform in [0, 1).</summary>
    public double Uniform() => (NextBits() >> 11) * UnitOfDouble;

    /// <summary>Uniform in [low, high).</summary>
    public double Uniform(double low, double high) => low + ((high - low) * Uniform());

    /// <summary>Uniform integer in [low, high].</summary>
    public int Between(int low, int high) => low + (int)((high - low + 1) * Uniform());

    /// <summary>True with <paramref name="probability"/>.</summary>
    public bool Chance(double probability) => Uniform() < probability;

    /// <summary>Near enough to a standard normal, bounded by 6: the sum of twelve uniforms less six.</summary>
    public double Normal()
    {
        double sum = -UniformsPerNormal / 2.0;
        for (int i = 0; i < UniformsPerNormal; i++)
        {
            sum += Uniform();
        }

        return sum;
    }

    private static ulong SplitMix(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        ulong z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
