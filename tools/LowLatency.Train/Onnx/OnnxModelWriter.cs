using Google.Protobuf;
using LowLatency.Features;
using LowLatency.Inference;
using LowLatency.Inference.Onnx;

namespace LowLatency.Train.Onnx;

/// <summary>
/// Writes the two heads as one ONNX graph: two TreeEnsembleRegressor (ai.onnx.ml 3) over the same input. Same ensembles,
/// same bytes. Stateless; any thread.
/// </summary>
public static class OnnxModelWriter
{
    /// <summary>Opset of the default domain.</summary>
    public const int Opset = 15;

    private const int MlOpset = 3;
    private const int IrVersion = 8;
    private const int FloatElements = 1;
    private const string MlDomain = "ai.onnx.ml";

    /// <summary>The model's bytes.</summary>
    /// <param name="moon">Calibrated moon head.</param>
    /// <param name="rug">Calibrated rug head.</param>
    /// <param name="probabilities">False: raw margins out. True: a Sigmoid after each head.</param>
    /// <param name="columns">Columns of the input.</param>
    public static byte[] Write(TreeEnsemble moon, TreeEnsemble rug, bool probabilities, int columns = FeatureSchema.Count)
    {
        GraphProto graph = new() { Name = "foundation" };
        graph.Input.Add(Columns(FoundationSession.InputName, columns));
        AddHead(graph, FoundationSession.MoonName, moon, probabilities);
        AddHead(graph, FoundationSession.RugName, rug, probabilities);
        ModelProto model = new()
        {
            IrVersion = IrVersion,
            ProducerName = "LowLatency.Train",
            Graph = graph,
            OpsetImport =
            {
                new OperatorSetIdProto { Version = Opset },
                new OperatorSetIdProto { Domain = MlDomain, Version = MlOpset },
            },
            MetadataProps =
            {
                new StringStringEntryProto { Key = "feature_schema", Value = FeatureSchema.Hash },
                new StringStringEntryProto { Key = "features", Value = string.Join(',', FeatureSchema.Names.ToArray()) },
                new StringStringEntryProto { Key = "labels", Value = $"v{FeatureSchema.LabelsVersion}" },
                new StringStringEntryProto { Key = "outputs", Value = probabilities ? "calibrated probabilities" : "calibrated log-odds" },
            },
        };
        return model.ToByteArray();
    }

    private static void AddHead(GraphProto graph, string output, TreeEnsemble ensemble, bool probabilities)
    {
        string margin = probabilities ? output + "_margin" : output;
        graph.Node.Add(Regressor(output, margin, ensemble));
        if (probabilities)
        {
            graph.Node.Add(new NodeProto { Name = output + "_sigmoid", OpType = "Sigmoid", Input = { margin }, Output = { output } });
        }

        graph.Output.Add(Columns(output, 1));
    }

    private static NodeProto Regressor(string head, string output, TreeEnsemble ensemble)
    {
        NodeColumns nodes = new();
        for (int tree = 0; tree < ensemble.Trees.Count; tree++)
        {
            nodes.Add(tree, ensemble.Trees[tree]);
        }

        return new NodeProto
        {
            Name = head + "_trees",
            OpType = "TreeEnsembleRegressor",
            Domain = MlDomain,
            Input = { FoundationSession.InputName },
            Output = { output },
            Attribute =
            {
                Text("aggregate_function", "SUM"),
                Floats("base_values", [(float)ensemble.BaseValue]),
                new AttributeProto { Name = "n_targets", Type = AttributeProto.Types.AttributeType.Int, I = 1 },
                Ints("nodes_falsenodeids", nodes.Right),
                Ints("nodes_featureids", nodes.Feature),
                Ints("nodes_missing_value_tracks_true", nodes.NanGoesLeft),
                Texts("nodes_modes", nodes.Mode),
                Ints("nodes_nodeids", nodes.Node),
                Ints("nodes_treeids", nodes.Tree),
                Ints("nodes_truenodeids", nodes.Left),
                Floats("nodes_values", nodes.Threshold),
                Text("post_transform", "NONE"),
                Ints("target_ids", nodes.LeafTree.Select(static _ => 0L)),
                Ints("target_nodeids", nodes.LeafNode),
                Ints("target_treeids", nodes.LeafTree),
                Floats("target_weights", nodes.LeafWeight),
            },
        };
    }

    private static ValueInfoProto Columns(string name, int columns) => new()
    {
        Name = name,
        Type = new TypeProto
        {
            TensorType = new TypeProto.Types.Tensor
            {
                ElemType = FloatElements,
                Shape = new TensorShapeProto
                {
                    Dim =
                    {
                        new TensorShapeProto.Types.Dimension { DimParam = "N" },
                        new TensorShapeProto.Types.Dimension { DimValue = columns },
                    },
                },
            },
        },
    };

    private static AttributeProto Text(string name, string value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFromUtf8(value) };

    private static AttributeProto Texts(string name, IEnumerable<string> values) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Strings, Strings = { values.Select(ByteString.CopyFromUtf8) } };

    private static AttributeProto Ints(string name, IEnumerable<long> values) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints, Ints = { values } };

    private static AttributeProto Floats(string name, IEnumerable<float> values) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Floats, Floats = { values } };

    // The operator's parallel columns. Splits of a tree keep their index as node id, its leaves follow them.
    private sealed class NodeColumns
    {
        public List<long> Tree { get; } = [];
        public List<long> Node { get; } = [];
        public List<long> Feature { get; } = [];
        public List<string> Mode { get; } = [];
        public List<float> Threshold { get; } = [];
        public List<long> Left { get; } = [];
        public List<long> Right { get; } = [];
        public List<long> NanGoesLeft { get; } = [];
        public List<long> LeafTree { get; } = [];
        public List<long> LeafNode { get; } = [];
        public List<float> LeafWeight { get; } = [];

        public void Add(int index, DecisionTree tree)
        {
            int splits = tree.Feature.Length;
            for (int i = 0; i < splits; i++)
            {
                Row(index, i, tree.Feature[i], "BRANCH_LEQ", TreeEnsemble.SnapThreshold(tree.Threshold[i]),
                    NodeOf(tree.Left[i], splits), NodeOf(tree.Right[i], splits), tree.NanGoesLeft[i]);
            }

            for (int leaf = 0; leaf < tree.LeafValue.Length; leaf++)
            {
                Row(index, splits + leaf, 0, "LEAF", 0, 0, 0, false);
                LeafTree.Add(index);
                LeafNode.Add(splits + leaf);
                LeafWeight.Add((float)tree.LeafValue[leaf]);
            }
        }

        private static int NodeOf(int child, int splits) => child >= 0 ? child : splits + ~child;

        private void Row(int tree, int node, int feature, string mode, float threshold, int left, int right, bool nanGoesLeft)
        {
            Tree.Add(tree);
            Node.Add(node);
            Feature.Add(feature);
            Mode.Add(mode);
            Threshold.Add(threshold);
            Left.Add(left);
            Right.Add(right);
            NanGoesLeft.Add(nanGoesLeft ? 1 : 0);
        }
    }
}
