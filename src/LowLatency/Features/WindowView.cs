namespace LowLatency.Features;

/// <summary>What the rolling window (at most 100 observations of one segment) says beside the features; NaN = not yet known.</summary>
public struct WindowView
{
    /// <summary>Observations in the segment so far, this one included.</summary>
    public int SegmentObservations;

    /// <summary>price / highest price in the window - 1, never positive.</summary>
    public double Drawdown;

    /// <summary>Kaufman's efficiency ratio over 10 observations: |ln p/p10| / sum |r|; 0 where the price never moved.</summary>
    public double EfficiencyRatio10;

    /// <summary>Share of up moves in the last 10.</summary>
    public double UpShare10;

    /// <summary>ln quote / quote 10 observations back.</summary>
    public double LogQuoteChange10;
}
