using System.Globalization;

namespace LowLatency.Train.LightGbm;

/// <summary>
/// Reads LightGBM's text model into trees. What a plain "value &lt;= threshold" graph cannot say is refused, never
/// approximated: categorical splits, zero as missing, linear leaves, averaged and multi-class outputs. Stateless; any thread.
/// </summary>
public static class ModelText
{
    // Bits of decision_type.
    private const int Categorical = 1;
    private const int DefaultLeft = 2;
    private const int MissingShift = 2;
    private const int MissingZero = 1;
    private const int MissingNan = 2;

    /// <summary>Parses a binary model.</summary>
    /// <exception cref="TrainingException">Malformed, or of a kind that is refused.</exception>
    public static TreeEnsemble Parse(string text)
    {
        List<DecisionTree> trees = [];
        Dictionary<string, string> section = new(StringComparer.Ordinal);
        bool ended = false;
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            if (line.StartsWith("Tree=") || line.SequenceEqual("end of trees"))
            {
                Close(section, trees);
                section = new(StringComparer.Ordinal);
                ended = line[0] == 'e';
                if (ended)
                {
                    break;
                }
            }

            int equals = line.IndexOf('=');
            section[(equals < 0 ? line : line[..equals]).ToString()] = equals < 0 ? "" : line[(equals + 1)..].ToString();
        }

        return ended ? new TreeEnsemble(trees) : throw new TrainingException("LightGBM model text: it ends before 'end of trees'");
    }

    private static void Close(Dictionary<string, string> section, List<DecisionTree> trees)
    {
        if (section.ContainsKey("Tree"))
        {
            trees.Add(ParseTree(section, trees.Count));
            return;
        }

        if (section.ContainsKey("average_output") || section.GetValueOrDefault("num_tree_per_iteration") != "1")
        {
            throw new TrainingException("LightGBM model text: only one boosted output is supported, not averaged or multi-class ones");
        }
    }

    private static DecisionTree ParseTree(Dictionary<string, string> section, int index)
    {
        if (section.GetValueOrDefault("is_linear", "0") != "0")
        {
            throw new TrainingException($"LightGBM model text: tree {index} has linear leaves, which no ONNX tree ensemble can hold");
        }

        double[] leaves = Doubles(section, "leaf_value", index);
        if (leaves.Length == 1)
        {
            return new DecisionTree([], [], [], [], [], leaves);
        }

        double[] thresholds = Doubles(section, "threshold", index);
        int[] decisions = Integers(section, "decision_type", index);
        DecisionTree tree = new(
            Integers(section, "split_feature", index), thresholds, new bool[thresholds.Length],
            Integers(section, "left_child", index), Integers(section, "right_child", index), leaves);
        int splits = leaves.Length - 1;
        if (new[] { thresholds.Length, decisions.Length, tree.Feature.Length, tree.Left.Length, tree.Right.Length }.Any(n => n != splits))
        {
            throw new TrainingException($"LightGBM model text: tree {index} does not have {splits} splits throughout");
        }

        for (int i = 0; i < splits; i++)
        {
            tree.NanGoesLeft[i] = NanGoesLeft(decisions[i], thresholds[i], index);
        }

        return tree;
    }

    private static bool NanGoesLeft(int decision, double threshold, int tree)
    {
        if ((decision & Categorical) != 0)
        {
            throw new TrainingException($"LightGBM model text: tree {tree} has a categorical split; encode the feature as a number");
        }

        int missing = decision >> MissingShift;
        if (missing == MissingZero)
        {
            throw new TrainingException($"LightGBM model text: tree {tree} takes zero for missing; train with zero_as_missing=false");
        }

        // A column without missing values in training has no direction for NaN: LightGBM then reads NaN as 0.
        return missing == MissingNan ? (decision & DefaultLeft) != 0 : threshold >= 0;
    }

    private static double[] Doubles(Dictionary<string, string> section, string key, int tree) =>
        Numbers(section, key, tree, static s => s switch
        {
            "inf" => double.PositiveInfinity,
            "-inf" => double.NegativeInfinity,
            _ => double.Parse(s, NumberStyles.Float, CultureInfo.InvariantCulture),
        });

    private static int[] Integers(Dictionary<string, string> section, string key, int tree) =>
        Numbers(section, key, tree, static s => int.Parse(s, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));

    private static T[] Numbers<T>(Dictionary<string, string> section, string key, int tree, Func<string, T> parse)
    {
        if (!section.TryGetValue(key, out string? values))
        {
            throw new TrainingException($"LightGBM model text: tree {tree} has no {key}");
        }

        try
        {
            return [.. values.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(parse)];
        }
        catch (FormatException e)
        {
            throw new TrainingException($"LightGBM model text: tree {tree}, {key}: {e.Message}", e);
        }
    }
}
