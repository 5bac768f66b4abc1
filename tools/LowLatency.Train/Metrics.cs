using LowLatency.Inference;

namespace LowLatency.Train;

/// <summary>Measures of probabilities against outcomes. Pure; any thread.</summary>
public static class Metrics
{
    private const double SmallestProbability = 1e-15;

    /// <summary>Every measure of one head.</summary>
    /// <exception cref="ArgumentException">A probability is NaN.</exception>
    public static ClassifierMetrics Of(ReadOnlySpan<double> probabilities, ReadOnlySpan<bool> outcomes)
    {
        if (probabilities.ContainsAnyExceptInRange(0, 1))
        {
            throw new ArgumentException("a probability is not between 0 and 1", nameof(probabilities));
        }

        double logLoss = 0;
        double brier = 0;
        int positives = 0;
        for (int i = 0; i < outcomes.Length; i++)
        {
            double p = probabilities[i];
            double y = outcomes[i] ? 1 : 0;
            logLoss -= Math.Log(Math.Max(outcomes[i] ? p : 1 - p, SmallestProbability));
            brier += (p - y) * (p - y);
            positives += outcomes[i] ? 1 : 0;
        }

        (double? roc, double? pr) = Areas(probabilities, outcomes, positives);
        return new ClassifierMetrics(
            logLoss / outcomes.Length, Entropy((double)positives / outcomes.Length), brier / outcomes.Length, roc, pr);
    }

    /// <summary>What the seed's entry rule takes.</summary>
    public static EntryRuleMetrics OfEntryRule(
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
            EntryMoonAbove, EntryRugBelow, rows, (double)rows / moon.Length,
            rows == 0 ? null : (double)right / rows, rows == 0 ? null : (double)rugged / rows);
    }

    /// <summary>The seed's rule: the moon probability must be above it.</summary>
    public const double EntryMoonAbove = 0.7;

    /// <summary>The seed's rule: the rug probability must be below it.</summary>
    public const double EntryRugBelow = 0.3;

    /// <summary>The seed's rule.</summary>
    public static bool Enters(double moon, double rug) => moon > EntryMoonAbove && rug < EntryRugBelow;

    // Descending by probability, tie groups taken as one step: the value of a tie does not depend on the rows' order.
    private static (double? Roc, double? Pr) Areas(ReadOnlySpan<double> probabilities, ReadOnlySpan<bool> outcomes, int positives)
    {
        double[] keys = probabilities.ToArray();
        bool[] sorted = outcomes.ToArray();
        Array.Sort(keys, sorted);
        long negatives = outcomes.Length - positives;
        double pairs = 0;
        double precisionSum = 0;
        long truePositives = 0;
        long falsePositives = 0;
        for (int i = keys.Length - 1; i >= 0;)
        {
            int tiePositives = 0;
            int tieNegatives = 0;
            for (double tie = keys[i]; i >= 0 && keys[i] == tie; i--)
            {
                (tiePositives, tieNegatives) = sorted[i] ? (tiePositives + 1, tieNegatives) : (tiePositives, tieNegatives + 1);
            }

            pairs += tieNegatives * (truePositives + (tiePositives / 2.0));
            truePositives += tiePositives;
            falsePositives += tieNegatives;
            precisionSum += tiePositives * ((double)truePositives / (truePositives + falsePositives));
        }

        return (positives == 0 || negatives == 0 ? null : pairs / positives / negatives,
            positives == 0 ? null : precisionSum / positives);
    }

    private static double Entropy(double rate) =>
        rate is 0 or 1 ? 0 : -(rate * Math.Log(rate)) - ((1 - rate) * Math.Log(1 - rate));
}
