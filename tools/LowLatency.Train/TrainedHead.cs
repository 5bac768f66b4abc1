using LowLatency.Features;
using LowLatency.Train.LightGbm;

namespace LowLatency.Train;

/// <summary>One head as trained: LightGBM's own model, and the calibrated trees that were made of it. One thread at a time.</summary>
/// <param name="Booster">LightGBM's model, uncalibrated; owned.</param>
/// <param name="Calibration">The calibration.</param>
/// <param name="Trees">The trees, calibration folded in.</param>
public sealed record TrainedHead(Booster Booster, PlattScaling Calibration, TreeEnsemble Trees) : IDisposable
{
    /// <summary>
    /// Columns the trees do not learn from: they carry a pool's scale, by which trees know its later rows again, and
    /// generalise worse to other pools than without (docs/foundation.md). They stay in the schema and in the graph's input.
    /// </summary>
    public static IReadOnlyList<int> Unused { get; } = [FeatureSchema.KConstant, FeatureSchema.ReserveRatio, FeatureSchema.VolumeMa5];

    /// <summary>
    /// Fits the trees on some rows and the calibration on others. Where those others lack a class there is nothing to
    /// calibrate with, and the margins stay as they are.
    /// </summary>
    /// <exception cref="TrainingException">LightGBM fails.</exception>
    public static TrainedHead Fit(
        Dataset data, IReadOnlyList<int> train, IReadOnlyList<int> calibrate, IReadOnlyList<bool> labels,
        BoosterParameters parameters, Action<int>? onTree = null)
    {
        Booster booster = Booster.Train(
            Learned(data.Rows(train)), FeatureSchema.Count, [.. train.Select(i => labels[i] ? 1f : 0f)], Weights(train), parameters, onTree);
        try
        {
            TreeEnsemble raw = ModelText.Parse(booster.ToText());
            PlattScaling platt = HasBoth(calibrate, labels)
                ? PlattScaling.Fit(
                    [.. calibrate.Select(i => raw.Margin(data.Row(i)))], [.. calibrate.Select(i => labels[i])], Weights(calibrate))
                : new PlattScaling(1, 0);
            return new TrainedHead(booster, platt, raw.Calibrated(platt.Slope, platt.Intercept));
        }
        catch (TrainingException)
        {
            booster.Dispose();
            throw;
        }

        float[] Weights(IReadOnlyList<int> rows) => [.. rows.Select(i => data.Weight[i])];
    }

    // A column of one value has no split.
    private static float[] Learned(float[] rows)
    {
        for (int start = 0; start < rows.Length; start += FeatureSchema.Count)
        {
            foreach (int column in Unused)
            {
                rows[start + column] = 0;
            }
        }

        return rows;
    }

    /// <summary>Whether both classes are among some rows.</summary>
    public static bool HasBoth(IReadOnlyList<int> rows, IReadOnlyList<bool> labels)
    {
        int positives = rows.Count(i => labels[i]);
        return positives > 0 && positives < rows.Count;
    }

    /// <summary>Frees LightGBM's model.</summary>
    public void Dispose() => Booster.Dispose();
}
