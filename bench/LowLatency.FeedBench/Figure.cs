using System.Globalization;
using LowLatency.Bench;

namespace LowLatency.FeedBench;

/// <summary>An absolute figure, a value each round: shown beside its bar, never gated, for the machine has neighbours.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Unit">Of the values and of the bar.</param>
/// <param name="Bar">What it should reach; null where there is nothing to reach.</param>
/// <param name="LessIsBetter">Which way.</param>
internal sealed record Figure(string Name, string Unit, double? Bar, bool LessIsBetter)
{
    public List<double> Values { get; } = [];

    public string Verdict => Bar is not { } bar ? "" : (LessIsBetter ? Comparison.Median(Values) <= bar : Comparison.Median(Values) >= bar) ? "reached" : "not reached";

    public void Print() => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{Name,-72} {Comparison.Median(Values),10:F2} {Unit,-5} {$"{Values.Min():F2}-{Values.Max():F2}",20} {(Bar is null ? "" : $"{(LessIsBetter ? "<=" : ">=")} {Bar}"),10}  {Verdict}"));
}
