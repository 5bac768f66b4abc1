using System.Diagnostics;
using System.Globalization;

namespace LowLatency.Fuzz;

/// <summary>
/// So many mutants of the corpus through each target, on all cores; by one thread, and guided by coverage, where the assembly
/// under test is instrumented. Fails on what a target throws, on an input that does not end, that takes or allocates too much,
/// and on a heap that has grown when all is done.
/// </summary>
internal sealed class MutateRun(string corpus, string crashes, long inputs, int seed)
{
    private const int HangSeconds = 20;
    private const long MaxHeapGrowthBytes = 8 << 20;
    private const int WarmUpInputs = 2_000;

    /// <summary>Returns how many inputs failed.</summary>
    public int Run(IEnumerable<FuzzTarget> targets)
    {
        long done = 0;
        int failures = 0;
        Stopwatch watch = Stopwatch.StartNew();
        foreach (FuzzTarget target in targets)
        {
            (long count, int failed) = Run(target);
            done += count;
            failures += failed;
        }

        Print($"{done} inputs in {watch.Elapsed.TotalSeconds:F1} s, {failures} failures");
        return failures;
    }

    private (long Done, int Failures) Run(FuzzTarget target)
    {
        List<byte[]> seeds = [.. Corpus.Read(corpus, target).Select(static c => c.Bytes)];
        if (seeds.Count == 0)
        {
            throw new InvalidOperationException($"there is no corpus for {target.Name} in {corpus}");
        }

        Coverage.Attach(() => target.Run(seeds[0]));
        Coverage.Forget();
        bool isGuided = Coverage.IsOn;
        int threads = isGuided ? 1 : Environment.ProcessorCount;
        MutateWorker warmUp = new(target, seeds, seed, isGuided: false, crashes);
        warmUp.Run(Math.Min(WarmUpInputs, inputs));
        long heap = GC.GetTotalMemory(forceFullCollection: true);
        MutateWorker[] workers = [.. Enumerable.Range(0, threads).Select(i => new MutateWorker(target, seeds, HashCode(target, i), isGuided, crashes))];
        Stopwatch watch = Stopwatch.StartNew();
        using (new Timer(_ => EndIfHanging(target, workers), null, 1_000, 1_000))
        {
            Thread[] running = [.. workers.Select((worker, i) => new Thread(() => worker.Run((inputs / threads) + (i < inputs % threads ? 1 : 0))))];
            Array.ForEach(running, static t => t.Start());
            Array.ForEach(running, static t => t.Join());
        }

        double seconds = watch.Elapsed.TotalSeconds;
        long done = workers.Sum(static w => w.Done);
        int failures = workers.Sum(static w => w.Failures) + warmUp.Failures;
        long grown = GC.GetTotalMemory(forceFullCollection: true) - heap - workers.Sum(static w => w.KeptBytes);
        failures += grown > MaxHeapGrowthBytes ? 1 : 0;
        string guided = isGuided ? $", {workers[0].Kept} kept for {Coverage.Edges} edges" : "";
        Print($"{target.Name,-9}{done,10} inputs {done / seconds,9:F0}/s  {failures} failures, slowest {workers.Max(static w => w.SlowestMs):F1} ms, most allocated {workers.Max(static w => w.MostAllocatedBytes)} B, heap {grown / 1024.0:+0;-0;0} KiB{guided}");
        GC.KeepAlive(workers);
        return (done, failures);
    }

    // The same numbers for the same seed in every process: string.GetHashCode is not that.
    private int HashCode(FuzzTarget target, int worker) =>
        (int)(InputHash.Fold(System.Text.Encoding.ASCII.GetBytes(target.Name)) ^ ((ulong)seed * 1_000_003) ^ ((ulong)worker * 7_919)) & int.MaxValue;

    private void EndIfHanging(FuzzTarget target, MutateWorker[] workers)
    {
        foreach (MutateWorker worker in workers)
        {
            long since = worker.Since;
            if (since != 0 && Stopwatch.GetElapsedTime(since).TotalSeconds > HangSeconds)
            {
                Directory.CreateDirectory(crashes);
                string file = Path.Combine(crashes, $"{target.Name}-hang");
                File.WriteAllBytes(file, worker.Current.AsSpan(0, worker.CurrentLength));
                Print($"FAILED {target.Name}: {file} does not end");
                Environment.Exit(1);
            }
        }
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
