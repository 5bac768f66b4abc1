using System.Text.Json;
using Disruptor.Dsl;
using LowLatency.Bench;

namespace LowLatency.RingBench;

/// <summary>The cross-thread table: every row's two sides in turn, in one process, on two pinned cores.</summary>
internal static class Harness
{
    private static readonly JsonSerializerOptions _json = new() { WriteIndented = true };

    /// <summary>Measures and prints; throws if a result was wrong.</summary>
    /// <returns>Whether every gate was reached, and whether no event was allocated for.</returns>
    public static (bool Gates, bool NoAllocation) Run(int rounds, int events, string? jsonFile)
    {
        Console.WriteLine($"{CoreBudget.OfThisProcess().Why}; pinned to {string.Join(" and ", Cores.Usable.Take(2))}; {rounds} rounds of {events:N0} events, medians; .NET {Environment.Version}");
        if (Cores.Usable.Length < 2)
        {
            Console.WriteLine("The comparison needs two cores: nothing was measured.");
            return (false, true);
        }

        RingContestant<Event8> ring8 = new();
        RingContestant<Event56> ring56 = new();
        RingContestant<Event256> ring256 = new();
        Comparison[] rows =
        [
            Stream("8 B, best bounded Channel", 10, 20, ring8, events),
            Stream("56 B, best bounded Channel", 5, 12, ring56, events),
            Stream("256 B, best bounded Channel", 2, 4, ring256, events),
            new("8 B, BlockingCollection", false, 40, 100)
            {
                Ours = () => ring8.Stream(events),
                Peers = [(nameof(Collection<>), () => new Collection<Event8>().Stream(events / SlowPeersShare))],
            },
            new("ping-pong, bare cache line", true, 2.2, 1.3)
            {
                Ours = () => ring8.PingPong(Trips(events)),
                Peers = [("bare line", () => BareLine.PingPong(Trips(events)))],
            },
            new("ping-pong, best Channel", true, .45, .35)
            {
                Ours = () => ring8.PingPong(Trips(events)),
                Peers = [.. Channels<Event8>().Select(c => (c.Name, (Func<double>)(() => c.PingPong(Trips(events) / SlowPeersShare))))],
            },
            new("8 B, awaited Channel (its halves may share a thread)", false, null, null)
            {
                Ours = () => ring8.Stream(events),
                Peers = [("awaited", () => new AwaitedChannel<Event8>().Stream(events / SlowPeersShare))],
            },
            new("three stages fused, three yielding threads", false, null, null)
            {
                Ours = () => ThreeStages.Stream(events, fused: true),
                Peers = [("a thread each", () => ThreeStages.Stream(events / SlowPeersShare, fused: false))],
            },
            .. Package.Rows(events),
        ];

        const int WarmUps = 3;
        for (int round = -WarmUps; round < rounds; round++)
        {
            Array.ForEach(rows, row => row.Round(counts: round >= 0));
        }

        bool good = ComparisonTable.Print(rows);
        long bytes = ring8.AllocatedBytes + ring56.AllocatedBytes + ring256.AllocatedBytes;
        Console.WriteLine($"{"allocated for the last streams of events, both threads",-58} {bytes} B   {(bytes == 0 ? "ok" : "MISSED: must be 0")}");
        Console.WriteLine(Package.Note);
        if (jsonFile is not null)
        {
            File.WriteAllText(jsonFile, JsonSerializer.Serialize(ComparisonTable.Rounds(rows), _json));
        }

        return (good, bytes == 0);
    }

    /// <summary>Peers that take long get fewer events: the figure is one for each event.</summary>
    public const int SlowPeersShare = 10;

    public static int Trips(int events) => Math.Max(2_000, events / 50);

    private static Comparison Stream<T>(string name, double gate, double goal, RingContestant<T> ring, int events)
        where T : struct, IEvent<T> => new(name, false, gate, goal)
        {
            Ours = () => ring.Stream(events),
            Peers = [.. Channels<T>().Select(c => (c.Name, (Func<double>)(() => c.Stream(events / SlowPeersShare))))],
        };

    private static Contestant<T>[] Channels<T>()
        where T : struct, IEvent<T> => [new PolledChannel<T>(single: true), new PolledChannel<T>(single: false)];
}
