namespace LowLatency.Train.Compare;

/// <summary>Quantiles of sorted values, linear between the two nearest (R's type 7).</summary>
public static class Quantiles
{
    /// <summary>The quantile <paramref name="q"/> (0 to 1) of <paramref name="sorted"/>; null of nothing.</summary>
    public static double? Of(double[] sorted, double q)
    {
        if (sorted.Length == 0)
        {
            return null;
        }

        double at = q * (sorted.Length - 1);
        int below = (int)at;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((sorted[above] - sorted[below]) * (at - below));
    }
}
