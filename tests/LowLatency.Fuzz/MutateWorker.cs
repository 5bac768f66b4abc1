using System.Diagnostics;

namespace LowLatency.Fuzz;

/// <summary>One thread of a run: its own inputs, its own figures. Only <see cref="Since"/> is read by others meanwhile.</summary>
internal sealed class MutateWorker(FuzzTarget target, IReadOnlyList<byte[]> seeds, int seed, bool isGuided, string crashes)
{
    /// <summary>Longest input.</summary>
    public const int MaxInputBytes = 6_144;

    /// <summary>Longest that an input may take: a machine with two cores and a collection in between included.</summary>
    public const int MaxInputMs = 2_000;

    /// <summary>Most bytes that one input may allocate: three decoders with messages of 200,000 bytes that double, or two tapes with a record of 1 MiB.</summary>
    public const long MaxInputAllocatedBytes = 8 << 20;

    private const int MostFailures = 5;
    private const int MostKept = 20_000;

    private readonly List<byte[]> _inputs = [.. seeds];
    private long _since;

    public long Done { get; private set; }

    public int Failures { get; private set; }

    public int Kept => _inputs.Count - seeds.Count;

    public long KeptBytes { get; private set; }

    public double SlowestMs { get; private set; }

    public long MostAllocatedBytes { get; private set; }

    /// <summary>When the current input was begun, by the Stopwatch; 0 between inputs.</summary>
    public long Since => Volatile.Read(ref _since);

    /// <summary>The current input, for whoever finds that it does not end.</summary>
    public byte[] Current { get; } = new byte[MaxInputBytes];

    public int CurrentLength { get; private set; }

    public void Run(long inputs)
    {
        Mutator mutator = new(seed, MaxInputBytes);
        for (long i = 0; i < inputs && Failures < MostFailures; i++)
        {
            ReadOnlySpan<byte> input = mutator.Make(_inputs);
            input.CopyTo(Current);
            CurrentLength = input.Length;
            Judge(input);
            Done++;
        }
    }

    private void Judge(ReadOnlySpan<byte> input)
    {
        if (isGuided)
        {
            Coverage.Begin();
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long begun = Stopwatch.GetTimestamp();
        Volatile.Write(ref _since, begun);
        try
        {
            target.Run(input);
        }
        catch (Exception e)
        {
            Fail(input, e.ToString());
            return;
        }
        finally
        {
            Volatile.Write(ref _since, 0);
        }

        double tookMs = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
        long took = GC.GetAllocatedBytesForCurrentThread() - allocated;
        SlowestMs = Math.Max(SlowestMs, tookMs);
        MostAllocatedBytes = Math.Max(MostAllocatedBytes, took);
        if (tookMs > MaxInputMs || took > MaxInputAllocatedBytes)
        {
            Fail(input, $"took {tookMs:F0} ms and {took} bytes");
        }

        if (isGuided && Coverage.IsNew() && Kept < MostKept)
        {
            byte[] kept = input.ToArray();
            _inputs.Add(kept);
            KeptBytes += kept.Length;
        }
    }

    private void Fail(ReadOnlySpan<byte> input, string why)
    {
        Failures++;
        byte[] smaller = Minimiser.Minimise(target, input.ToArray());
        string file = Path.Combine(crashes, $"{target.Name}-{InputHash.Fold(smaller):x16}");
        Directory.CreateDirectory(crashes);
        File.WriteAllBytes(file, smaller);
        Console.WriteLine($"FAILED {target.Name}: {file} ({input.Length} bytes, minimised to {smaller.Length}), seed {seed}, input {Done}: {why}");
    }
}
