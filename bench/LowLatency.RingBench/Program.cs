using System.CommandLine;
using BenchmarkDotNet.Running;

namespace LowLatency.RingBench;

internal static class Program
{
    private static int Main(string[] arguments)
    {
        Option<int> rounds = new("--rounds") { Description = "Rounds of the cross-thread table", DefaultValueFactory = static _ => 15 };
        Option<int> events = new("--events") { Description = "Events of a stream", DefaultValueFactory = static _ => 2_000_000 };
        Option<string?> json = new("--json") { Description = "File for every round of the table" };
        Option<bool> gate = new("--gate") { Description = "Exit with 1 if a gate is missed (allocation and wrong results always fail)" };
        Option<bool> noCosts = new("--no-costs") { Description = "Leave out the costs on one thread (BenchmarkDotNet)" };
        RootCommand root = new("The ring and its peers, in one run: what a call costs on one thread, and the table across two pinned cores") { rounds, events, json, gate, noCosts };
        root.SetAction(parsed =>
        {
            if (!parsed.GetValue(noCosts))
            {
                BenchmarkRunner.Run<RingCosts>();
            }

            (bool gates, bool noAllocation) = Harness.Run(parsed.GetValue(rounds), parsed.GetValue(events), parsed.GetValue(json));
            return noAllocation && (gates || !parsed.GetValue(gate)) ? 0 : 1;
        });
        return root.Parse(arguments).Invoke();
    }
}
