using System.CommandLine;
using SharpFuzz;

namespace LowLatency.Fuzz;

internal static class Program
{
    private static int Main(string[] arguments)
    {
        Argument<string> target = new("target") { Description = "frames, json, socketio, pack, pubsub, solana, tape, or all", DefaultValueFactory = static _ => "all" };
        target.AcceptOnlyFromAmong([.. FuzzTarget.All.Select(static t => t.Name), "all"]);
        Option<string?> replay = new("--replay") { Description = "Run every input of this corpus once" };
        Option<long?> mutate = new("--mutate") { Description = "Run so many mutants of the corpus through each target; guided by coverage where LowLatency.dll is instrumented" };
        Option<string> corpus = new("--corpus") { Description = "The corpus to mutate", DefaultValueFactory = static _ => Path.Combine(AppContext.BaseDirectory, "corpus") };
        Option<string> crashes = new("--crashes") { Description = "Where inputs that fail are written", DefaultValueFactory = static _ => "crashes" };
        Option<int> seed = new("--seed") { Description = "Of the mutations", DefaultValueFactory = static _ => 1 };
        Option<bool> libFuzzer = new("--libfuzzer") { Description = "Be driven by libfuzzer-dotnet" };
        Option<bool> afl = new("--afl") { Description = "Be driven by afl-fuzz (see fuzz.sh)" };
        RootCommand root = new("Fuzzes what reads the feed. Exit code 0 unless an input fails.") { target, replay, mutate, corpus, crashes, seed, libFuzzer, afl };
        root.SetAction(parsed =>
        {
            FuzzTarget[] targets = [.. FuzzTarget.Named(parsed.GetValue(target)!)];
            return parsed.GetValue(replay) is { } folder ? Replay(folder, targets)
                : parsed.GetValue(mutate) is { } inputs ? new MutateRun(parsed.GetValue(corpus)!, parsed.GetValue(crashes)!, inputs, parsed.GetValue(seed)).Run(targets) == 0 ? 0 : 1
                : parsed.GetValue(libFuzzer) ? LibFuzzer(targets[0])
                : parsed.GetValue(afl) ? Afl(targets[0])
                : throw new InvalidOperationException("say --replay, --mutate, --libfuzzer or --afl");
        });
        return root.Parse(arguments).Invoke();
    }

    private static int Replay(string folder, FuzzTarget[] targets)
    {
        int inputs = 0;
        foreach (FuzzTarget target in targets)
        {
            Coverage.Attach(static () => { });
            int count = Corpus.Replay(folder, target);
            Console.WriteLine($"{target.Name}: {count} inputs");
            inputs += count;
        }

        Console.WriteLine($"{inputs} inputs replayed");
        return inputs > 0 ? 0 : 1;
    }

    private static int LibFuzzer(FuzzTarget target)
    {
        Fuzzer.LibFuzzer.Run(input => target.Run(input));
        return 0;
    }

    // In this process: nothing that is fuzzed ends it but a stack overflow, which afl-fuzz sees as a crash all the same.
    private static int Afl(FuzzTarget target)
    {
        byte[] input = new byte[MutateWorker.MaxInputBytes];
        Fuzzer.Run(stream => target.Run(input.AsSpan(0, stream.ReadAtLeast(input, input.Length, throwOnEndOfStream: false))));
        return 0;
    }
}
