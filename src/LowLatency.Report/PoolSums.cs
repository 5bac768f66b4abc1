using LowLatency.Storage;

namespace LowLatency.Report;

/// <summary>What became of one pool, as sums: the sums of pools are those of a run, so that an interval can resample pools. Lamports.</summary>
internal struct PoolSums
{
    public long Rows;
    public long Entries;
    public long Trades;
    public long Wins;
    public long Losses;
    public long Successes;
    public long Gained;
    public long Lost;
    public long OptimisticPnl;
    public long Rugs;
    public long Avoided;

    public readonly long Pnl => Gained - Lost;

    public static PoolSums operator +(PoolSums a, PoolSums b) => new()
    {
        Rows = a.Rows + b.Rows,
        Entries = a.Entries + b.Entries,
        Trades = a.Trades + b.Trades,
        Wins = a.Wins + b.Wins,
        Losses = a.Losses + b.Losses,
        Successes = a.Successes + b.Successes,
        Gained = a.Gained + b.Gained,
        Lost = a.Lost + b.Lost,
        OptimisticPnl = a.OptimisticPnl + b.OptimisticPnl,
        Rugs = a.Rugs + b.Rugs,
        Avoided = a.Avoided + b.Avoided,
    };

    /// <summary>
    /// A pool with its closed trades and when it was held (also what is still held when the run ends). Its rug counts where
    /// the pool had a candidate before it, and is avoided where no position was open at its moment.
    /// </summary>
    public static PoolSums Of(
        RecordedPool pool, IEnumerable<RecordedTrade> trades, IEnumerable<(long FromMs, long ToMs)> held, long? ruggedMs)
    {
        PoolSums sums = new() { Rows = pool.Rows, Entries = pool.Entries };
        foreach (RecordedTrade trade in trades)
        {
            sums.Trades++;
            sums.Wins += trade.Pnl > 0 ? 1 : 0;
            sums.Losses += trade.Pnl < 0 ? 1 : 0;
            sums.Successes += trade.Proceeds > trade.Cost ? 1 : 0;
            sums.Gained += Math.Max(trade.Pnl, 0);
            sums.Lost += Math.Max(-trade.Pnl, 0);
            sums.OptimisticPnl += trade.OptimisticPnl;
        }

        if (ruggedMs is { } moment && pool.FirstCandidateMs <= moment)
        {
            sums.Rugs = 1;
            sums.Avoided = held.Any(h => h.FromMs <= moment && moment <= h.ToMs) ? 0 : 1;
        }

        return sums;
    }
}
