using System.Globalization;
using LowLatency.Inference;
using Spectre.Console;

namespace LowLatency.Train;

/// <summary>A manifest as a page for a person, on stdout.</summary>
internal static class TrainReport
{
    public static void Print(ModelManifest manifest)
    {
        AnsiConsole.Write(Blocks(manifest.Blocks));
        Console.WriteLine(Invariant($"trees, leaves of all, calibration slope: moon {manifest.Moon.Trees}, {manifest.Moon.Leaves}, {manifest.Moon.CalibrationSlope:F2}; rug {manifest.Rug.Trees}, {manifest.Rug.Leaves}, {manifest.Rug.CalibrationSlope:F2}"));
        EntryRuleMetrics rule = manifest.EntryRule;
        ModelParity parity = manifest.Parity;
        Console.WriteLine(Invariant($"entry rule moon > {rule.MoonAbove}, rug < {rule.RugBelow}: {rule.Rows} rows ({rule.Share:P2}), {Share(rule.Precision)} moon, {Share(rule.RugRate)} rug"));
        Console.WriteLine(Invariant($"parity on {parity.DataRows} + {parity.EdgeRows} rows: {parity.MaxVsWalker:E1} to the trees, {parity.MaxVsLightGbm:E1} to LightGBM, {parity.DecisionFlips} decisions flipped"));
        Console.WriteLine($"{manifest.Name} {manifest.Version}, sha256 {manifest.Sha256.Model}");
    }

    private static Table Blocks(ModelBlocks blocks)
    {
        Table table = new Table().AddColumns("block", "rows", "moon", "rug", "pools", "from (UTC)", "to");
        foreach ((string name, ModelBlock block) in new[] { ("train", blocks.Train), ("calibrate", blocks.Calibrate), ("test", blocks.Test) })
        {
            table.AddRow(name, Invariant($"{block.Rows}"), Rate(block.Moons, block.Rows), Rate(block.Rugs, block.Rows),
                Invariant($"{block.Pools}"), Time(block.FirstMs), Time(block.LastMs));
        }

        return table.AddRow("dropped", Invariant($"{blocks.DroppedRows}"));
    }

    private static string Rate(int part, int rows) => Invariant($"{(double)part / rows:P1}");

    private static string Share(double? share) => share is { } known ? Invariant($"{known:P1}") : "none";

    private static string Time(long ms) => Invariant($"{DateTimeOffset.FromUnixTimeMilliseconds(ms):MM-dd HH:mm}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
