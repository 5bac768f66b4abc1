namespace LowLatency.Positions;

/// <summary>
/// What a trade brings, as fractions of its cost (learning.md 7): spec's values to begin with, drawn towards the closed trades
/// as they come, each value as if <see cref="PriorTrades"/> trades had shown it before. One thread.
/// </summary>
internal sealed class Payoffs
{
    /// <summary>Weight of what is believed before the first trade.</summary>
    public const int PriorTrades = 50;

    // Both legs' swap fee, which the proceeds lack already and the cost counts.
    private const double SwapFees = 2.0 * ConstantProduct.FeeNumerator / ConstantProduct.FeeDenominator;

    private Mean _gain = new(0.13);
    private Mean _loss = new(0.95);
    private Mean _noiseSquared = new(0.04 * 0.04);
    private Mean _cost = new(0.012);

    /// <summary>Gain where the target was reached.</summary>
    public double Gain => _gain.Value;

    /// <summary>Loss where the pool was rugged.</summary>
    public double Loss => _loss.Value;

    /// <summary>Root of the mean squared return of all others; taken as a loss where they are weighed.</summary>
    public double Noise => Math.Sqrt(_noiseSquared.Value);

    /// <summary>Swap and network fees of the round trip.</summary>
    public double Cost => _cost.Value;

    /// <summary>Learns from a closed trade, by the reason it was closed for.</summary>
    public void Add(in ClosedTrade trade)
    {
        double change = (trade.Proceeds / (double)trade.Cost) - 1 + SwapFees;
        _cost.Add(SwapFees + (trade.Fees / (double)trade.Cost));
        switch (trade.Reason)
        {
            case ExitReason.TakeProfit:
                _gain.Add(change);
                break;
            case ExitReason.RugSeen or ExitReason.AccountClosed or ExitReason.Unsellable:
                _loss.Add(-change);
                break;
            default:
                _noiseSquared.Add(change * change);
                break;
        }
    }

    private struct Mean(double prior)
    {
        private double _sum = PriorTrades * prior;
        private int _count = PriorTrades;

        public readonly double Value => _sum / _count;

        public void Add(double value)
        {
            _sum += value;
            _count++;
        }
    }
}
