namespace LowLatency.Report;

/// <summary>What the models have to beat: up more than 8 % in ten observations, and three gains in a row. Pure; any thread.</summary>
public static class MomentumRule
{
    /// <summary>Whether it fires; never where a feature is missing (NaN).</summary>
    public static bool Fires(double priceChange10, double consecutiveGains) => priceChange10 > 0.08 && consecutiveGains >= 3;
}
