using LowLatency.Features;
using LowLatency.Train;
using LowLatency.Train.LightGbm;

namespace LowLatency.Tests.Train;

/// <summary>Seeded datasets with a signal that trees can find: not a market, only something to fit. Pools come and go for a day.</summary>
internal static class SyntheticData
{
    public const long StartMs = 1_700_000_000_000;

    public static readonly BoosterParameters SmallModel = new(Trees: 12, Leaves: 8, MinRowsInLeaf: 20);

    public static Dataset Make(int pools = 400, int rowsPerPool = 20, int seed = 1)
    {
        Random random = new(seed);
        List<(long Time, string Pool, long End, FeatureVector Features, bool Moon, bool Rug)> rows = [];
        for (int pool = 0; pool < pools; pool++)
        {
            long time = StartMs + (pool * 86_400_000L / pools);
            for (int i = 0; i < rowsPerPool; i++)
            {
                time += random.Next(2_000, 20_000);
                FeatureVector features = default;
                for (int f = 0; f < FeatureSchema.Count; f++)
                {
                    features[f] = random.NextDouble() < 0.1 && f is 2 or 8 ? double.NaN : Math.Exp(4 * random.NextDouble()) - 8;
                }

                features[FeatureSchema.MassiveDump] = random.Next(2);
                double moon = Sigmoid((features[0] / 6) - 2.5 + (double.IsNaN(features[2]) ? 1 : 0));
                double rug = Sigmoid((features[5] / 8) - 2 + features[FeatureSchema.MassiveDump]);
                rows.Add((time, $"pool{pool}", time + 120_000, features, random.NextDouble() < moon, random.NextDouble() < rug));
            }
        }

        DatasetBuilder builder = new();
        foreach (var row in rows.OrderBy(static r => r.Time))
        {
            builder.Add(row.Pool, row.Time, row.End, row.Features, row.Moon, row.Rug);
        }

        return builder.Build();
    }

    private static double Sigmoid(double z) => 1 / (1 + Math.Exp(-z));
}
