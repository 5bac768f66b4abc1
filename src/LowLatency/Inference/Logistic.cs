namespace LowLatency.Inference;

/// <summary>The one place where a margin becomes a probability; pure, any thread.</summary>
public static class Logistic
{
    /// <summary>
    /// 1 / (1 + e^-margin). A margin that is not finite gives NaN: no model answers so, and NaN passes neither
    /// <c>moon &gt; x</c> nor <c>rug &lt; y</c>, so that a broken answer can never open a position.
    /// </summary>
    /// <param name="margin">Log-odds.</param>
    public static double Probability(double margin) =>
        double.IsFinite(margin) ? 1 / (1 + Math.Exp(-margin)) : double.NaN;
}
