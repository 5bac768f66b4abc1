using LowLatency.Features;
using LowLatency.Simulation;
using LowLatency.Storage;
using LowLatency.Train;
using LowLatency.Train.LightGbm;
using LowLatency.Train.Study;

namespace LowLatency.Tests.Train.Study;

public class CandidatesTests
{
    private static readonly FeatureRow[] Table = FeatureTable.Build(World.Create("realistic", 8, 0.1).Rows().Take(5_000));

    [Fact]
    public void What_the_schema_took_in_is_the_candidate_of_that_name()
    {
        DatasetBuilder builder = new();
        builder.AddRecording(Table);
        Dataset data = builder.Build();
        float[] candidates = Candidates.Of(Table);
        int width = Candidates.Names.Count;
        Assert.Equal(data.Count * width, candidates.Length);
        string[] added = [.. FeatureSchema.Names[FeatureSchema.SeedCount..]];
        Assert.NotEmpty(added);
        foreach (string name in added)
        {
            int candidate = Candidates.Names.ToList().IndexOf(name);
            int column = FeatureSchema.Names.IndexOf(name);
            for (int i = 0; i < data.Count; i++)
            {
                Assert.Equal(candidates[(i * width) + candidate], data.Row(i)[column], 1e-6f);
            }
        }
    }

    [Fact]
    public void The_table_begins_with_the_seeds_features_and_ends_with_the_split_that_is_never_reported()
    {
        DatasetBuilder builder = new();
        builder.AddRecording(Table);
        Dataset data = builder.Build();
        AblationLine[] lines = [.. new Ablation(data, Candidates.Of(Table), replicates: 20).Run(data.Moon, new BoosterParameters(Trees: 4, Leaves: 4, MinRowsInLeaf: 50), static _ => { })];

        Assert.Equal((FeatureSchema.SeedCount, 0.0), (lines[0].Columns, lines[0].Gain.Value));
        Assert.Equal(FeatureSchema.Count - TrainedHead.Unused.Count, lines.Single(static l => l.Name.StartsWith("chosen:", StringComparison.Ordinal)).Columns);
        Assert.Equal(FeatureSchema.SeedCount + Candidates.Names.Count, lines.Single(static l => l.Name.StartsWith("both", StringComparison.Ordinal)).Columns);
        Assert.Contains("at random", lines[^1].Name, StringComparison.Ordinal);
        Assert.True(lines[^1].Value.RocAuc > lines[0].Value.RocAuc);
    }
}
