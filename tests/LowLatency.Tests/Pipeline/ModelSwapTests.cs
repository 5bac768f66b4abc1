using Disruptor;
using Disruptor.Dsl;
using LowLatency.Inference;
using LowLatency.Pipeline;
using LowLatency.Pools;
using LowLatency.Positions;
using LowLatency.Simulation;
using LowLatency.Storage;
using LowLatency.Telemetry;
using LowLatency.Tests.Inference;
using LowLatency.Tests.Train;
using LowLatency.Train;
using Microsoft.Data.Sqlite;

namespace LowLatency.Tests.Pipeline;

/// <summary>Another version is promoted while rows stream through the pipeline.</summary>
public sealed class ModelSwapTests
{
    private const int Rows = 6_000;

    [Theory]
    [InlineData(Topology.Fused)]
    [InlineData(Topology.Pipelined)]
    public async Task No_row_is_missed_and_each_is_answered_by_the_model_of_its_side(Topology topology)
    {
        using TemporaryFolder folder = MadeModels.Publish(MadeModels.Make("v1", 1));
        RecordedRow[] rows = [.. World.Create("realistic", 3).Rows().Take(Rows)];
        Seen seen = new();
        List<string> said = [];
        FoundationModel first = FoundationModel.Load(folder.Path);
        using TradingPipeline pipeline = new(
            new PipelineOptions { Topology = topology, OutboxPolicy = OutboxPolicy.Wait, RingSize = 64 }, new TradingSettings(), first, seen);
        ChampionWatch watch = new(folder.Path, InferenceEngine.Auto, first, pipeline.Models, static _ => { }, said.Add);
        pipeline.Start();
        watch.Look();
        for (int i = 0; i < Rows; i++)
        {
            if (i == Rows / 3)
            {
                ModelPublisher.Write(folder.Path, MadeModels.Make("v2", 2), replace: false);
                ModelPublisher.Promote(folder.Path, "v2");
                watch.Look();
                watch.Look();
            }

            pipeline.Publisher.OnRow(rows[i]);
        }

        await pipeline.StopAsync();

        // The one event more is the swap, where the row was published that followed the promotion.
        Assert.Equal(Enumerable.Range(0, Rows).Select(i => rows[i].Id), seen.Events.Where(static e => e.Kind == EventKind.Update).Select(static e => e.Update.SourceId));
        Assert.Equal(Rows + 1, seen.Events.Count);
        Assert.Equal(EventKind.ModelSwap, seen.Events[Rows / 3].Kind);
        using FoundationModel before = FoundationModel.LoadVersion(folder.Path, "v1");
        using FoundationModel after = FoundationModel.LoadVersion(folder.Path, "v2");
        Assert.NotEqual(before.Id, after.Id);
        for (int i = 0; i < seen.Events.Count; i++)
        {
            PipelineEvent e = seen.Events[i];
            if (e.Prediction.Made)
            {
                Prediction expected = default;
                (i < Rows / 3 ? before : after).Predict(e.Features, ref expected);
                Assert.Equal(expected, e.Prediction);
            }
        }

        Assert.True(seen.Events.Count(static e => e.Prediction.Made) > Rows / 2);
        Assert.Equal([after.Description + " predicts from the next row on"], said);
        Assert.Equal(after.Version, pipeline.Model.Version);
        Assert.False(pipeline.Models.IsEmpty);
        watch.Look();
        Assert.True(pipeline.Models.IsEmpty);
        pipeline.Model.Dispose();
    }

    [Fact]
    public async Task A_promoted_version_that_does_not_load_is_told_once_and_the_last_good_one_serves_on()
    {
        using TemporaryFolder folder = MadeModels.Publish(MadeModels.Make("v1", 1));
        List<string> said = [];
        using FoundationModel first = FoundationModel.Load(folder.Path);
        using TradingPipeline pipeline = new(new PipelineOptions(), new TradingSettings(), first);
        ChampionWatch watch = new(folder.Path, InferenceEngine.Auto, first, pipeline.Models, static _ => { }, said.Add);
        pipeline.Start();
        ModelPublisher.Write(folder.Path, MadeModels.Make("v2", 2), replace: false);
        ModelPublisher.Promote(folder.Path, "v2");
        File.AppendAllText(MadeModels.File(folder, "v2", ModelFiles.Model), "x");
        watch.Look();
        watch.Look();
        File.SetLastWriteTimeUtc(Path.Combine(folder.Path, ModelFiles.Champion), DateTime.UnixEpoch);
        watch.Look();
        await pipeline.StopAsync();

        Assert.Contains("HashMismatch", Assert.Single(said), StringComparison.Ordinal);
        Assert.Equal(first.Version, pipeline.Model.Version);
        Assert.True(pipeline.Models.IsEmpty);
    }

    [Fact]
    public async Task Recorded_decisions_name_the_model_that_made_them()
    {
        using TemporaryFolder folder = MadeModels.Publish(MadeModels.Make("v1", 1), MadeModels.Make("v2", 2));
        string path = Path.Combine(folder.Path, "decisions.sqlite");
        using FoundationModel first = FoundationModel.LoadVersion(folder.Path, "v1");
        using FoundationModel second = FoundationModel.LoadVersion(folder.Path, "v2");
        using (SqliteProjection store = new(path, first, new TradingSettings()))
        {
            PoolTable pools = new();
            using TradingPipeline pipeline = new(
                new PipelineOptions { OutboxPolicy = OutboxPolicy.Wait }, new TradingSettings(), first, new Projection(pools, store), pools: pools);
            pipeline.Start();
            int i = 0;
            foreach (RecordedRow row in World.Create("realistic", 3).Rows().Take(2_000))
            {
                if (i++ == 1_000)
                {
                    store.Announce(second);
                    Assert.True(pipeline.Models.TryPost(second));
                }

                pipeline.Publisher.OnRow(row);
            }

            await pipeline.StopAsync();
        }

        using SqliteConnection connection = new($"Data Source={path};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT m.version, m.sha256, count(*) FROM decisions d JOIN models m ON m.id = d.model GROUP BY 1 ORDER BY min(d.id)";
        using SqliteDataReader reader = command.ExecuteReader();
        foreach (FoundationModel model in new[] { first, second })
        {
            Assert.True(reader.Read());
            Assert.Equal((model.Version, model.Manifest.Sha256.Model), (reader.GetString(0), reader.GetString(1)));
            Assert.InRange(reader.GetInt32(2), 200, 1_000);
        }

        Assert.False(reader.Read());
    }

    private sealed class Seen : IValueEventHandler<PipelineEvent>
    {
        public List<PipelineEvent> Events { get; } = [];

        public void OnEvent(ref PipelineEvent data, long sequence, bool endOfBatch) => Events.Add(data);
    }
}
