namespace LowLatency.Train;

/// <summary>
/// Train | embargo | Calibrate | embargo | Test: 60, 20 and 20 % of each recording's time, so that nothing is judged by
/// what was known before it. A row counts in a block when its time lies there, its horizon ends before the next block
/// begins, and its pool has no row in an earlier block, in any recording. Immutable; any thread.
/// </summary>
public sealed class BlockSplit
{
    /// <summary>Milliseconds between two blocks that belong to neither: the longest horizon.</summary>
    public const long EmbargoMs = Features.HorizonLabeler.LabelTimeoutMs;

    /// <summary>Share of the time after which the test block lies, unless told otherwise.</summary>
    public const double TestAfter = 0.8;

    private const double TrainShare = 0.75;
    private const int Blocks = 3;
    private const int NoBlock = Blocks;

    /// <summary>Takes three blocks as they are, good or not; <see cref="Check"/> tells.</summary>
    public BlockSplit(IReadOnlyList<int>[] rows, int total)
    {
        Train = rows[0];
        Calibrate = rows[1];
        Test = rows[2];
        DroppedRows = total - rows.Sum(static r => r.Count);
    }

    /// <summary>Rows to fit trees on.</summary>
    public IReadOnlyList<int> Train { get; }

    /// <summary>Rows to calibrate on.</summary>
    public IReadOnlyList<int> Calibrate { get; }

    /// <summary>Rows to measure on.</summary>
    public IReadOnlyList<int> Test { get; }

    /// <summary>Rows of no block.</summary>
    public int DroppedRows { get; }

    /// <summary>
    /// Splits a dataset. <paramref name="testAfter"/>: share of each recording's time after which the test block lies; the
    /// calibration block is the quarter of the time before it.
    /// </summary>
    public static BlockSplit Of(Dataset data, double testAfter = TestAfter)
    {
        Borders[] borders = BordersOf(data, testAfter);
        Dictionary<int, int> earliest = [];
        for (int i = 0; i < data.Count; i++)
        {
            int block = borders[data.Recording[i]].BlockOf(data.TimestampMs[i]);
            earliest[data.Pool[i]] = Math.Min(block, earliest.GetValueOrDefault(data.Pool[i], NoBlock));
        }

        List<int>[] rows = [[], [], []];
        for (int i = 0; i < data.Count; i++)
        {
            Borders own = borders[data.Recording[i]];
            int block = own.BlockOf(data.TimestampMs[i]);
            if (block != NoBlock && block == earliest[data.Pool[i]] && data.HorizonEndMs[i] <= own.LastHorizonMs(block))
            {
                rows[block].Add(i);
            }
        }

        return new BlockSplit(rows, data.Count);
    }

    /// <summary>Proves that no pool is in two blocks, and no label of a block depends on a moment of a later one.</summary>
    /// <exception cref="TrainingException">One is, or does.</exception>
    public void Check(Dataset data)
    {
        IReadOnlyList<int>[] blocks = [Train, Calibrate, Test];
        for (int late = 1; late < blocks.Length; late++)
        {
            HashSet<int> pools = [.. blocks[late].Select(i => data.Pool[i])];
            Dictionary<int, long> begins = blocks[late].GroupBy(i => data.Recording[i])
                .ToDictionary(static g => g.Key, g => g.Min(i => data.TimestampMs[i]));
            foreach (int row in blocks.Take(late).SelectMany(static b => b))
            {
                if (pools.Contains(data.Pool[row]))
                {
                    throw new TrainingException($"pool {data.Pool[row]} is in two blocks of the split");
                }

                if (begins.TryGetValue(data.Recording[row], out long begin) && data.HorizonEndMs[row] >= begin)
                {
                    throw new TrainingException($"the label of row {row} depends on what comes after a later block of the split begins");
                }
            }
        }
    }

    private static Borders[] BordersOf(Dataset data, double testAfter)
    {
        int recordings = data.Count == 0 ? 0 : data.Recording[^1] + 1;
        (long First, long Last)[] spans = new (long, long)[recordings];
        Array.Fill(spans, (long.MaxValue, long.MinValue));
        for (int i = 0; i < data.Count; i++)
        {
            ref (long First, long Last) span = ref spans[data.Recording[i]];
            span = (Math.Min(span.First, data.TimestampMs[i]), Math.Max(span.Last, data.TimestampMs[i]));
        }

        return [.. spans.Select(s => new Borders(
            s.First + (long)((s.Last - s.First) * (testAfter * TrainShare)),
            s.First + (long)((s.Last - s.First) * testAfter)))];
    }

    // Last moment of Train and of Calibrate. The block after one begins when the embargo is over.
    private readonly record struct Borders(long TrainEndMs, long CalibrateEndMs)
    {
        public int BlockOf(long timestampMs) =>
            timestampMs <= TrainEndMs ? 0
            : timestampMs <= TrainEndMs + EmbargoMs ? NoBlock
            : timestampMs <= CalibrateEndMs ? 1
            : timestampMs <= CalibrateEndMs + EmbargoMs ? NoBlock
            : 2;

        public long LastHorizonMs(int block) => block switch
        {
            0 => TrainEndMs + EmbargoMs,
            1 => CalibrateEndMs + EmbargoMs,
            _ => long.MaxValue,
        };
    }
}
