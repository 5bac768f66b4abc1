using LowLatency.Inference;
using LowLatency.Storage;

namespace LowLatency.Tests.Train;

/// <summary>The tool as a person meets it: a process with arguments, two streams and an exit code.</summary>
public class TrainCommandTests
{
    [Fact]
    public async Task A_recording_becomes_a_model_that_serves_and_making_it_again_gives_the_same_bytes()
    {
        using TemporaryFolder folder = new();
        string recording = Path.Combine(folder.Path, "walks.sqlite");
        WriteWalks(recording, pools: 150);
        string one = Path.Combine(folder.Path, "one");
        string other = Path.Combine(folder.Path, "other");
        (int code, string output, string errors) = await Run("train", "--db", recording, "--out", one, "--trees", "8", "--json");
        Assert.True(code == 0, errors);
        ModelManifest printed = ModelManifest.Parse(System.Text.Encoding.UTF8.GetBytes(output));
        Assert.Equal("train --db walks.sqlite --seed 1 --trees 8 --leaves 16 --version v1", printed.Creator);

        Assert.Equal(0, (await Run("train", "--db", recording, "--out", other, "--trees", "8")).Code);
        foreach (string file in Directory.GetFiles(one, "*", SearchOption.AllDirectories))
        {
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(other, Path.GetRelativePath(one, file))));
        }

        using FoundationModel model = FoundationModel.Load(one);
        Assert.StartsWith("foundation-v1-", model.Version, StringComparison.Ordinal);

        Assert.Equal(2, (await Run("train", "--db", recording, "--out", one, "--version", "v1")).Code);
        Assert.Equal(0, (await Run("train", "--db", recording, "--out", one, "--trees", "4", "--keep-champion")).Code);
        Assert.Equal("v1", ModelFiles.ReadChampion(one).Foundation);
        Assert.Equal((null, ModelFiles.ReadChampion(one)), (ManifestOf(one, "v1").Parent, ManifestOf(one, "v2").Parent));
        Assert.Equal(0, (await Run("models", "promote", "--models", one, "--version", "v2")).Code);
        Assert.Equal("v2", ModelFiles.ReadChampion(one).Foundation);
        Assert.Equal(1, (await Run("models", "promote", "--models", one, "--version", "v3")).Code);
    }

    [Fact]
    public async Task A_recording_is_judged_by_its_rest_and_by_others_and_gives_its_rows_to_peers()
    {
        using TemporaryFolder folder = new();
        string recording = Path.Combine(folder.Path, "walks.sqlite");
        string other = Path.Combine(folder.Path, "others.sqlite");
        string report = Path.Combine(folder.Path, "report");
        WriteWalks(recording, pools: 150);
        WriteWalks(other, pools: 20, seed: 12);
        (int code, string output, string errors) = await Run("evaluate", "--fit", recording, "--test-after", "0.6", "--on", other, "--out", report);
        Assert.True(code == 0, errors);

        Assert.Contains("moon, walks.sqlite after 60 % of its time:", output, StringComparison.Ordinal);
        Assert.Contains("rug, others.sqlite:", output, StringComparison.Ordinal);
        string[] rows = File.ReadAllLines(Path.Combine(report, "rows.csv"));
        string[][] cells = [.. rows.Skip(1).Select(static r => r.Split(','))];
        Assert.Equal(["train", "calibrate", "walks.sqlite after 60 % of its time", "others.sqlite"], cells.Select(static c => c[0]).Distinct());
        Assert.All(cells, static c => Assert.InRange(double.Parse(c[^1], System.Globalization.CultureInfo.InvariantCulture), 0, 1));
        Assert.Contains("<svg", System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(
            File.ReadAllText(Path.Combine(report, "evaluation.html")).Split("base64,")[1].Split('"')[0])), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("one of --fit and --models", "evaluate", "--out", "x")]
    [InlineData("--db' is required", "train")]
    [InlineData("is not a version", "train", "--db", "x.sqlite", "--version", "../v1")]
    [InlineData("from 2 to 64", "train", "--db", "x.sqlite", "--leaves", "65")]
    [InlineData("there is no recording", "train", "--db", "not-there.sqlite")]
    public async Task Wrong_usage_is_told_on_stderr_with_code_two(string says, params string[] arguments)
    {
        (int code, _, string errors) = await Run(arguments);

        Assert.Equal(2, code);
        Assert.Contains(says, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_teaches_by_an_example()
    {
        (int code, string output, _) = await Run("train", "--help");

        Assert.Equal(0, code);
        Assert.Contains("Example: LowLatency.Train train --db recording.sqlite", output, StringComparison.Ordinal);
    }

    private static ModelManifest ManifestOf(string models, string version) =>
        ModelManifest.Parse(File.ReadAllBytes(Path.Combine(ModelFiles.VersionDirectory(models, version), ModelFiles.Manifest)));

    internal static Task<(int Code, string Output, string Errors)> Run(params string[] arguments) => CommandProcess.RunAsync("LowLatency.Train.dll", arguments);

    // Prices that walk with momentum, and now and then lose most of their liquidity.
    private static void WriteWalks(string path, int pools, int seed = 11)
    {
        Random random = new(seed);
        List<RecordedRow> rows = [];
        for (int pool = 0; pool < pools; pool++)
        {
            long time = SyntheticData.StartMs + (pool * 300_000L);
            PoolInfo info = new(Key(random), Key(random), "So11111111111111111111111111111111111111112", 6, 9, 0.25, time / 1000, time);
            double quote = 50;
            double tokens = 1e8;
            double momentum = 0;
            for (int i = 0; i < 60; i++)
            {
                time += random.Next(1_000, 20_000);
                momentum = (0.8 * momentum) + (0.06 * (random.NextDouble() - 0.5));
                quote *= Math.Exp(momentum);
                tokens /= Math.Exp(momentum);
                if (random.NextDouble() < 0.02)
                {
                    quote *= 0.2;
                    tokens *= 0.2;
                }

                rows.Add(new RecordedRow(0, info, info.PoolId, time, quote / tokens, tokens, quote, quote * (1 + random.NextDouble())));
            }
        }

        using RecordingWriter writer = new(path);
        foreach (RecordedRow row in rows.OrderBy(static r => r.TimestampMs))
        {
            writer.Add(row);
        }
    }

    private static string Key(Random random) =>
        new([.. Enumerable.Range(0, 44).Select(_ => "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"[random.Next(49)])]);
}
