using LowLatency.Features;
using LowLatency.Inference;
using LowLatency.Simulation;
using LowLatency.Storage;
using LowLatency.Train.LightGbm;

namespace LowLatency.Train.Compare;

/// <summary>One figure of a world and where it should lie.</summary>
/// <param name="Name">What is measured.</param>
/// <param name="Value">The figure; null where the world does not have it.</param>
/// <param name="Low">Lowest accepted value.</param>
/// <param name="High">Highest accepted value.</param>
public sealed record BandFigure(string Name, double? Value, double Low, double High)
{
    /// <summary>Whether the figure lies in its band.</summary>
    public bool Holds => Value >= Low && Value <= High;
}

/// <summary>The bands of learning.md, section 9: a world is neither trivial nor hopeless. A function of its arguments.</summary>
public static class Acceptance
{
    /// <summary>
    /// How often <c>accept</c> shuffles: one deal's ROC-AUC, over the 880 rugs in the test block of 400,000 realistic rows,
    /// strays by .008 (in half of the deals calibration finds no rising slope and it is .5), the mean of five by .004, which
    /// a band of .01 needs.
    /// </summary>
    public const int Deals = 5;

    /// <summary>
    /// Measures <paramref name="rows"/>, of a world in which the features tell something (<paramref name="informative"/>)
    /// or nothing: models trained on its first 80 % are asked about the rest, <paramref name="deals"/> times more with all labels dealt out anew.
    /// </summary>
    /// <exception cref="TrainingException">The rows do not suffice to train.</exception>
    public static IReadOnlyList<BandFigure> Of(IEnumerable<RecordedRow> rows, bool informative, BoosterParameters parameters, ulong seed, int deals = Deals)
    {
        FeatureRow[] table = FeatureTable.Build(rows);
        FeatureRow[] labelled = [.. table.Where(static r => r.SegmentObservations >= FeatureSchema.MinObservations && r.Label.IsLabelled)];
        int[] order = [.. Enumerable.Range(0, labelled.Length)];
        ModelManifest honest = Train(labelled, order, parameters);
        SeededRandom random = new(seed);
        ModelManifest[] dealt = new ModelManifest[deals];
        for (int i = 0; i < deals; i++)
        {
            Shuffle(order, random);
            dealt[i] = Train(labelled, order, parameters);
        }

        List<BandFigure> figures =
        [
            new("moon ROC-AUC", honest.Moon.Test.RocAuc, informative ? 0.72 : 0.45, informative ? 0.85 : 0.55),
            new("rug ROC-AUC", honest.Rug.Test.RocAuc, informative ? 0.62 : 0.45, informative ? 0.80 : 0.55),
            new("moon ROC-AUC, labels shuffled", dealt.Average(static d => d.Moon.Test.RocAuc), 0.49, 0.51),
            new("rug ROC-AUC, labels shuffled", dealt.Average(static d => d.Rug.Test.RocAuc), 0.49, 0.51),
        ];
        if (informative)
        {
            figures.Add(new("random entries succeed", EntryTrial.Random(table).Success, 0.25, 0.38));
            figures.Add(new("momentum entries succeed", EntryTrial.Momentum(table).Success, 0.48, 0.58));
        }

        return figures;
    }

    private static ModelManifest Train(FeatureRow[] rows, int[] labelOf, BoosterParameters parameters)
    {
        DatasetBuilder builder = new();
        for (int i = 0; i < rows.Length; i++)
        {
            ClosedHorizon label = rows[labelOf[i]].Label;
            builder.Add(rows[i].PoolId, rows[i].Update.TimestampMs, rows[i].Label.EndMs, rows[i].Features, label.WillMoon, label.WillRug);
        }

        return FoundationTrainer.Train(builder.Build(), parameters, "v0", "accept").Manifest;
    }

    private static void Shuffle(int[] order, SeededRandom random)
    {
        for (int i = order.Length - 1; i > 0; i--)
        {
            int other = random.Between(0, i);
            (order[i], order[other]) = (order[other], order[i]);
        }
    }
}
