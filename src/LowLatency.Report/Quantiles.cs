namespace LowLatency.Report;

/// <summary>Quantiles of sorted values, linear between the two nearest (R's type 7). Pure; any thread.</summary>
public static class Quantiles
{
    /// <summary>The quantile <paramref name="q"/> (0 to 1) of <paramref name="sorted"/>, infinite values among them; null of nothing.</summary>
    public static double? Of(ReadOnlySpan<double> sorted, double q)
    {
        if (sorted.IsEmpty)
        {
            return null;
        }

        double rank = q * (sorted.Length - 1);
        double below = sorted[(int)rank], above = sorted[(int)Math.Ceiling(rank)];

        // Equal neighbours give themselves: the difference of infinite ones is no number.
        return below == above ? below : below + ((rank - (int)rank) * (above - below));
    }
}
