using Google.Protobuf;
using Google.Protobuf.Collections;
using LowLatency.Features;
using LowLatency.Inference.Onnx;

namespace LowLatency.Inference;

/// <summary>A node of a decision tree. A leaf has <paramref name="Left"/> below 0, and its weight for a threshold.</summary>
/// <param name="Feature">Column a split looks at.</param>
/// <param name="Value">Split: value &lt;= it goes left. Leaf: its weight.</param>
/// <param name="NanGoesLeft">Where a missing value goes.</param>
/// <param name="Left">Index of the left child in the tree.</param>
/// <param name="Right">Index of the right child in the tree.</param>
public readonly record struct TreeNode(int Feature, float Value, bool NanGoesLeft, int Left, int Right)
{
    /// <summary>Whether it is a leaf.</summary>
    public bool IsLeaf => Left < 0;
}

/// <summary>One output of the graph: a sum of trees. Immutable; any thread.</summary>
/// <param name="Trees">The trees in the order in which they are summed; the root is the first node of each.</param>
/// <param name="BaseValue">Added last.</param>
public sealed record TreeHead(IReadOnlyList<TreeNode[]> Trees, float BaseValue)
{
    /// <summary>
    /// The margin of a row by walking every tree: slow and obvious, the oracle of both engines. Sums in float32, in the
    /// trees' order, the base value last: ONNX Runtime's order, so that the bits can be compared.
    /// </summary>
    public float Margin(ReadOnlySpan<float> row)
    {
        float sum = 0;
        foreach (TreeNode[] tree in Trees)
        {
            TreeNode node = tree[0];
            while (!node.IsLeaf)
            {
                float value = row[node.Feature];
                bool left = float.IsNaN(value) ? node.NanGoesLeft : value <= node.Value;
                node = tree[left ? node.Left : node.Right];
            }

            sum += node.Value;
        }

        return sum + BaseValue;
    }
}

/// <summary>
/// The two tree ensembles of a model file, read from the very bytes that ONNX Runtime loads. Understands two
/// TreeEnsembleRegressor nodes over the one input, BRANCH_LEQ, SUM, NONE, and nothing else. Immutable; any thread.
/// </summary>
/// <param name="Moon">The moon head.</param>
/// <param name="Rug">The rug head.</param>
public sealed record TreeGraph(TreeHead Moon, TreeHead Rug)
{
    private static readonly string[] KnownAttributes =
    [
        "aggregate_function", "base_values", "n_targets", "nodes_falsenodeids", "nodes_featureids", "nodes_hitrates",
        "nodes_missing_value_tracks_true", "nodes_modes", "nodes_nodeids", "nodes_treeids", "nodes_truenodeids", "nodes_values",
        "post_transform", "target_ids", "target_nodeids", "target_treeids", "target_weights",
    ];

    /// <summary>Reads a model file.</summary>
    /// <param name="onnx">Its bytes.</param>
    /// <param name="whyNot">What it is instead, where the answer is null.</param>
    public static TreeGraph? TryRead(byte[] onnx, out string whyNot)
    {
        try
        {
            GraphProto? graph = ModelProto.Parser.ParseFrom(onnx).Graph;
            if (graph is null || graph.Node.Count != 2)
            {
                throw new FormatException($"the graph has {graph?.Node.Count ?? 0} nodes, not two tree ensembles");
            }

            whyNot = "";
            return new TreeGraph(ReadHead(graph, FoundationSession.MoonName), ReadHead(graph, FoundationSession.RugName));
        }
        catch (Exception e) when (e is FormatException or InvalidProtocolBufferException)
        {
            whyNot = e.Message;
            return null;
        }
    }

    private static TreeHead ReadHead(GraphProto graph, string output)
    {
        NodeProto node = graph.Node.FirstOrDefault(n => n.Output is [var only] && only == output)
            ?? throw new FormatException($"no node makes {output}");
        Check(node.OpType == "TreeEnsembleRegressor" && node.Domain == "ai.onnx.ml", $"{output} is a {node.Domain}.{node.OpType}");
        Check(node.Input is [FoundationSession.InputName], $"{output} has other inputs");
        Dictionary<string, AttributeProto> attributes = [];
        foreach (AttributeProto attribute in node.Attribute)
        {
            Check(KnownAttributes.Contains(attribute.Name) && attributes.TryAdd(attribute.Name, attribute), $"{output}: attribute {attribute.Name}");
        }

        return Read(output, name => attributes.GetValueOrDefault(name) ?? new AttributeProto());
    }

    private static TreeHead Read(string output, Func<string, AttributeProto> attribute)
    {
        Check(attribute("aggregate_function").S.ToStringUtf8() is "" or "SUM", $"{output} is no sum");
        Check(attribute("post_transform").S.ToStringUtf8() is "" or "NONE", $"{output} is transformed");
        Check(attribute("n_targets").I == 1, $"{output} has several targets");
        Check(attribute("base_values").Floats.Count <= 1, $"{output} has several base values");
        NodeColumns columns = new(output, attribute);
        TreeNode[] nodes = columns.Nodes();
        List<TreeNode[]> trees = [];
        foreach (IGrouping<long, int> tree in Enumerable.Range(0, nodes.Length).GroupBy(i => columns.Tree[i]))
        {
            trees.Add(Tree(output, nodes, [.. tree]));
        }

        return new TreeHead(trees, attribute("base_values").Floats.FirstOrDefault());
    }

    // The places of a tree's nodes, the root first, become their indices in it.
    private static TreeNode[] Tree(string output, TreeNode[] all, int[] places)
    {
        Dictionary<int, int> index = [];
        foreach (int place in places)
        {
            index.Add(place, index.Count);
        }

        TreeNode[] tree = [.. places.Select(place => all[place] is { IsLeaf: false } split
            ? split with { Left = index.GetValueOrDefault(split.Left), Right = index.GetValueOrDefault(split.Right) }
            : all[place])];

        // A tree reaches each node once: no parent twice, no cycle, nothing beside it. The root is nobody's child, and
        // index 0 is also what a child in another tree has become.
        bool[] reached = new bool[tree.Length];
        Stack<int> next = new([0]);
        int count = 0;
        while (next.TryPop(out int at))
        {
            Check(!reached[at], $"{output}: a node has two parents");
            reached[at] = true;
            count++;
            if (!tree[at].IsLeaf)
            {
                next.Push(tree[at].Left);
                next.Push(tree[at].Right);
            }
        }

        Check(count == tree.Length, $"{output}: a node is out of reach of its root");
        return tree;
    }

    private static void Check(bool isSo, string whyNot)
    {
        if (!isSo)
        {
            throw new FormatException(whyNot);
        }
    }

    /// <summary>The operator's parallel columns.</summary>
    private sealed class NodeColumns(string output, Func<string, AttributeProto> attribute)
    {
        private readonly Dictionary<(long Tree, long Node), int> _place = [];
        private readonly Dictionary<(long Tree, long Node), float> _weight = [];
        private readonly RepeatedField<long> _node = attribute("nodes_nodeids").Ints;
        private readonly RepeatedField<long> _feature = attribute("nodes_featureids").Ints;
        private readonly RepeatedField<ByteString> _mode = attribute("nodes_modes").Strings;
        private readonly RepeatedField<float> _threshold = attribute("nodes_values").Floats;
        private readonly RepeatedField<long> _left = attribute("nodes_truenodeids").Ints;
        private readonly RepeatedField<long> _right = attribute("nodes_falsenodeids").Ints;
        private readonly RepeatedField<long> _nanGoesLeft = attribute("nodes_missing_value_tracks_true").Ints;

        public RepeatedField<long> Tree { get; } = attribute("nodes_treeids").Ints;

        /// <summary>All nodes of all trees; children are places in this same array.</summary>
        public TreeNode[] Nodes()
        {
            Check(_node.Count == Tree.Count && _feature.Count == Tree.Count && _mode.Count == Tree.Count && _threshold.Count == Tree.Count
                && _left.Count == Tree.Count && _right.Count == Tree.Count && (_nanGoesLeft.Count == Tree.Count || _nanGoesLeft.Count == 0),
                $"{output}: columns of different lengths");
            for (int i = 0; i < Tree.Count; i++)
            {
                Check(_place.TryAdd((Tree[i], _node[i]), i), $"{output}: a node twice");
            }

            ReadWeights();
            TreeNode[] nodes = new TreeNode[Tree.Count];
            for (int i = 0; i < nodes.Length; i++)
            {
                nodes[i] = _mode[i].ToStringUtf8() switch
                {
                    "LEAF" => Leaf(i),
                    "BRANCH_LEQ" => Split(i),
                    var mode => throw new FormatException($"{output}: a node of mode {mode}"),
                };
            }

            return nodes;
        }

        private void ReadWeights()
        {
            RepeatedField<long> tree = attribute("target_treeids").Ints;
            RepeatedField<long> node = attribute("target_nodeids").Ints;
            RepeatedField<float> weight = attribute("target_weights").Floats;
            Check(tree.Count == weight.Count && node.Count == weight.Count && attribute("target_ids").Ints.All(static id => id == 0),
                $"{output}: targets of different lengths, or of several outputs");
            for (int i = 0; i < weight.Count; i++)
            {
                Check(_weight.TryAdd((tree[i], node[i]), weight[i]), $"{output}: a leaf with two weights");
            }
        }

        private TreeNode Leaf(int i) => _weight.TryGetValue((Tree[i], _node[i]), out float weight)
            ? new TreeNode(0, weight, false, -1, -1)
            : throw new FormatException($"{output}: a leaf without weight");

        private TreeNode Split(int i)
        {
            Check(_feature[i] is >= 0 and < FeatureSchema.Count, $"{output}: a split on column {_feature[i]}");
            Check(!float.IsNaN(_threshold[i]), $"{output}: a threshold that is no number");
            return _place.TryGetValue((Tree[i], _left[i]), out int left) && _place.TryGetValue((Tree[i], _right[i]), out int right)
                ? new TreeNode((int)_feature[i], _threshold[i], _nanGoesLeft.Count > 0 && _nanGoesLeft[i] != 0, left, right)
                : throw new FormatException($"{output}: a split without child");
        }
    }
}
