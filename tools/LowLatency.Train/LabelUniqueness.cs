namespace LowLatency.Train;

/// <summary>
/// How much of a label is its own. The label of row i, of the interval (t_i, e_i], depends on the pool's later rows j with
/// t_j &lt;= e_i; c_j is the number of the pool's labels whose interval holds row j; the uniqueness of i is the mean of
/// 1 / c_j over those j, and 1 where there is none. Full horizons of ten rows give 1/10. Pure; any thread.
/// </summary>
public static class LabelUniqueness
{
    /// <summary>The uniqueness of every row. Rows of one pool in one recording are in time order.</summary>
    public static float[] Of(
        IReadOnlyList<int> recording, IReadOnlyList<int> pool, IReadOnlyList<long> timestampMs, IReadOnlyList<long> horizonEndMs)
    {
        float[] uniqueness = new float[pool.Count];
        var groups = Enumerable.Range(0, pool.Count).GroupBy(i => (recording[i], pool[i]));
        foreach (var group in groups)
        {
            int[] rows = [.. group];
            int[] last = LastDependence(rows, timestampMs, horizonEndMs);
            double[] shares = CumulativeShares(last);
            for (int i = 0; i < rows.Length; i++)
            {
                int depends = last[i] - i;
                uniqueness[rows[i]] = depends == 0 ? 1 : (float)((shares[last[i] + 1] - shares[i + 1]) / depends);
            }
        }

        return uniqueness;
    }

    // Per row of a pool: position of the last row its label depends on; its own position where there is none.
    private static int[] LastDependence(int[] rows, IReadOnlyList<long> timestampMs, IReadOnlyList<long> horizonEndMs)
    {
        long[] times = [.. rows.Select(r => timestampMs[r])];
        int[] last = new int[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            int low = i;
            for (int high = rows.Length - 1; low < high;)
            {
                int middle = (low + high + 1) / 2;
                (low, high) = times[middle] <= horizonEndMs[rows[i]] ? (middle, high) : (low, middle - 1);
            }

            last[i] = low;
        }

        return last;
    }

    // Sum of 1 / c_j over the positions before k, at k.
    private static double[] CumulativeShares(int[] last)
    {
        int[] change = new int[last.Length + 1];
        for (int i = 0; i < last.Length; i++)
        {
            change[i + 1]++;
            change[last[i] + 1]--;
        }

        double[] shares = new double[last.Length + 1];
        int concurrent = 0;
        for (int j = 0; j < last.Length; j++)
        {
            concurrent += change[j];
            shares[j + 1] = shares[j] + (concurrent == 0 ? 0 : 1.0 / concurrent);
        }

        return shares;
    }
}
