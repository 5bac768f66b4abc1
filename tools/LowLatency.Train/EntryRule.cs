using LowLatency.Inference;

namespace LowLatency.Train;

/// <summary>The seed's entry rule, and what it takes. Pure; any thread.</summary>
public static class EntryRule
{
    /// <summary>The moon probability must be above it.</summary>
    public const double MoonAbove = 0.7;

    /// <summary>The rug probability must be below it.</summary>
    public const double RugBelow = 0.3;

    /// <summary>Whether the rule enters.</summary>
    public static bool Enters(double moon, double rug) => moon > MoonAbove && rug < RugBelow;

    /// <summary>What the rule takes.</summary>
    public static EntryRuleMetrics Measure(
        ReadOnlySpan<double> moon, ReadOnlySpan<double> rug, ReadOnlySpan<bool> moons, ReadOnlySpan<bool> rugs)
    {
        int rows = 0;
        int right = 0;
        int rugged = 0;
        for (int i = 0; i < moon.Length; i++)
        {
            if (Enters(moon[i], rug[i]))
            {
                rows++;
                right += moons[i] ? 1 : 0;
                rugged += rugs[i] ? 1 : 0;
            }
        }

        return new EntryRuleMetrics(
            MoonAbove, RugBelow, rows, (double)rows / moon.Length,
            rows == 0 ? null : (double)right / rows, rows == 0 ? null : (double)rugged / rows);
    }
}
