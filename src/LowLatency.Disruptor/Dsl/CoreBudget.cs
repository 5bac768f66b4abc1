using System.Globalization;

namespace Disruptor.Dsl;

/// <summary>The cores this process may use: those of its affinity, and no more whole ones than its control group pays for.</summary>
/// <param name="Cores">Whole cores, at least 1.</param>
/// <param name="Why">Where the number comes from.</param>
public sealed record CoreBudget(int Cores, string Why)
{
    /// <summary>Reads the budget. What cannot be read does not limit.</summary>
    public static CoreBudget OfThisProcess() =>
        Of(Environment.ProcessorCount, OperatingSystem.IsLinux() ? QuotaBelow("/sys/fs/cgroup", ReadOrEmpty("/proc/self/cgroup")) : null);

    /// <summary>The budget of a process.</summary>
    /// <param name="processors">Processors it may run on.</param>
    /// <param name="quota">Processor time it may use in a unit of time; null for any.</param>
    public static CoreBudget Of(int processors, double? quota)
    {
        // The runtime rounds a quota up, which is right for a pool of threads. A thread that spins on half a core is stopped
        // half of the time, so here it is rounded down.
        var cores = quota is { } limit && limit < processors ? Math.Max(1, (int)limit) : processors;
        var allowance = quota is { } q ? string.Create(CultureInfo.InvariantCulture, $", of which its control group pays for {q:0.##}") : "";
        return new CoreBudget(cores, $"{processors} processors{allowance}");
    }

    /// <summary>The smallest quota on the way from a control group to the root, for both versions of control groups.</summary>
    /// <param name="root">Where they are mounted.</param>
    /// <param name="membership">The text of /proc/self/cgroup.</param>
    public static double? QuotaBelow(string root, string membership)
    {
        double? smallest = null;
        foreach (var line in membership.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            // hierarchy:controllers:path; version 2 has one hierarchy, 0, without controllers.
            var parts = line.Split(':', 3);
            if (parts.Length < 3 || (parts[1].Length > 0 && !parts[1].Split(',').Contains("cpu")))
            {
                continue;
            }

            var mount = parts[1].Length == 0 ? root : Path.Combine(root, "cpu");
            for (var path = parts[2].Trim('/'); ; path = Path.GetDirectoryName(path) ?? "")
            {
                if (QuotaOf(Path.Combine(mount, path)) is { } quota && !(quota >= smallest))
                {
                    smallest = quota;
                }

                if (path.Length == 0)
                {
                    break;
                }
            }
        }

        return smallest;
    }

    private static double? QuotaOf(string folder)
    {
        var text = ReadOrEmpty(Path.Combine(folder, "cpu.max"));
        if (text.Length == 0)
        {
            text = $"{ReadOrEmpty(Path.Combine(folder, "cpu.cfs_quota_us")).Trim()} {ReadOrEmpty(Path.Combine(folder, "cpu.cfs_period_us")).Trim()}";
        }

        var parts = text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 2
            && double.TryParse(parts[0], CultureInfo.InvariantCulture, out var quota)
            && double.TryParse(parts[1], CultureInfo.InvariantCulture, out var period)
            && quota > 0 && period > 0
                ? quota / period
                : null;
    }

    private static string ReadOrEmpty(string file)
    {
        try
        {
            return File.Exists(file) ? File.ReadAllText(file) : "";
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
