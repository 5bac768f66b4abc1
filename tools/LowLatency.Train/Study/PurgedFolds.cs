namespace LowLatency.Train.Study;

/// <summary>
/// Purged cross-validation: each recording is cut into folds of equally many rows, consecutive in time. A fold is judged
/// by what was fitted on the rows of other pools whose labels do not meet it: those that have closed before it begins,
/// and those that begin an embargo after its last label has closed. Pure; any thread.
/// </summary>
public static class PurgedFolds
{
    /// <summary>The rows to fit and the rows to judge, for each fold.</summary>
    public static IEnumerable<(int[] Train, int[] Test)> Of(Dataset data, int folds)
    {
        int[] fold = new int[data.Count];
        foreach (var recording in Enumerable.Range(0, data.Count).GroupBy(i => data.Recording[i]))
        {
            int[] rows = [.. recording];
            for (int i = 0; i < rows.Length; i++)
            {
                fold[rows[i]] = (int)((long)i * folds / rows.Length);
            }
        }

        for (int f = 0; f < folds; f++)
        {
            int[] test = [.. Enumerable.Range(0, data.Count).Where(i => fold[i] == f)];
            HashSet<int> pools = [.. test.Select(i => data.Pool[i])];
            Dictionary<int, (long Begin, long End)> spans = test.GroupBy(i => data.Recording[i]).ToDictionary(
                static g => g.Key, g => (g.Min(i => data.TimestampMs[i]), g.Max(i => data.HorizonEndMs[i]) + BlockSplit.EmbargoMs));
            yield return ([.. Enumerable.Range(0, data.Count).Where(i => fold[i] != f && !pools.Contains(data.Pool[i]) && Clear(i))], test);

            bool Clear(int i) => !spans.TryGetValue(data.Recording[i], out (long Begin, long End) span)
                || data.HorizonEndMs[i] < span.Begin || data.TimestampMs[i] > span.End;
        }
    }
}
