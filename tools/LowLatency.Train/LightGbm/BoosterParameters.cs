using System.Globalization;

namespace LowLatency.Train.LightGbm;

/// <summary>
/// Shape and seed of a training run. Immutable. 64 trees of 16 leaves fit no worse than 100 of 31 on generated pools, and
/// answer in two thirds of the time.
/// </summary>
/// <param name="Trees">Boosting rounds.</param>
/// <param name="Leaves">Largest number of leaves of a tree; at most 64, so that a tree fits one machine word of leaves.</param>
/// <param name="LearningRate">Shrinkage of each tree.</param>
/// <param name="MinRowsInLeaf">Smallest leaf. Labels overlap tenfold: 200 rows are about 20 independent ones.</param>
/// <param name="Seed">Seed of everything LightGBM draws.</param>
public sealed record BoosterParameters(
    int Trees = 64, int Leaves = 16, double LearningRate = 0.1, int MinRowsInLeaf = 200, int Seed = 1)
{
    /// <summary>As LightGBM reads them. No class weights: they wreck the calibration.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"objective=binary num_iterations={Trees} num_leaves={Leaves} learning_rate={LearningRate} min_data_in_leaf={MinRowsInLeaf} "
        + $"seed={Seed} num_threads=1 deterministic=true force_row_wise=true use_missing=true zero_as_missing=false verbosity=-1");
}
