using LowLatency.Fuzz;
using LowLatency.Testing;

namespace LowLatency.Tests.Feed;

/// <summary>The inputs that fuzzing began with and those it has found, and a few thousand more of them.</summary>
public sealed class FuzzCorpusTests
{
    private const int Mutants = 2_000;
    private const int MaxCorpusBytes = 200_000;

    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "LowLatency.Fuzz", "corpus");

    public static TheoryData<string> Targets => [.. FuzzTarget.All.Select(static t => t.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Every_input_of_the_corpus_holds(string name) => Assert.True(Corpus.Replay(Folder, FuzzTarget.Named(name).Single()) > 3);

    [Theory]
    [MemberData(nameof(Targets))]
    public void So_do_some_mutants_of_each(string name)
    {
        FuzzTarget target = FuzzTarget.Named(name).Single();
        IReadOnlyList<byte[]> seeds = [.. Corpus.Read(Folder, target).Select(static c => c.Bytes)];
        MutateWorker worker = new(target, seeds, seed: 7, isGuided: false, crashes: Path.Combine(Path.GetTempPath(), "crashes"));
        worker.Run(Mutants);
        Assert.Equal((Mutants, 0), (worker.Done, worker.Failures));
    }

    [Fact]
    public void The_same_seed_makes_the_same_mutants()
    {
        byte[][] seeds = [[.. "{\"a\":1}\n!a"u8], [1, 2, 3]];
        Mutator one = new(3, 100);
        Mutator other = new(3, 100);
        for (int i = 0; i < 1_000; i++)
        {
            Assert.Equal(one.Make(seeds), other.Make(seeds));
        }
    }

    [Fact]
    public void What_fails_is_found_and_made_small()
    {
        FuzzTarget target = new("json", static input => Invariant.Hold(!input.Contains((byte)'}'), "a brace"));
        Assert.Equal("}"u8, Minimiser.Minimise(target, [.. "{\"a\":{\"b\":1}}"u8]));
    }

    [Fact]
    public void The_corpus_is_small() =>
        Assert.InRange(Directory.GetFiles(Folder, "*", SearchOption.AllDirectories).Sum(static f => new FileInfo(f).Length), 1, MaxCorpusBytes);
}
