using System.Diagnostics;
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
        Assert.Equal(0, (await Run("models", "promote", "--models", one, "--version", "v2")).Code);
        Assert.Equal("v2", ModelFiles.ReadChampion(one).Foundation);
        Assert.Equal(1, (await Run("models", "promote", "--models", one, "--version", "v3")).Code);
    }

    [Theory]
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

    internal static async Task<(int Code, string Output, string Errors)> Run(params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "LowLatency.Train.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await errors);
    }

    // Prices that walk with momentum, and now and then lose most of their liquidity.
    private static void WriteWalks(string path, int pools)
    {
        Random random = new(11);
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
