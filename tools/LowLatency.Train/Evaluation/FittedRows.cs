using System.Globalization;
using LowLatency.Features;
using LowLatency.Inference;
using LowLatency.Train.LightGbm;

namespace LowLatency.Train.Evaluation;

/// <summary>
/// The first recording of a dataset cut into fit and test, the others test as a whole: none of their pools was fitted on.
/// One thread at a time.
/// </summary>
public sealed class FittedRows
{
    private const string TrainPart = "train";
    private const string CalibratePart = "calibrate";

    private readonly Dataset _data;
    private readonly BlockSplit _split;
    private readonly List<(string Name, int[] Rows)> _parts;
    private readonly Dictionary<string, TreeEnsemble> _trees = [];

    /// <summary>Cuts.</summary>
    /// <param name="data">Labelled rows.</param>
    /// <param name="testAfter">Share of the first recording's time after which it is test.</param>
    /// <param name="names">Name of each recording.</param>
    public FittedRows(Dataset data, double testAfter, IReadOnlyList<string> names)
    {
        _data = data;
        _split = BlockSplit.Of(data, testAfter);
        _split.Check(data);
        int[] train = [.. _split.Train.Where(i => data.Recording[i] == 0)];
        int[] calibrate = [.. _split.Calibrate.Where(i => data.Recording[i] == 0)];
        HashSet<int> fitted = [.. train.Concat(calibrate).Select(i => data.Pool[i])];
        _parts =
        [
            (TrainPart, train), (CalibratePart, calibrate),
            (string.Create(CultureInfo.InvariantCulture, $"{names[0]} after {testAfter:P0} of its time"), [.. _split.Test.Where(i => data.Recording[i] == 0)]),
        ];
        for (int r = 1; r < names.Count; r++)
        {
            _parts.Add((names[r], [.. Enumerable.Range(0, data.Count).Where(i => data.Recording[i] == r && !fitted.Contains(data.Pool[i]))]));
        }
    }

    /// <summary>Fits both heads and measures each on every test part.</summary>
    /// <exception cref="TrainingException">LightGBM fails.</exception>
    public IReadOnlyList<HeadEvaluation> Measure(BoosterParameters parameters, Action<string, double>? onProgress = null)
    {
        List<HeadEvaluation> measured = [];
        foreach ((string head, IReadOnlyList<bool> labels) in new[] { ("moon", _data.Moon), ("rug", _data.Rug) })
        {
            // Two blocks that both hold both classes, or one for the trees and no calibration: what little there is goes to them.
            int[] fitted = [.. _parts[0].Rows, .. _parts[1].Rows];
            bool calibrates = TrainedHead.HasBoth(_parts[0].Rows, labels) && TrainedHead.HasBoth(_parts[1].Rows, labels);
            if (!TrainedHead.HasBoth(fitted, labels))
            {
                measured.AddRange(_parts.Skip(2).Select(part => HeadEvaluator.NotMeasured(
                    head, part.Name, _data, part.Rows, labels, fitted, $"No {head} head: the rows to fit on hold one class only.")));
                continue;
            }

            using TrainedHead trained = TrainedHead.Fit(
                _data, calibrates ? _parts[0].Rows : fitted, calibrates ? _parts[1].Rows : [], labels, parameters, trees => onProgress?.Invoke($"train {head}", (double)trees / parameters.Trees));
            _trees[head] = trained.Trees;
            Baselines baselines = Baselines.Fit(_data, fitted, labels);
            foreach ((string name, int[] rows) in _parts.Skip(2))
            {
                measured.Add(rows.Length == 0
                    ? HeadEvaluator.NotMeasured(head, name, _data, rows, labels, fitted, "No rows.")
                    : HeadEvaluator.Measure(head, name, _data, rows, labels, trained.Trees.Margin, fitted, baselines));
            }
        }

        return measured;
    }

    /// <summary>Every row of every part, after <see cref="Measure"/>; an empty cell is missing, numbers are shortest round-trip.</summary>
    public void WriteCsv(TextWriter writer)
    {
        writer.Write($"part,pool,moon,rug,weight,{string.Join(',', FeatureSchema.Names.ToArray())},ours_moon,ours_rug\n");
        foreach ((string name, int[] rows) in _parts)
        {
            foreach (int i in rows)
            {
                writer.Write(string.Create(CultureInfo.InvariantCulture,
                    $"{name},{_data.Pool[i]},{(_data.Moon[i] ? 1 : 0)},{(_data.Rug[i] ? 1 : 0)},{_data.Weight[i]:R}"));
                foreach (float value in _data.Row(i))
                {
                    writer.Write("," + (float.IsNaN(value) ? "" : value.ToString("R", CultureInfo.InvariantCulture)));
                }

                writer.Write($",{Ours("moon", i)},{Ours("rug", i)}\n");
            }
        }
    }

    private string Ours(string head, int row) => _trees.TryGetValue(head, out TreeEnsemble? trees)
        ? Logistic.Probability(trees.Margin(_data.Row(row))).ToString("R", CultureInfo.InvariantCulture)
        : "";
}
