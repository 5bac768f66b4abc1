using System.Runtime.CompilerServices;
using LowLatency.Pools;

namespace LowLatency.Features;

/// <summary>
/// Computes features and window of each observation as it comes: O(1) amortised whatever the window, no running sum that
/// could drift, no allocation. Owned by the business thread; a function of the observations alone.
/// </summary>
public sealed class FeatureEngine
{
    /// <summary>Observations the rolling window holds.</summary>
    public const int WindowObservations = 100;

    private const int RingSize = 128;
    private const int RingMask = RingSize - 1;
    private const int ShortRingSize = 16;
    private const int ShortRingMask = ShortRingSize - 1;
    private const int VolumeWindow = 5;
    private const int TrendWindow = 10;
    private const double DumpChange = -0.5;
    private const double DrainChange = -0.3;
    private const double MsPerMinute = 60_000;

    private readonly PoolWindow[] _pools;

    /// <summary>Creates the engine for pool indices below <paramref name="maxPools"/>.</summary>
    public FeatureEngine(int maxPools) => _pools = new PoolWindow[maxPools];

    /// <summary>
    /// Takes one observation (<see cref="Qualities.IsObservation"/> holds) and fills its features and window.
    /// <paramref name="newSegment"/>: nothing before it counts, but for the pool's age.
    /// </summary>
    public void OnObservation(in PoolUpdate update, bool newSegment, ref FeatureVector features, ref WindowView window)
    {
        ref PoolWindow pool = ref _pools[update.Pool];
        if (pool.FirstTimestampMs == 0)
        {
            pool.FirstTimestampMs = update.TimestampMs;
        }

        if (newSegment)
        {
            pool.Count = 0;
            pool.Gains = 0;
            pool.PeakHead = pool.PeakTail = 0;
        }

        double price = update.Price;
        double k = update.K;
        int n = pool.Count;
        double change1 = n >= 1 ? (price / pool.Prices[(n - 1) & RingMask]) - 1 : double.NaN;
        double liquidityChange = n >= 1 ? (k / pool.Ks[(n - 1) & ShortRingMask]) - 1 : double.NaN;
        double lastVolume = n >= 1 ? pool.Volumes[(n - 1) & ShortRingMask] : 0;
        double spike = lastVolume > 0 ? (update.Volume24h / lastVolume) - 1 : double.NaN;
        pool.Gains = n == 0 ? 0 : change1 > 0 ? pool.Gains + 1 : 0;
        pool.Volumes[n & ShortRingMask] = update.Volume24h;

        features[FeatureSchema.PriceChange1] = change1;
        features[FeatureSchema.PriceChange3] = n >= 3 ? (price / pool.Prices[(n - 3) & RingMask]) - 1 : double.NaN;
        features[FeatureSchema.PriceChange10] = n >= 10 ? (price / pool.Prices[(n - 10) & RingMask]) - 1 : double.NaN;
        features[FeatureSchema.ConsecutiveGains] = pool.Gains;
        features[FeatureSchema.KConstant] = k;
        features[FeatureSchema.LiquidityChange] = liquidityChange;
        features[FeatureSchema.ReserveRatio] = update.BaseReserve / update.QuoteReserve;
        features[FeatureSchema.VolumeSpike] = spike;
        features[FeatureSchema.VolumeMa5] = n + 1 >= VolumeWindow ? MeanVolume(ref pool, n) : double.NaN;
        features[FeatureSchema.MassiveDump] = change1 < DumpChange ? 1 : 0;
        features[FeatureSchema.ReserveDrain] = liquidityChange < DrainChange ? 1 : 0;
        features[FeatureSchema.PoolAgeMinutes] = (update.TimestampMs - pool.FirstTimestampMs) / MsPerMinute;
        features[FeatureSchema.PriceAcceleration] = n >= 1 ? change1 - pool.LastChange1 : double.NaN;
        features[FeatureSchema.VolumeAcceleration] = n >= 1 ? spike - pool.LastSpike : double.NaN;

        pool.Prices[n & RingMask] = price;
        pool.LogReturns[n & ShortRingMask] = n >= 1 ? Math.Log(1 + change1) : 0;
        pool.Quotes[n & ShortRingMask] = update.QuoteReserve;
        pool.Ks[n & ShortRingMask] = k;
        pool.LastChange1 = change1;
        pool.LastSpike = spike;
        pool.Count = n + 1;
        FillWindow(ref pool, n, price, ref window);
        features[FeatureSchema.Drawdown100] = window.Drawdown;
        features[FeatureSchema.LogKChange10] =
            n >= TrendWindow ? Math.Log(k / pool.Ks[(n - TrendWindow) & ShortRingMask]) : double.NaN;
    }

    private static double MeanVolume(ref PoolWindow pool, int newest)
    {
        double sum = 0;
        for (int back = VolumeWindow - 1; back >= 0; back--)
        {
            sum += pool.Volumes[(newest - back) & ShortRingMask];
        }

        return sum / VolumeWindow;
    }

    private static void FillWindow(ref PoolWindow pool, int newest, double price, ref WindowView window)
    {
        window.SegmentObservations = newest + 1;
        window.Drawdown = (price / PushPeak(ref pool, newest, price)) - 1;
        if (newest < TrendWindow)
        {
            window.EfficiencyRatio10 = window.UpShare10 = window.LogQuoteChange10 = double.NaN;
            return;
        }

        double path = 0;
        double net = 0;
        int ups = 0;
        for (int back = TrendWindow - 1; back >= 0; back--)
        {
            double step = pool.LogReturns[(newest - back) & ShortRingMask];
            path += Math.Abs(step);
            net += step;
            ups += step > 0 ? 1 : 0;
        }

        window.EfficiencyRatio10 = path > 0 ? Math.Abs(net) / path : 0;
        window.UpShare10 = ups / (double)TrendWindow;
        window.LogQuoteChange10 = Math.Log(
            pool.Quotes[newest & ShortRingMask] / pool.Quotes[(newest - TrendWindow) & ShortRingMask]);
    }

    // Peaks holds the ring positions of a falling run of prices inside the window; its head is the window's highest price.
    // Every observation enters and leaves it at most once, so the cost is O(1) amortised and at most 100 steps at once.
    private static double PushPeak(ref PoolWindow pool, int newest, double price)
    {
        while (pool.PeakTail > pool.PeakHead && pool.Prices[pool.Peaks[(pool.PeakTail - 1) & RingMask]] <= price)
        {
            pool.PeakTail--;
        }

        pool.Peaks[pool.PeakTail++ & RingMask] = (byte)(newest & RingMask);
        int leaving = (newest - WindowObservations) & RingMask;
        if (newest >= WindowObservations && pool.Peaks[pool.PeakHead & RingMask] == leaving)
        {
            pool.PeakHead++;
        }

        return pool.Prices[pool.Peaks[pool.PeakHead & RingMask]];
    }

    private struct PoolWindow
    {
        public long FirstTimestampMs;
        public int Count;
        public int Gains;
        public int PeakHead;
        public int PeakTail;
        public double LastChange1;
        public double LastSpike;
        public ShortRing Volumes;
        public ShortRing Quotes;
        public ShortRing Ks;
        public ShortRing LogReturns;
        public PriceRing Prices;
        public PeakRing Peaks;
    }

    [InlineArray(ShortRingSize)]
    private struct ShortRing
    {
        private double _first;
    }

    [InlineArray(RingSize)]
    private struct PriceRing
    {
        private double _first;
    }

    [InlineArray(RingSize)]
    private struct PeakRing
    {
        private byte _first;
    }
}
