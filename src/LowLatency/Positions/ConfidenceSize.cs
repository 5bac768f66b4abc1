namespace LowLatency.Positions;

/// <summary>
/// The size that the models' probabilities are worth (learning.md 7), before any factor and cap. Pure.
/// </summary>
/// <remarks>
/// With q lamports out of equity W in a pool of Y lamports a trade is expected to bring q mu, to cost 2 q^2 / Y of impact (bought
/// and sold against reserves that do not remember us), and to vary by q^2 v. The greatest of q mu - 2 q^2 / Y - q^2 v / (2 k W),
/// with k the share of Kelly's fraction, is q = 1 / (1 / (k W mu / v) + 1 / (mu Y / 4)).
/// </remarks>
internal static class ConfidenceSize
{
    /// <summary>Standard error of a foundation's log-odds: what calibration leaves. Spec.</summary>
    public const double LogitError = 0.15;

    private const double KellyShare = 0.25;
    private const double Clip = 1e-6;

    /// <summary>Lamports to spend; 0 where no gain is to be expected at the probabilities' careful ends.</summary>
    public static double Decide(double moon, double rug, Payoffs pays, double equity, double poolLamports)
    {
        Edge edge = Edge.Of(moon, rug, pays);
        if (!(edge.Mean > 0))
        {
            return 0;
        }

        double kelly = KellyShare * edge.Trust * equity * edge.Mean / edge.Square;
        double impact = edge.Mean * poolLamports / 4;
        return 1 / ((1 / kelly) + (1 / impact));
    }

    /// <summary>What a trade of size one is expected to bring.</summary>
    /// <param name="Mean">Mu: expected return with moon at its lower and rug at its upper end.</param>
    /// <param name="Square">v: expected squared return.</param>
    /// <param name="ErrorSquare">tau^2: squared standard error of the mean.</param>
    internal readonly record struct Edge(double Mean, double Square, double ErrorSquare)
    {
        /// <summary>The share of a mean known with this error that has the least expected squared error itself.</summary>
        public double Trust => Mean * Mean / ((Mean * Mean) + ErrorSquare);

        public static Edge Of(double moon, double rug, Payoffs pays)
        {
            double moonLow = Sigmoid(Logit(moon) - LogitError);
            double rugHigh = Sigmoid(Logit(rug) + LogitError);
            double neither = Math.Max(0, 1 - moonLow - rugHigh);
            double a = pays.Gain, l = pays.Loss, s = pays.Noise;
            double moonError = moon * (1 - moon) * LogitError * (a + s);
            double rugError = rug * (1 - rug) * LogitError * (l - s);
            return new Edge(
                (moonLow * a) - (rugHigh * l) - (neither * s) - pays.Cost,
                (moonLow * a * a) + (rugHigh * l * l) + (neither * s * s),
                (moonError * moonError) + (rugError * rugError));
        }
    }

    private static double Logit(double p)
    {
        double clipped = Math.Clamp(p, Clip, 1 - Clip);
        return Math.Log(clipped / (1 - clipped));
    }

    private static double Sigmoid(double z) => 1 / (1 + Math.Exp(-z));
}
