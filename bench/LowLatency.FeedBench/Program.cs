using System.CommandLine;
using LowLatency.Bench;

namespace LowLatency.FeedBench;

internal static class Program
{
    private static int Main(string[] arguments)
    {
        // First of all: the threads of the pool and of the framework's sockets come from this one and stay on its core. The sender pins itself to the other.
        Cores.Pin(1);
        Option<int> rounds = new("--rounds") { Description = "Rounds of the table", DefaultValueFactory = static _ => 11 };
        Option<int> messages = new("--messages") { Description = "JSON messages of a stream", DefaultValueFactory = static _ => 1_000_000 };
        Option<string?> json = new("--json") { Description = "File for every round of the table" };
        Option<bool> gate = new("--gate") { Description = "Exit with 1 if a gate is missed (allocation and wrong results always fail)" };
        Option<string?> only = new("--only") { Description = "Only rows whose name has this text in it" };
        RootCommand root = new("The feed and its peer, in one run: frames to structs in memory and over loopback, and how late an event is published") { rounds, messages, json, gate, only };
        root.SetAction(parsed =>
        {
            (bool gates, bool noAllocation) = Harness.Run(parsed.GetValue(rounds), parsed.GetValue(messages), parsed.GetValue(json), parsed.GetValue(only));
            return noAllocation && (gates || !parsed.GetValue(gate)) ? 0 : 1;
        });
        return root.Parse(arguments).Invoke();
    }
}
