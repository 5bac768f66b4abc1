using CsCheck;
using Disruptor;
using LowLatency.Features;
using LowLatency.Inference;
using LowLatency.Pipeline;
using LowLatency.Pools;
using LowLatency.Telemetry;
using LowLatency.Tests.Inference;
using LowLatency.Tests.Train;

namespace LowLatency.Tests.Pipeline;

/// <summary>Batches of any length, beside a twin that asks one by one; and swaps anywhere in them.</summary>
public sealed class InferenceStageTests
{
    [Theory]
    [InlineData(InferenceEngine.OnnxRuntime)]
    [InlineData(InferenceEngine.Compiled)]
    public void However_events_are_batched_every_answer_has_the_bits_of_a_row_alone(InferenceEngine engine)
    {
        using TemporaryFolder folder = MadeModels.Publish(MadeModels.Make("v1", 1), MadeModels.Make("v2", 2));
        using FoundationModel alone = FoundationModel.LoadVersion(folder.Path, "v1", engine: engine);
        using FoundationModel aloneLater = FoundationModel.LoadVersion(folder.Path, "v2", engine: engine);
        Gen.Select(Gen.Int[0, 9].Array[1, 40], Gen.Int[1, 20], Gen.Int[1, 1_000_000]).Sample((kinds, maxBatch, seed) =>
        {
            Random random = new(seed);
            using FoundationModel first = FoundationModel.LoadVersion(folder.Path, "v1", engine: engine);
            using FoundationModel second = FoundationModel.LoadVersion(folder.Path, "v2", engine: engine);
            Slots slots = new([.. kinds.Select(kind => Event(kind, random))]);
            int swap = random.Next(2 * kinds.Length);
            ModelExchange exchange = new();
            if (swap < kinds.Length)
            {
                slots[swap].Kind = EventKind.ModelSwap;
                Assert.True(exchange.TryPost(second));
                exchange.Announce();
            }

            BusinessCounters counters = new();
            InferenceStage stage = new(slots, first, exchange, counters);
            int left = 0;
            for (int i = 0; i < kinds.Length; i++)
            {
                left = left == 0 ? random.Next(1, maxBatch + 1) : left;
                stage.OnEvent(ref slots[i], i, --left == 0 || i == kinds.Length - 1);
                left = i == swap ? 0 : left;
                Assert.Equal(i < swap ? first : second, stage.Model);
            }

            long asked = 0;
            for (int i = 0; i < kinds.Length; i++)
            {
                Prediction expected = default;
                if (slots[i].Kind == EventKind.Update && slots[i].Update.Quality.IsObservation() && slots[i].Window.SegmentObservations >= FeatureSchema.MinObservations)
                {
                    asked++;
                    (i < swap ? alone : aloneLater).Predict(slots[i].Features, ref expected);
                }

                Assert.Equal(expected.Made, slots[i].Prediction.Made);
                if (expected.Made)
                {
                    Assert.Equal(expected, slots[i].Prediction);
                }

                Assert.True(slots[i].Times.Inference > 0);
            }

            Assert.Equal(asked, counters.Predicted);
            Assert.Equal(swap < kinds.Length ? first : null, exchange.TakeRetired());
        }, iter: 60, threads: 1);
    }

    // One in ten a gap, one no observation, one of a pool that is warming up.
    private static PipelineEvent Event(int kind, Random random)
    {
        PipelineEvent e = default;
        e.Kind = kind == 0 ? EventKind.FeedGap : EventKind.Update;
        e.Update.Quality = kind == 1 ? Quality.Suspect : Quality.Ok;
        e.Window.SegmentObservations = kind == 2 ? FeatureSchema.MinObservations - 1 : FeatureSchema.MinObservations;
        e.Prediction.Made = true;
        e.Prediction.Moon = 0.999;
        foreach (ref double feature in (Span<double>)e.Features)
        {
            feature = random.Next(10) == 0 ? double.NaN : (random.NextDouble() - 0.5) * 4;
        }

        return e;
    }

    private sealed class Slots(PipelineEvent[] events) : IValueDataProvider<PipelineEvent>
    {
        public ref PipelineEvent this[long sequence] => ref events[sequence];
    }
}
