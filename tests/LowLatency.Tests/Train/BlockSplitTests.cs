using CsCheck;
using LowLatency.Features;
using LowLatency.Train;

namespace LowLatency.Tests.Train;

public class BlockSplitTests
{
    private const long HourMs = 3_600_000;
    private const long MinuteMs = 60_000;

    [Fact]
    public void No_pool_is_in_two_blocks_and_no_horizon_reaches_across()
    {
        Gen<(int Pool, int Minute, int Horizon)> row = Gen.Select(Gen.Int[0, 30], Gen.Int[0, 600], Gen.Int[0, 40]);
        row.List[20, 200].Sample(rows =>
        {
            Dataset data = Build(rows.OrderBy(static r => r.Minute)
                .Select(static r => ($"p{r.Pool}", r.Minute * MinuteMs, (r.Minute + r.Horizon) * MinuteMs)));
            BlockSplit split = BlockSplit.Of(data);
            IReadOnlyList<int>[] blocks = [split.Train, split.Calibrate, split.Test];

            Assert.Equal(data.Count, blocks.Sum(static b => b.Count) + split.DroppedRows);
            for (int early = 0; early < blocks.Length; early++)
            {
                for (int late = early + 1; late < blocks.Length; late++)
                {
                    Assert.Empty(blocks[early].Select(i => data.Pool[i]).Intersect(blocks[late].Select(i => data.Pool[i])));
                    if (blocks[early].Count > 0 && blocks[late].Count > 0)
                    {
                        Assert.True(blocks[early].Max(i => data.HorizonEndMs[i]) < blocks[late].Min(i => data.TimestampMs[i]));
                        Assert.True(blocks[early].Max(i => data.TimestampMs[i]) + BlockSplit.EmbargoMs
                            < blocks[late].Min(i => data.TimestampMs[i]));
                    }
                }
            }
        });
    }

    [Fact]
    public void Ten_hours_are_cut_at_six_and_eight_with_fifteen_minutes_between()
    {
        // One pool a minute, one row each.
        Dataset data = Build(Enumerable.Range(0, 601).Select(static m => ($"p{m}", m * MinuteMs, m * MinuteMs)));
        BlockSplit split = BlockSplit.Of(data);

        Assert.Equal((0, 360), (split.Train[0], split.Train[^1]));
        Assert.Equal((376, 480), (split.Calibrate[0], split.Calibrate[^1]));
        Assert.Equal((496, 600), (split.Test[0], split.Test[^1]));
        Assert.Equal(30, split.DroppedRows);
    }

    [Fact]
    public void A_pool_on_a_border_belongs_to_the_earlier_block()
    {
        Dataset data = Build(
        [
            ("first", 0, 0), ("border", (6 * HourMs) - 1, 6 * HourMs), ("border", 7 * HourMs, 7 * HourMs),
            ("other", 7 * HourMs, 7 * HourMs), ("border", 9 * HourMs, 9 * HourMs), ("last", 10 * HourMs, 10 * HourMs),
        ]);
        BlockSplit split = BlockSplit.Of(data);

        Assert.Equal([0, 1], split.Train);
        Assert.Equal([3], split.Calibrate);
        Assert.Equal([5], split.Test);
    }

    [Fact]
    public void A_row_whose_horizon_reaches_into_a_later_block_is_dropped()
    {
        Dataset data = Build(
        [
            ("reaches", 0, (6 * HourMs) + BlockSplit.EmbargoMs + 1), ("ends", 1, (6 * HourMs) + BlockSplit.EmbargoMs),
            ("last", 10 * HourMs, 10 * HourMs),
        ]);

        Assert.Equal([1], BlockSplit.Of(data).Train);
    }

    [Fact]
    public void Each_recording_is_cut_by_its_own_time_and_a_pool_of_both_stays_in_the_earlier_block()
    {
        DatasetBuilder builder = new();
        builder.StartRecording();
        Add(builder, "a", 0);
        Add(builder, "shared", HourMs);
        Add(builder, "b", 10 * HourMs);
        builder.StartRecording();
        Add(builder, "c", 1000 * HourMs);
        Add(builder, "shared", 1009 * HourMs);
        Add(builder, "d", 1010 * HourMs);
        BlockSplit split = BlockSplit.Of(builder.Build());

        Assert.Equal([0, 1, 3], split.Train);
        Assert.Equal([2, 5], split.Test);
    }

    [Fact]
    public void A_pool_in_two_blocks_is_caught()
    {
        Dataset data = Build([("a", 0, 0), ("b", HourMs, HourMs), ("a", 2 * HourMs, 2 * HourMs)]);

        Assert.Contains("in two blocks", Assert.Throws<TrainingException>(
            () => new BlockSplit([[0], [1], [2]], 3).Check(data)).Message, StringComparison.Ordinal);
        new BlockSplit([[0], [1], []], 3).Check(data);
    }

    [Fact]
    public void A_horizon_that_reaches_into_a_later_block_is_caught()
    {
        Dataset data = Build([("a", 0, 2 * HourMs), ("b", HourMs, HourMs), ("c", 2 * HourMs, 2 * HourMs)]);

        Assert.Contains("the label of row 0", Assert.Throws<TrainingException>(
            () => new BlockSplit([[0], [], [2]], 3).Check(data)).Message, StringComparison.Ordinal);
        new BlockSplit([[1], [], [2]], 3).Check(data);
    }

    [Fact]
    public void The_test_block_lies_where_it_is_told_to()
    {
        Dataset data = Build(Enumerable.Range(0, 601).Select(static m => ($"p{m}", m * MinuteMs, m * MinuteMs)));
        BlockSplit split = BlockSplit.Of(data, 0.4);

        Assert.Equal((180, 196, 240), (split.Train[^1], split.Calibrate[0], split.Calibrate[^1]));
        Assert.Equal(256, split.Test[0]);
    }

    [Fact]
    public void An_empty_dataset_has_empty_blocks() => Assert.Empty(BlockSplit.Of(new DatasetBuilder().Build()).Train);

    private static Dataset Build(IEnumerable<(string Pool, long Time, long End)> rows)
    {
        DatasetBuilder builder = new();
        foreach ((string pool, long time, long end) in rows)
        {
            builder.Add(pool, time, end, default, false, false);
        }

        return builder.Build();
    }

    private static void Add(DatasetBuilder builder, string pool, long time) =>
        builder.Add(pool, time, time, default(FeatureVector), false, false);
}
