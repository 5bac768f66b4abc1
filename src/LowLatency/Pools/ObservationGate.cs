namespace LowLatency.Pools;

/// <summary>
/// Tells what each row is worth (features.md, section 1): gaps of the feed, torn reads, confirmed liquidity events,
/// corrected decimals. A function of the rows alone. Owned by the business thread; O(1) per row, allocates nothing.
/// </summary>
public sealed class ObservationGate
{
    /// <summary>A stretch of the feed longer than this without a row of any pool is a gap.</summary>
    public const long MaxGapMs = 120_000;

    /// <summary>Relative change of both k and price above which a row is suspect.</summary>
    public const double SuspectChange = 0.05;

    private const int MaxDecimalsShift = 18;

    private readonly PoolHistory[] _pools;
    private long _lastFeedMs = long.MinValue;
    private int _epoch = 1;

    /// <summary>Creates the gate for pool indices below <paramref name="maxPools"/>.</summary>
    public ObservationGate(int maxPools) => _pools = new PoolHistory[maxPools];

    /// <summary>The feed was interrupted: the next row of every pool is a gap.</summary>
    public void OnFeedGap() => _epoch++;

    /// <summary>
    /// Refines <see cref="PoolUpdate.Quality"/> of a normalised row. Returns what the row begins:
    /// a new stretch of the feed, a new segment of the pool, both or neither.
    /// </summary>
    public RowBegins Classify(ref PoolUpdate update)
    {
        RowBegins begins = RowBegins.Nothing;
        if (_lastFeedMs != long.MinValue && update.TimestampMs - _lastFeedMs > MaxGapMs)
        {
            _epoch++;
            begins = RowBegins.FeedStretch;
        }

        _lastFeedMs = Math.Max(_lastFeedMs, update.TimestampMs);
        if (update.Quality is Quality.NotASolPool or Quality.Invalid)
        {
            return begins;
        }

        ref PoolHistory pool = ref _pools[update.Pool];
        double price = update.Price;
        double k = update.K;
        if (pool.Epoch != _epoch)
        {
            update.Quality = pool.Epoch == 0 ? Quality.Ok : Quality.Gap;
            pool.Epoch = _epoch;
            begins |= RowBegins.Segment;
        }
        else if (!IsInconsistent(k, pool.AcceptedK) || !IsInconsistent(price, pool.AcceptedPrice))
        {
            update.Quality = Quality.Ok;
        }
        else if (pool.SuspectK > 0 && !IsInconsistent(k, pool.SuspectK))
        {
            bool decimals = IsPowerOfTen(k / pool.AcceptedK);
            update.Quality = decimals ? Quality.DecimalsChange : Quality.LiquidityEvent;
            begins |= decimals ? RowBegins.Segment : RowBegins.Nothing;
        }
        else
        {
            update.Quality = Quality.Suspect;
            pool.SuspectK = k;
            return begins;
        }

        pool.AcceptedK = k;
        pool.AcceptedPrice = price;
        pool.SuspectK = 0;
        return begins;
    }

    private static bool IsInconsistent(double value, double reference) => Math.Abs((value / reference) - 1) > SuspectChange;

    private static bool IsPowerOfTen(double ratio)
    {
        double up = ratio < 1 ? 1 / ratio : ratio;
        double power = 10;
        for (int i = 0; i < MaxDecimalsShift; i++, power *= 10)
        {
            double wanted = ratio < 1 ? 1 / power : power;
            if (Math.Abs((ratio / wanted) - 1) <= SuspectChange)
            {
                return true;
            }

            if (power > up * 2)
            {
                return false;
            }
        }

        return false;
    }

    private struct PoolHistory
    {
        // 0 = never seen. AcceptedK and AcceptedPrice are meaningful only while Epoch is the current one.
        public int Epoch;
        public double AcceptedK;
        public double AcceptedPrice;

        // 0 = no row is held back.
        public double SuspectK;
    }
}

/// <summary>What a row begins.</summary>
[Flags]
public enum RowBegins
{
    /// <summary>It goes on where the pool's last row left.</summary>
    Nothing = 0,

    /// <summary>The first row of any pool after a gap of the feed.</summary>
    FeedStretch = 1,

    /// <summary>A new segment of this pool: no window, change or label crosses it.</summary>
    Segment = 2,
}
