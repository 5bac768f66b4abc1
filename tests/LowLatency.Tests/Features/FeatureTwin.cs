using LowLatency.Features;
using LowLatency.Pools;

namespace LowLatency.Tests.Features;

/// <summary>The features by the book: keeps every observation and computes each value from the whole list.</summary>
internal sealed class FeatureTwin
{
    private readonly List<PoolUpdate> _segment = [];
    private long? _firstMs;

    public double[] OnObservation(in PoolUpdate update, bool newSegment)
    {
        _firstMs ??= update.TimestampMs;
        if (newSegment)
        {
            _segment.Clear();
        }

        _segment.Add(update);
        int last = _segment.Count - 1;
        double acceleration = Change(last, 1) - Change(last - 1, 1);
        return
        [
            Change(last, 1), Change(last, 3), Change(last, 10), Gains(last), update.K,
            Ratio(last, static u => u.K), update.BaseReserve / update.QuoteReserve, Spike(last),
            last >= 4 ? _segment.TakeLast(5).Average(static u => u.Volume24h) : double.NaN,
            Change(last, 1) < -0.5 ? 1 : 0, Ratio(last, static u => u.K) < -0.3 ? 1 : 0,
            (update.TimestampMs - _firstMs.Value) / 60_000.0, acceleration, Spike(last) - Spike(last - 1),
            Drawdown(), last >= 10 ? Math.Log(update.K / _segment[last - 10].K) : double.NaN,
        ];
    }

    public double Drawdown() => (_segment[^1].Price / _segment.TakeLast(100).Max(static u => u.Price)) - 1;

    private double Change(int at, int back) => at - back >= 0 ? (_segment[at].Price / _segment[at - back].Price) - 1 : double.NaN;

    private double Ratio(int at, Func<PoolUpdate, double> of) => at >= 1 ? (of(_segment[at]) / of(_segment[at - 1])) - 1 : double.NaN;

    private double Spike(int at) => at >= 1 && _segment[at - 1].Volume24h > 0 ? Ratio(at, static u => u.Volume24h) : double.NaN;

    private int Gains(int at)
    {
        int gains = 0;
        while (at - gains >= 1 && Change(at - gains, 1) > 0)
        {
            gains++;
        }

        return gains;
    }
}
