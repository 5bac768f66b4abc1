using System.Numerics;
using System.Runtime.CompilerServices;
using LowLatency.Features;

namespace LowLatency.Inference;

/// <summary>
/// One thread at a time. Both heads of a <see cref="TreeGraph"/> as bit masks (QuickScorer): a tree is the set of leaves
/// that are still possible, and a feature's value strikes out leaves of all trees at once. Gives the very bits that
/// <see cref="TreeHead.Margin"/> and ONNX Runtime give: the same comparisons, and leaves summed in float32 in the same order.
/// Allocates nothing once it is made.
/// </summary>
public abstract class CompiledTrees : IFoundationEngine
{
    /// <summary>Most leaves of a tree: the bits of the widest mask.</summary>
    public const int MaxLeaves = 64;

    private readonly float[] _input = new float[FeatureSchema.Count];
    private float _moon;
    private float _rug;

    /// <summary>1: a row costs the same alone.</summary>
    public int MaxRows => 1;

    /// <inheritdoc/>
    public Span<float> Input => _input;

    /// <inheritdoc/>
    public ReadOnlySpan<float> MoonMargins => new(in _moon);

    /// <inheritdoc/>
    public ReadOnlySpan<float> RugMargins => new(in _rug);

    /// <summary>Compiles a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="whyNot">Why it does not compile, where the answer is null.</param>
    public static CompiledTrees? TryCompile(TreeGraph graph, out string whyNot)
    {
        int leaves = graph.Moon.Trees.Concat(graph.Rug.Trees).Max(static tree => (int?)tree.Count(static node => node.IsLeaf)) ?? 0;
        whyNot = leaves > MaxLeaves ? $"a tree has {leaves} leaves, more than {MaxLeaves}" : "";
        return leaves switch
        {
            <= 16 => new CompiledTrees<ushort>(graph),
            <= 32 => new CompiledTrees<uint>(graph),
            <= MaxLeaves => new CompiledTrees<ulong>(graph),
            _ => null,
        };
    }

    /// <inheritdoc/>
    public void Run(int rows) => Predict(_input, out _moon, out _rug);

    /// <summary>The margins of a row.</summary>
    /// <param name="row">The features in schema order; NaN = missing.</param>
    /// <param name="moonMargin">The moon head's.</param>
    /// <param name="rugMargin">The rug head's.</param>
    public abstract void Predict(ReadOnlySpan<float> row, out float moonMargin, out float rugMargin);
}

/// <summary>
/// <see cref="CompiledTrees"/> with masks of one width. Bit k of a tree's mask is its k-th leaf from the left. A split whose
/// value goes right strikes out the leaves below its left child; of what is left the first leaf is the one that a walk reaches.
/// The splits of a feature that go right are those with a threshold below the value, so that their masks, all ANDed, are one
/// line of a table that a binary search finds. Where there are too many lines, only every 2^n-th is kept, and the splits
/// between a line and the value are applied one by one.
/// </summary>
internal sealed class CompiledTrees<TMask> : CompiledTrees
    where TMask : unmanaged, IBinaryInteger<TMask>
{
    /// <summary>More lines are faster even where they outgrow the second-level cache; this bounds what a large model may cost.</summary>
    private const int DefaultTableBytes = 4 * 1024 * 1024;

    // The trees of a head, padded to whole vectors by trees that add -0, which changes no float: moon's, then rug's.
    private readonly int _treesPerHead;
    private readonly float[] _leaves;
    private readonly float _moonBase;
    private readonly float _rugBase;

    // By feature: its distinct thresholds in ascending order, from _firstThreshold[f] up to _firstThreshold[f + 1].
    private readonly int[] _firstThreshold = new int[FeatureSchema.Count + 1];
    private readonly float[] _thresholds;

    // Lines of the table, a mask for each tree: by feature, for 0, 1 << _lineShift, 2 << _lineShift... thresholds below the
    // value, and one for a missing value.
    private readonly int _lineShift;
    private readonly int[] _firstLine = new int[FeatureSchema.Count];
    private readonly int[] _missingLine = new int[FeatureSchema.Count];
    private readonly TMask[] _lines;

    // All splits, ordered by feature and threshold; by threshold: its first split.
    private readonly Split[] _splits;
    private readonly int[] _firstSplit;

    // Of the prediction under way.
    private readonly TMask[] _masks;
    private readonly int[] _line = new int[FeatureSchema.Count];

    public CompiledTrees(TreeGraph graph, int maxTableBytes = DefaultTableBytes)
    {
        int lanes = Vector<TMask>.Count;
        _treesPerHead = (Math.Max(graph.Moon.Trees.Count, graph.Rug.Trees.Count) + lanes - 1) / lanes * lanes;
        _leaves = new float[2 * _treesPerHead * MaskBits];
        Array.Fill(_leaves, -0f);
        _masks = new TMask[2 * _treesPerHead];
        _moonBase = graph.Moon.BaseValue;
        _rugBase = graph.Rug.BaseValue;

        List<Split> splits = [];
        AddHead(splits, graph.Moon, 0);
        AddHead(splits, graph.Rug, _treesPerHead);
        _splits = [.. splits.OrderBy(static s => s.Feature).ThenBy(static s => s.Threshold)];

        List<float> thresholds = [];
        List<int> firstSplit = [];
        for (int i = 0, feature = 0; feature < FeatureSchema.Count; feature++)
        {
            _firstThreshold[feature] = thresholds.Count;
            for (int first = i; i < _splits.Length && _splits[i].Feature == feature; i++)
            {
                if (i == first || _splits[i].Threshold != _splits[i - 1].Threshold)
                {
                    thresholds.Add(_splits[i].Threshold);
                    firstSplit.Add(i);
                }
            }
        }

        _firstThreshold[^1] = thresholds.Count;
        firstSplit.Add(_splits.Length);
        _thresholds = [.. thresholds];
        _firstSplit = [.. firstSplit];
        while (_lineShift < 16 && (long)(_thresholds.Length >> _lineShift) * _masks.Length * Unsafe.SizeOf<TMask>() > maxTableBytes)
        {
            _lineShift++;
        }

        _lines = Table();
    }

    // A constant in compiled code, which a static field is not in a method that is compiled once.
    private static int MaskBits => Unsafe.SizeOf<TMask>() * 8;

    // Optimised at its first call: unoptimised vector code takes ten times ONNX Runtime's time, until a second of traffic has passed.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Predict(ReadOnlySpan<float> row, out float moonMargin, out float rugMargin)
    {
        for (int f = 0; f < FeatureSchema.Count; f++)
        {
            float value = row[f];
            _line[f] = float.IsNaN(value)
                ? _missingLine[f]
                : _firstLine[f] + ((CountBelow(Thresholds(f), value) >> _lineShift) * _masks.Length);
        }

        ReadOnlySpan<TMask> lines = _lines;
        for (int i = 0; i < _masks.Length; i += Vector<TMask>.Count)
        {
            Vector<TMask> possible = new(lines[(_line[0] + i)..]);
            for (int f = 1; f < FeatureSchema.Count; f++)
            {
                possible &= new Vector<TMask>(lines[(_line[f] + i)..]);
            }

            possible.CopyTo(_masks, i);
        }

        if (_lineShift > 0)
        {
            StrikeOutBetweenLines(row);
        }

        // Two chains of additions, each in its trees' order, side by side.
        float moon = 0;
        float rug = 0;
        ReadOnlySpan<TMask> moonMasks = _masks.AsSpan(0, _treesPerHead);
        ReadOnlySpan<TMask> rugMasks = _masks.AsSpan(_treesPerHead, _treesPerHead);
        ReadOnlySpan<float> moonLeaves = _leaves.AsSpan(0, _treesPerHead * MaskBits);
        ReadOnlySpan<float> rugLeaves = _leaves.AsSpan(_treesPerHead * MaskBits);
        for (int tree = 0; tree < moonMasks.Length; tree++)
        {
            moon += moonLeaves[(tree * MaskBits) + int.CreateTruncating(TMask.TrailingZeroCount(moonMasks[tree]))];
            rug += rugLeaves[(tree * MaskBits) + int.CreateTruncating(TMask.TrailingZeroCount(rugMasks[tree]))];
        }

        moonMargin = moon + _moonBase;
        rugMargin = rug + _rugBase;
    }

    private void StrikeOutBetweenLines(ReadOnlySpan<float> row)
    {
        for (int f = 0; f < FeatureSchema.Count; f++)
        {
            if (!float.IsNaN(row[f]))
            {
                int below = CountBelow(Thresholds(f), row[f]);
                int first = _firstThreshold[f] + (below >> _lineShift << _lineShift);
                foreach (ref readonly Split split in _splits.AsSpan(_firstSplit[first].._firstSplit[_firstThreshold[f] + below]))
                {
                    _masks[split.Tree] &= split.Mask;
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ReadOnlySpan<float> Thresholds(int feature) => _thresholds.AsSpan(_firstThreshold[feature].._firstThreshold[feature + 1]);

    // Without a branch on the comparison, which no predictor could learn.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int CountBelow(ReadOnlySpan<float> ascending, float value)
    {
        int below = 0;
        for (int length = ascending.Length; length > 0;)
        {
            int half = (length + 1) >> 1;
            below += half & -Unsafe.BitCast<bool, byte>(ascending[below + half - 1] < value);
            length -= half;
        }

        return below;
    }

    private void AddHead(List<Split> splits, TreeHead head, int firstTree)
    {
        for (int tree = 0; tree < head.Trees.Count; tree++)
        {
            int leaves = 0;
            AddTree(splits, head.Trees[tree], 0, firstTree + tree, ref leaves);
        }
    }

    // Leaves are numbered from the left; a tree of at most 64 leaves is at most 63 deep.
    private void AddTree(List<Split> splits, TreeNode[] nodes, int at, int tree, ref int leaves)
    {
        TreeNode node = nodes[at];
        if (node.IsLeaf)
        {
            _leaves[(tree * MaskBits) + leaves++] = node.Value;
            return;
        }

        int first = leaves;
        AddTree(splits, nodes, node.Left, tree, ref leaves);
        TMask mask = TMask.AllBitsSet;
        for (int leaf = first; leaf < leaves; leaf++)
        {
            mask &= ~(TMask.One << leaf);
        }

        splits.Add(new Split(node.Feature, node.Value, node.NanGoesLeft, tree, mask));
        AddTree(splits, nodes, node.Right, tree, ref leaves);
    }

    private TMask[] Table()
    {
        List<TMask> lines = [];
        TMask[] line = new TMask[_masks.Length];
        for (int f = 0; f < FeatureSchema.Count; f++)
        {
            _firstLine[f] = lines.Count;
            Array.Fill(line, TMask.AllBitsSet);
            lines.AddRange(line);
            for (int t = _firstThreshold[f]; t < _firstThreshold[f + 1]; t++)
            {
                for (int i = _firstSplit[t]; i < _firstSplit[t + 1]; i++)
                {
                    line[_splits[i].Tree] &= _splits[i].Mask;
                }

                int passed = t + 1 - _firstThreshold[f];
                if (passed >> _lineShift << _lineShift == passed)
                {
                    lines.AddRange(line);
                }
            }

            _missingLine[f] = lines.Count;
            Array.Fill(line, TMask.AllBitsSet);
            for (int i = _firstSplit[_firstThreshold[f]]; i < _firstSplit[_firstThreshold[f + 1]]; i++)
            {
                line[_splits[i].Tree] &= _splits[i].NanGoesLeft ? TMask.AllBitsSet : _splits[i].Mask;
            }

            lines.AddRange(line);
        }

        return [.. lines];
    }

    private readonly record struct Split(int Feature, float Threshold, bool NanGoesLeft, int Tree, TMask Mask);
}
