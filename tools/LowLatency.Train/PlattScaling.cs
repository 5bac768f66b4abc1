using LowLatency.Inference;

namespace LowLatency.Train;

/// <summary>
/// Platt's calibration: the slope and intercept for which sigmoid(slope * margin + intercept) has the least weighted
/// log-loss with slope >= 0. Targets are Platt's, pulled in from 0 and 1 by one row's worth, so that separable data has a
/// finite answer. A head whose ranking is worse than chance gets slope 0, the base rate: it is never turned round. Pure.
/// </summary>
/// <param name="Slope">Multiplies the margin.</param>
/// <param name="Intercept">Added to it.</param>
public sealed record PlattScaling(double Slope, double Intercept)
{
    private const int MaxSteps = 100;
    private const double SmallestGain = 1e-12;

    /// <summary>Fits by Newton's method with step halving; deterministic.</summary>
    /// <exception cref="TrainingException">Only one class is present.</exception>
    public static PlattScaling Fit(ReadOnlySpan<double> margins, ReadOnlySpan<bool> labels, ReadOnlySpan<float> weights)
    {
        (double positive, double negative) = TargetsOf(labels, weights);

        // From the base rate, where no probability is saturated and the curvature is real whatever the margins are.
        PlattScaling constant = Constant(labels, weights, positive, negative);
        PlattScaling current = constant;
        double loss = current.Loss(margins, labels, weights, positive, negative);
        for (int step = 0; step < MaxSteps; step++)
        {
            (double slope, double intercept) = current.NewtonStep(margins, labels, weights, positive, negative);
            PlattScaling next = current;
            double nextLoss = double.PositiveInfinity;
            for (double size = 1; size > 1e-10 && !(nextLoss < loss); size /= 2)
            {
                next = new PlattScaling(current.Slope - (size * slope), current.Intercept - (size * intercept));
                nextLoss = next.Loss(margins, labels, weights, positive, negative);
            }

            if (!(nextLoss < loss))
            {
                break;
            }

            double gain = loss - nextLoss;
            (current, loss) = (next, nextLoss);
            if (gain < SmallestGain * loss)
            {
                break;
            }
        }

        return current.Slope > 0 ? current : constant;
    }

    /// <summary>What is minimised: the weighted mean log-loss against the two targets.</summary>
    public double Loss(
        ReadOnlySpan<double> margins, ReadOnlySpan<bool> labels, ReadOnlySpan<float> weights, double positive, double negative)
    {
        double sum = 0;
        double total = 0;
        for (int i = 0; i < margins.Length; i++)
        {
            double z = (Slope * margins[i]) + Intercept;
            double target = labels[i] ? positive : negative;

            // -t ln p - (1 - t) ln(1 - p), written so that it neither overflows nor loses digits.
            sum += weights[i] * (Math.Max(z, 0) - (z * target) + Math.Log(1 + Math.Exp(-Math.Abs(z))));
            total += weights[i];
        }

        return sum / total;
    }

    /// <summary>Platt's targets for the two classes.</summary>
    public static (double Positive, double Negative) TargetsOf(ReadOnlySpan<bool> labels, ReadOnlySpan<float> weights)
    {
        double positives = 0;
        double negatives = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            (positives, negatives) = labels[i] ? (positives + weights[i], negatives) : (positives, negatives + weights[i]);
        }

        return positives > 0 && negatives > 0
            ? ((positives + 1) / (positives + 2), 1 / (negatives + 2))
            : throw new TrainingException("the calibration block holds only one class: record for longer");
    }

    // The best answer of slope 0: the log-odds of the mean target.
    private static PlattScaling Constant(ReadOnlySpan<bool> labels, ReadOnlySpan<float> weights, double positive, double negative)
    {
        double sum = 0;
        double total = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            sum += weights[i] * (labels[i] ? positive : negative);
            total += weights[i];
        }

        return new PlattScaling(0, Math.Log(sum / (total - sum)));
    }

    private (double Slope, double Intercept) NewtonStep(
        ReadOnlySpan<double> margins, ReadOnlySpan<bool> labels, ReadOnlySpan<float> weights, double positive, double negative)
    {
        // A ridge of 1e-12 keeps the 2x2 system solvable where all margins are equal.
        double ga = 0, gb = 0, haa = 1e-12, hab = 0, hbb = 1e-12;
        for (int i = 0; i < margins.Length; i++)
        {
            double p = Logistic.Probability((Slope * margins[i]) + Intercept);
            double residual = weights[i] * (p - (labels[i] ? positive : negative));
            double curvature = weights[i] * p * (1 - p);
            ga += residual * margins[i];
            gb += residual;
            haa += curvature * margins[i] * margins[i];
            hab += curvature * margins[i];
            hbb += curvature;
        }

        double determinant = (haa * hbb) - (hab * hab);
        return (((hbb * ga) - (hab * gb)) / determinant, ((haa * gb) - (hab * ga)) / determinant);
    }
}
