using CsCheck;
using LowLatency.Features;
using LowLatency.Pools;

namespace LowLatency.Tests.Features;

public sealed class FeatureEngineTests
{
    private static readonly Gen<(double Move, int GapMs, bool Segment, double Volume)> Step = Gen.Select(
        Gen.Double[-0.7, 1.2], Gen.Int[0, 5_000], Gen.Int[0, 60], Gen.Double[-1, 100],
        static (move, gap, segment, volume) => (Math.Abs(move) < 0.2 ? 0 : move, gap, segment == 0, volume < 0 ? double.NaN : volume));

    [Fact]
    public void Streaming_features_equal_the_twin_that_recomputes_them_on_random_tapes()
    {
        Step.Array[1, 400].Sample(steps =>
        {
            FeatureEngine engine = new(2);
            FeatureTwin[] twins = [new(), new()];
            double[] price = [1, 50];
            long now = 1_750_000_000_000;
            for (int i = 0; i < steps.Length; i++)
            {
                int pool = i % 3 == 0 ? 1 : 0;
                price[pool] = Math.Clamp(price[pool] * (1 + steps[i].Move), 1e-9, 1e9);
                now += steps[i].GapMs;
                PoolUpdate update = new()
                {
                    Pool = pool,
                    TimestampMs = now,
                    BaseReserve = 1e6 / Math.Sqrt(price[pool]),
                    QuoteReserve = 1e6 * Math.Sqrt(price[pool]),
                    Volume24h = steps[i].Volume,
                };
                FeatureVector features = default;
                WindowView window = default;
                engine.OnObservation(update, steps[i].Segment, ref features, ref window);
                double[] expected = twins[pool].OnObservation(update, steps[i].Segment);
                for (int f = 0; f < FeatureSchema.Count; f++)
                {
                    Assert.True(Near(expected[f], features[f]), $"{FeatureSchema.Names[f]} at {i}: {expected[f]} is not {features[f]}");
                }

                Assert.True(Near(twins[pool].Drawdown(), window.Drawdown), $"drawdown at {i}");
            }
        }, iter: 300);
    }

    private static bool Near(double a, double b) => double.IsNaN(a) ? double.IsNaN(b) : Math.Abs(a - b) <= 1e-9 * Math.Max(1, Math.Abs(a));
}
