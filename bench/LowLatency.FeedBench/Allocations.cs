namespace LowLatency.FeedBench;

/// <summary>One logical thread. What the threads that deliver have allocated from their first look to their last; they take turns.</summary>
internal sealed class Allocations
{
    private const int MaxThreads = 256;

    private readonly (int Thread, long First, long Last)[] _seen = new (int, long, long)[MaxThreads];
    private int _count;

    public long Bytes => _seen.Take(_count).Sum(static s => s.Last - s.First);

    public void Look()
    {
        int thread = Environment.CurrentManagedThreadId;
        long bytes = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < _count; i++)
        {
            if (_seen[i].Thread == thread)
            {
                _seen[i].Last = bytes;
                return;
            }
        }

        _seen[_count++] = (thread, bytes, bytes);
    }
}
