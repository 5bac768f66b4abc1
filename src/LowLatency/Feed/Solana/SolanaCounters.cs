namespace LowLatency.Feed.Solana;

/// <summary>What a session with a node has seen. Written by the feed's one logical thread; others may read a figure that is one message old.</summary>
public sealed class SolanaCounters
{
    private long _watched;
    private long _evicted;
    private long _slotRegressions;
    private long _repeated;
    private long _closed;
    private long _refused;
    private long _joined;
    private long _halves;
    private long _swaps;
    private long _inexactSwaps;

    /// <summary>Pools watched now.</summary>
    public long Watched => Volatile.Read(ref _watched);

    /// <summary>Pools that made room for others.</summary>
    public long Evicted => Volatile.Read(ref _evicted);

    /// <summary>Notifications of an earlier slot than the one before: the node has left a fork.</summary>
    public long SlotRegressions => Volatile.Read(ref _slotRegressions);

    /// <summary>Notifications that repeated the one before.</summary>
    public long Repeated => Volatile.Read(ref _repeated);

    /// <summary>Pools whose account or vault was closed.</summary>
    public long Closed => Volatile.Read(ref _closed);

    /// <summary>Requests that the node refused.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Observations of which both vaults were told in one slot.</summary>
    public long Joined => Volatile.Read(ref _joined);

    /// <summary>Observations of which one vault did not change in the slot.</summary>
    public long Halves => Volatile.Read(ref _halves);

    /// <summary>Swaps that were logged.</summary>
    public long Swaps => Volatile.Read(ref _swaps);

    /// <summary>Swaps of which our arithmetic, at the common fee, gives another amount than the pool logged.</summary>
    public long InexactSwaps => Volatile.Read(ref _inexactSwaps);

    internal void CountSwap(bool isExact)
    {
        Volatile.Write(ref _swaps, _swaps + 1);
        Volatile.Write(ref _inexactSwaps, _inexactSwaps + (isExact ? 0 : 1));
    }

    internal void SetWatched(int count) => Volatile.Write(ref _watched, count);

    internal void CountEvicted() => Volatile.Write(ref _evicted, _evicted + 1);

    internal void CountSlotRegression() => Volatile.Write(ref _slotRegressions, _slotRegressions + 1);

    internal void CountRepeated() => Volatile.Write(ref _repeated, _repeated + 1);

    internal void CountClosed() => Volatile.Write(ref _closed, _closed + 1);

    internal void CountRefused() => Volatile.Write(ref _refused, _refused + 1);

    internal void CountJoined() => Volatile.Write(ref _joined, _joined + 1);

    internal void CountHalf() => Volatile.Write(ref _halves, _halves + 1);
}
