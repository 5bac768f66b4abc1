namespace LowLatency.Bench;

/// <summary>One row of the table: two things measured in turn, round after round.</summary>
/// <param name="Name">What is compared.</param>
/// <param name="IsLatency">Whether the ratio is ours by the peer's (less is better), and not the peer's by ours.</param>
/// <param name="Gate">What it must reach; null where it is only shown.</param>
/// <param name="Goal">What is aimed at.</param>
internal sealed record Comparison(string Name, bool IsLatency, double? Gate, double? Goal)
{
    public required Func<double> Ours { get; init; }

    /// <summary>The peers; the best of them, by its median, counts.</summary>
    public required IReadOnlyList<(string Name, Func<double> Measure)> Peers { get; init; }

    /// <summary>Nanoseconds, a round each.</summary>
    public List<double> OurTimes { get; } = [];

    /// <summary>Nanoseconds, a round each, of each peer.</summary>
    public Dictionary<string, List<double>> PeerTimes { get; } = [];

    public string BestPeer => PeerTimes.MinBy(p => Median(p.Value)).Key;

    /// <summary>The ratio to the best peer, a round each.</summary>
    public IReadOnlyList<double> Ratios => [.. OurTimes.Zip(PeerTimes[BestPeer], (ours, peer) => IsLatency ? ours / peer : peer / ours)];

    public double Ratio => Median(Ratios);

    public bool Passes => Gate is not { } gate || Reaches(gate);

    public string Verdict => Gate is null ? "" : Goal is { } goal && Reaches(goal) ? "goal" : Passes ? "gate" : "MISSED";

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    /// <summary>Measures ours, then each peer; the first rounds of all of them are for the compiler.</summary>
    public void Round(bool counts)
    {
        double ours = Ours();
        foreach ((string name, Func<double> measure) in Peers)
        {
            double peer = measure();
            if (counts)
            {
                (PeerTimes.TryGetValue(name, out List<double>? times) ? times : PeerTimes[name] = []).Add(peer);
            }
        }

        if (counts)
        {
            OurTimes.Add(ours);
        }
    }

    private bool Reaches(double bar) => IsLatency ? Ratio <= bar : Ratio >= bar;
}
