using CsCheck;
using Google.Protobuf;
using LowLatency.Features;
using LowLatency.Inference;
using LowLatency.Inference.Onnx;
using LowLatency.Tests.Train;
using LowLatency.Train;
using LowLatency.Train.Onnx;

namespace LowLatency.Tests.Inference;

/// <summary>The compiled form, its twin that walks the trees, and ONNX Runtime, over one file.</summary>
public sealed class CompiledTreesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(16)]
    [InlineData(32)]
    [InlineData(64)]
    public void Compiled_and_ONNX_Runtime_and_the_walker_give_the_same_bits_on_every_edge(int leaves) =>
        Gen.Int[1, 1_000_000].Sample(seed =>
        {
            Random random = new(seed);
            TreeEnsemble moon = OnnxModelWriterTests.RandomEnsemble(random, random.Next(1, 40), leaves);
            TreeEnsemble rug = OnnxModelWriterTests.RandomEnsemble(random, random.Next(1, 40), leaves);
            AgreesOnEdges(OnnxModelWriter.Write(moon, rug, probabilities: false), seed);
        }, iter: 6);

    [Theory]
    [InlineData(0)]
    [InlineData(20_000)]
    [InlineData(60_000)]
    public void However_few_lines_the_table_has_the_bits_are_the_same(int maxTableBytes) =>
        Gen.Int[1, 1_000_000].Sample(seed =>
        {
            Random random = new(seed);
            TreeGraph graph = Read(OnnxModelWriter.Write(
                OnnxModelWriterTests.RandomEnsemble(random, 30, 16), OnnxModelWriterTests.RandomEnsemble(random, 20, 16), probabilities: false));
            CompiledTrees<ushort> compiled = new(graph, maxTableBytes);
            foreach (float[] row in EdgeRows(graph, seed))
            {
                compiled.Predict(row, out float moon, out float rug);
                Assert.Equal((graph.Moon.Margin(row), graph.Rug.Margin(row)), (moon, rug));
            }
        }, iter: 5);

    [Fact]
    public void The_widest_tree_that_compiles_has_64_leaves()
    {
        Random random = new(1);
        byte[] widest = Write(OnnxModelWriterTests.RandomTree(random, 63));
        byte[] wider = Write(OnnxModelWriterTests.RandomTree(random, 64));
        AgreesOnEdges(widest, 1);

        Assert.Null(CompiledTrees.TryCompile(Read(wider), out string whyNot));
        Assert.Equal("a tree has 65 leaves, more than 64", whyNot);
    }

    [Fact]
    public void A_tree_that_is_a_chain_compiles()
    {
        int[] left = [.. Enumerable.Range(1, 62), ~63];
        AgreesOnEdges(Write(new DecisionTree(
            [.. left.Select(static (_, i) => i % FeatureSchema.Count)], [.. left.Select(static (_, i) => i - 30.0)], [.. left.Select(static (_, i) => i % 2 == 0)],
            left, [.. Enumerable.Range(0, 63).Select(static i => ~i)], [.. Enumerable.Range(0, 64).Select(static i => i * 0.1)])), 1);
    }

    public static TheoryData<string, Action<ModelProto>> Foreign => new()
    {
        { "not two tree ensembles", static m => m.Graph.Node.RemoveAt(1) },
        { "is a .Sigmoid", static m => { m.Graph.Node[0].OpType = "Sigmoid"; m.Graph.Node[0].Domain = ""; } },
        { "no node makes moon", static m => m.Graph.Node[0].Output[0] = "sun" },
        { "other inputs", static m => m.Graph.Node[1].Input[0] = "moon" },
        { "is no sum", static m => Attribute(m, "aggregate_function").S = ByteString.CopyFromUtf8("AVERAGE") },
        { "is transformed", static m => Attribute(m, "post_transform").S = ByteString.CopyFromUtf8("LOGISTIC") },
        { "several targets", static m => Attribute(m, "n_targets").I = 2 },
        { "several base values", static m => Attribute(m, "base_values").Floats.Add(1) },
        { "a node of mode BRANCH_LT", static m => Attribute(m, "nodes_modes").Strings[0] = ByteString.CopyFromUtf8("BRANCH_LT") },
        { "attribute nodes_values_as_tensor", static m => m.Graph.Node[0].Attribute.Add(new AttributeProto { Name = "nodes_values_as_tensor" }) },
        { "two parents", static m => Attribute(m, "nodes_truenodeids").Ints[0] = Attribute(m, "nodes_falsenodeids").Ints[0] },
        { "two parents", static m => Attribute(m, "nodes_truenodeids").Ints[0] = 0 },
        { "a split without child", static m => Attribute(m, "nodes_truenodeids").Ints[0] = 999 },
        { "a node twice", static m => Attribute(m, "nodes_nodeids").Ints[0] = 1 },
        { "on column 99", static m => Attribute(m, "nodes_featureids").Ints[0] = 99 },
        { "no number", static m => Attribute(m, "nodes_values").Floats[0] = float.NaN },
        { "different lengths", static m => Attribute(m, "nodes_values").Floats.RemoveAt(0) },
        { "a leaf without weight", static m => Attribute(m, "target_nodeids").Ints[0] = 0 },
        { "two weights", static m => Attribute(m, "target_nodeids").Ints[0] = Attribute(m, "target_nodeids").Ints[1] },
        { "several outputs", static m => Attribute(m, "target_ids").Ints[0] = 1 },
    };

    [Theory]
    [MemberData(nameof(Foreign))]
    public void Any_other_graph_is_left_to_ONNX_Runtime_with_its_reason(string reason, Action<ModelProto> change)
    {
        ModelProto model = ModelProto.Parser.ParseFrom(Write(OnnxModelWriterTests.RandomTree(new Random(2), 5)));
        change(model);

        Assert.Null(TreeGraph.TryRead(model.ToByteArray(), out string whyNot));
        Assert.Contains(reason, whyNot, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_cut_anywhere_is_no_graph_and_throws_nothing()
    {
        byte[] whole = Write(OnnxModelWriterTests.RandomTree(new Random(2), 5));
        Read(whole);
        int[] read = [.. Enumerable.Range(0, whole.Length).Where(length => TreeGraph.TryRead(whole[..length], out _) is not null)];

        // What is left out behind the graph itself - opsets and metadata - says nothing about the trees.
        Assert.All(read, length => Assert.True(length > whole.Length * 2 / 3));
    }

    private static void AgreesOnEdges(byte[] onnx, int seed)
    {
        TreeGraph graph = Read(onnx);
        CompiledTrees compiled = CompiledTrees.TryCompile(graph, out string whyNot) ?? throw new InvalidOperationException(whyNot);
        using FoundationSession session = new(onnx);
        EngineDifference all = new EngineCheck(session, graph, compiled).Compare([.. EdgeRows(graph, seed).SelectMany(static r => r)]);

        Assert.True(all.Rows > 100);
        Assert.Equal(new EngineDifference(all.Rows, all.Rows, 0, 0, 0), all);
    }

    // Around every threshold, one ULP aside, NaN and the infinities, from bases that are near the thresholds too.
    private static IEnumerable<float[]> EdgeRows(TreeGraph graph, int seed)
    {
        Random random = new(seed);
        byte[] bases = new byte[100 * GoldenVectors.BytesPerVector];
        for (int i = 0; i < 100; i++)
        {
            float[] row = [.. Enumerable.Range(0, FeatureSchema.Count).Select(_ => random.Next(8) == 0 ? float.NaN : (float)((random.NextDouble() - 0.5) * 4))];
            GoldenVectors.Write(bases.AsSpan(i * GoldenVectors.BytesPerVector), row, 0, 0);
        }

        return EngineCheck.EdgeRows(graph, new GoldenVectors(bases)).Chunk(FeatureSchema.Count);
    }

    private static TreeGraph Read(byte[] onnx) => TreeGraph.TryRead(onnx, out string whyNot) ?? throw new InvalidOperationException(whyNot);

    private static byte[] Write(DecisionTree tree) => OnnxModelWriter.Write(
        new TreeEnsemble([tree], 0.25), new TreeEnsemble([new DecisionTree([], [], [], [], [], [0.5])]), probabilities: false);

    private static AttributeProto Attribute(ModelProto model, string name) => model.Graph.Node[0].Attribute.Single(a => a.Name == name);
}
