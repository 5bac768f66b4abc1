using LowLatency.Features;
using LowLatency.Report;

namespace LowLatency.Train.Evaluation;

/// <summary>
/// What the trees have to beat, fitted on the same rows: the base rate; the <see cref="MomentumRule"/> with the rate where it fires and where it does not; a logistic regression. Immutable; any thread.
/// </summary>
/// <param name="Rate">The base rate.</param>
/// <param name="RateWhereFires">The rate where the momentum rule fires.</param>
/// <param name="RateElsewhere">The rate where it does not.</param>
/// <param name="Logistic">The logistic regression.</param>
public sealed record Baselines(double Rate, double RateWhereFires, double RateElsewhere, LogisticRegression Logistic)
{
    /// <summary>Fits on some rows of a dataset. Rates are pulled in from 0 and 1 by a row, so that none is certain.</summary>
    public static Baselines Fit(Dataset data, IReadOnlyList<int> rows, IReadOnlyList<bool> labels) => new(
        RateOf(rows, labels),
        RateOf([.. rows.Where(i => Fires(data.Row(i)))], labels),
        RateOf([.. rows.Where(i => !Fires(data.Row(i)))], labels),
        LogisticRegression.Fit(
            data.Rows(rows), FeatureSchema.Count, [.. rows.Select(i => labels[i])], [.. rows.Select(i => data.Weight[i])]));

    /// <summary>Whether the momentum rule fires; never where a feature is missing.</summary>
    public static bool Fires(ReadOnlySpan<float> row) =>
        MomentumRule.Fires(row[FeatureSchema.PriceChange10], row[FeatureSchema.ConsecutiveGains]);

    /// <summary>Each baseline's name and probability for a row.</summary>
    public IEnumerable<(string Name, Func<int, double> Probability)> Models(Dataset data)
    {
        yield return ("constant", _ => Rate);
        yield return ("momentum rule", i => Fires(data.Row(i)) ? RateWhereFires : RateElsewhere);
        yield return ("logistic", i => Logistic.Probability(data.Row(i)));
    }

    private static double RateOf(IReadOnlyList<int> rows, IReadOnlyList<bool> labels) =>
        (rows.Count(i => labels[i]) + 1.0) / (rows.Count + 2.0);
}
