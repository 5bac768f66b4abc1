using LowLatency.Bench;

namespace LowLatency.RingBench;

/// <summary>The package Disruptor (Disruptor-net) as a peer, in builds with -p:WithDisruptorNet=true. Where it is absent, that is said.</summary>
internal static class Package
{
#if WITH_DISRUPTOR_NET
    public static string Note => $"The peer is the package Disruptor {typeof(PackageContestant<Event8>).Assembly.GetReferencedAssemblies().First(a => a.Name == "Disruptor").Version}.";

    public static Comparison[] Rows(int events) =>
    [
        Stream<Event8>("8 B, package Disruptor", 2, 3.5, events),
        Stream<Event56>("56 B, package Disruptor", 1.5, 2.2, events),
        Stream<Event256>("256 B, package Disruptor", 1.2, 1.5, events),
        new("ping-pong, package Disruptor", true, .85, .65)
        {
            Ours = () => new RingContestant<Event8>().PingPong(Harness.Trips(events)),
            Peers = [("Disruptor", () => new PackageContestant<Event8>().PingPong(Harness.Trips(events)))],
        },
    ];

    private static Comparison Stream<T>(string name, double gate, double goal, int events)
        where T : struct, IEvent<T> => new(name, false, gate, goal)
        {
            Ours = () => new RingContestant<T>().Stream(events),
            Peers = [("Disruptor", () => new PackageContestant<T>().Stream(events))],
        };
#else
    public static string Note =>
        "The package Disruptor (Disruptor-net) was not measured: this build has no reference to it. Where it can be restored, build with -p:WithDisruptorNet=true.";

    public static Comparison[] Rows(int events) => events > 0 ? [] : throw new ArgumentOutOfRangeException(nameof(events));
#endif
}
