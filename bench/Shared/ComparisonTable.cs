using System.Globalization;

namespace LowLatency.Bench;

/// <summary>How comparisons are shown, and what a file keeps of them.</summary>
internal static class ComparisonTable
{
    /// <summary>Prints every row.</summary>
    /// <returns>Whether every gate was reached.</returns>
    public static bool Print(IReadOnlyList<Comparison> rows)
    {
        Console.WriteLine($"{"",-58} {"ours",10} {"peer",10} {"ratio",8} {"range",15} {"gate",8} {"goal",8}");
        foreach (Comparison row in rows)
        {
            string sign = row.Gate is null ? "" : row.IsLatency ? "<=" : ">=";
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{row.Name,-58} {Comparison.Median(row.OurTimes),7:F1} ns {Comparison.Median(row.PeerTimes[row.BestPeer]),7:F1} ns {row.Ratio,8:F2} {$"{row.Ratios.Min():F2}-{row.Ratios.Max():F2}",15} {$"{sign} {row.Gate}",8} {(row.Goal is null ? "" : $"{sign} {row.Goal}"),8}  {row.Verdict,-6}  ({row.BestPeer})"));
        }

        return rows.All(static r => r.Passes);
    }

    /// <summary>Every round of every row, for a JSON file.</summary>
    public static object[] Rounds(IReadOnlyList<Comparison> rows) =>
        [.. rows.Select(static r => new { r.Name, r.IsLatency, r.Gate, r.Goal, r.Ratio, r.Verdict, r.BestPeer, Ours = r.OurTimes, Peers = r.PeerTimes })];
}
