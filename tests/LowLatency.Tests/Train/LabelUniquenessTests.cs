using CsCheck;
using LowLatency.Train;

namespace LowLatency.Tests.Train;

public class LabelUniquenessTests
{
    [Fact]
    public void Full_horizons_of_ten_rows_share_each_row_by_ten()
    {
        long[] times = [.. Enumerable.Range(0, 100).Select(static i => (long)i)];
        float[] weights = Of([.. times.Select(static _ => 0)], times, [.. times.Select(static t => t + 10)]);

        Assert.All(weights[10..80], static w => Assert.Equal(0.1f, w, 6));
    }

    [Fact]
    public void Labels_that_share_nothing_count_whole() =>
        Assert.Equal([1f, 1f, 1f], Of([0, 0, 0], [0, 10, 20], [10, 20, 25]));

    [Fact]
    public void Pools_do_not_share() => Assert.Equal([1f, 1f, 1f, 1f], Of([0, 1, 0, 1], [0, 0, 1, 1], [1, 1, 2, 2]));

    [Fact]
    public void Any_tape_agrees_with_the_definition()
    {
        Gen<(int Pool, int Time, int Length)> row = Gen.Select(Gen.Int[0, 2], Gen.Int[0, 30], Gen.Int[0, 12]);
        row.List[1, 60].Sample(rows =>
        {
            var tape = rows.OrderBy(static r => r.Time).ToArray();
            int[] pools = [.. tape.Select(static r => r.Pool)];
            long[] times = [.. tape.Select(static r => (long)r.Time)];
            long[] ends = [.. tape.Select(static r => (long)r.Time + r.Length)];
            float[] fast = Of(pools, times, ends);
            for (int i = 0; i < tape.Length; i++)
            {
                Assert.Equal(ByDefinition(pools, times, ends, i), fast[i], 1e-5);
            }
        });
    }

    private static double ByDefinition(int[] pools, long[] times, long[] ends, int row)
    {
        bool Depends(int i, int j) => pools[i] == pools[j] && j > i && times[j] <= ends[i];
        int[] later = [.. Enumerable.Range(0, pools.Length).Where(j => Depends(row, j))];
        return later.Length == 0
            ? 1
            : later.Average(j => 1.0 / Enumerable.Range(0, pools.Length).Count(i => Depends(i, j)));
    }

    private static float[] Of(int[] pools, long[] times, long[] ends) =>
        LabelUniqueness.Of(new int[pools.Length], pools, times, ends);
}
