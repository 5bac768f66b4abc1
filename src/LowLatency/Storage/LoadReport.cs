using System.Globalization;
using LowLatency.Feed;
using LowLatency.Pools;

namespace LowLatency.Storage;

/// <summary>What a recording holds and which traps of market.md section 2 it sets, in rows. Counted in one pass; reads no clock.</summary>
public sealed record LoadReport
{
    private const double Same = 1e-6;

    /// <summary>Rows read.</summary>
    public long Rows { get; private set; }

    /// <summary>Pools with at least one usable row.</summary>
    public int Pools { get; private set; }

    /// <summary>Time of the first and last row, Unix milliseconds.</summary>
    public long FirstMs { get; private set; }

    /// <summary>Time of the last row, Unix milliseconds.</summary>
    public long LastMs { get; private set; }

    /// <summary>Rows by the reason for which the boundary skipped them, indexed by <see cref="RejectReason"/>.</summary>
    public IReadOnlyList<long> Rejected => _rejected;

    /// <summary>Rows by quality, indexed by <see cref="Quality"/>.</summary>
    public IReadOnlyList<long> ByQuality => _byQuality;

    /// <summary>Rows whose price column is base/quote (tokens per SOL) instead of quote/base.</summary>
    public long PriceInverted { get; private set; }

    /// <summary>Rows whose price column is neither.</summary>
    public long PriceUnexplained { get; private set; }

    /// <summary>Rows whose volume_24h is exactly one quote reserve.</summary>
    public long VolumeIsReserve { get; private set; }

    /// <summary>Rows whose volume_24h is exactly two quote reserves.</summary>
    public long VolumeIsTwiceReserve { get; private set; }

    /// <summary>Rows of pools that have SOL on the base side.</summary>
    public long SidesSwapped { get; private set; }

    /// <summary>Rows that repeat the pool's previous reserves.</summary>
    public long Repeated { get; private set; }

    /// <summary>Stretches longer than <see cref="ObservationGate.MaxGapMs"/> without a row of any pool.</summary>
    public int FeedGaps { get; private set; }

    /// <summary>The longest of them, or the longest stretch of all where there is none.</summary>
    public long LongestSilenceMs { get; private set; }

    private readonly long[] _rejected = new long[RejectReasons.Count];
    private readonly long[] _byQuality = new long[Qualities.Count];

    /// <summary>Reads <paramref name="rows"/> once.</summary>
    public static LoadReport Of(IEnumerable<RecordedRow> rows)
    {
        LoadReport report = new();
        PoolTable table = new();
        ObservationGate gate = new(table.Capacity);
        RecordedRowAdapter adapter = new();
        Dictionary<int, (double Base, double Quote)> last = [];
        long lastFeedMs = 0;
        foreach (RecordedRow row in rows)
        {
            report.Rows++;
            PoolUpdate update = default;
            RejectReason reason = table.TryNormalize(adapter.ToSnapshot(row), row.Id, ref update);
            if (reason != RejectReason.None)
            {
                report._rejected[(int)reason]++;
                continue;
            }

            report.FirstMs = report.FirstMs == 0 ? row.TimestampMs : report.FirstMs;
            report.LastMs = row.TimestampMs;
            report.LongestSilenceMs = Math.Max(report.LongestSilenceMs, lastFeedMs == 0 ? 0 : row.TimestampMs - lastFeedMs);
            lastFeedMs = row.TimestampMs;
            report.FeedGaps += gate.Classify(ref update).HasFlag(RowBegins.FeedStretch) ? 1 : 0;
            report._byQuality[(int)update.Quality]++;
            report.CountTraps(row, update);
            if (last.TryGetValue(update.Pool, out var before) && before == (update.BaseReserve, update.QuoteReserve))
            {
                report.Repeated++;
            }

            last[update.Pool] = (update.BaseReserve, update.QuoteReserve);
        }

        report.Pools = last.Count;
        return report;
    }

    /// <summary>The report as lines for a person: a name, a count, what is done about it.</summary>
    public IEnumerable<string> Lines()
    {
        yield return Line("rows", Rows, $"{Pools} pools, {TimeSpan.FromMilliseconds(LastMs - FirstMs):d\\.hh\\:mm\\:ss} of recording");
        yield return Line("test pools", _rejected[(int)RejectReason.TestPool], "skipped");
        yield return Line("unknown pools", _rejected[(int)RejectReason.UnknownPool], "skipped: their sides are not known");
        yield return Line("prices inverted", PriceInverted, "the column holds tokens per SOL; the price is always recomputed");
        yield return Line("prices unexplained", PriceUnexplained, "the column is neither quote/base nor base/quote; recomputed");
        yield return Line("volume is a reserve", VolumeIsReserve + VolumeIsTwiceReserve, $"1x quote {VolumeIsReserve}, 2x quote {VolumeIsTwiceReserve}; taken as given");
        yield return Line("sides swapped", SidesSwapped, "SOL on the base side; turned round at the boundary");
        yield return Line("suspect rows", _byQuality[(int)Quality.Suspect], "torn reads and the like, held back");
        yield return Line("liquidity events", _byQuality[(int)Quality.LiquidityEvent], "suspects confirmed by the next row");
        yield return Line("decimals changed", _byQuality[(int)Quality.DecimalsChange], "the pool's window restarts");
        yield return Line("feed gaps", FeedGaps, $"longer than {ObservationGate.MaxGapMs / 1000} s without any row (longest {LongestSilenceMs / 1000} s); {_byQuality[(int)Quality.Gap]} rows restart a window");
        yield return Line("repeated rows", Repeated, "kept: they are observations");
        yield return Line("no SOL side", _byQuality[(int)Quality.NotASolPool], "recorded, never traded");
        yield return Line("invalid reserves", _byQuality[(int)Quality.Invalid], "recorded, the pool's state is untouched");
        long other = _rejected.Sum() - _rejected[(int)RejectReason.TestPool] - _rejected[(int)RejectReason.UnknownPool];
        yield return Line("otherwise rejected", other, "bad keys, times out of order, table full");
    }

    private static string Line(string name, long count, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{name,-20} {count,9}  {what}");

    private static bool Near(double a, double b) => Math.Abs((a / b) - 1) < Same;

    private void CountTraps(in RecordedRow row, in PoolUpdate update)
    {
        double asFiled = row.QuoteReserve / row.BaseReserve;
        if (!Near(row.Price, asFiled) && double.IsFinite(row.Price))
        {
            if (Near(row.Price, 1 / asFiled))
            {
                PriceInverted++;
            }
            else
            {
                PriceUnexplained++;
            }
        }

        VolumeIsReserve += Near(row.Volume24h, row.QuoteReserve) ? 1 : 0;
        VolumeIsTwiceReserve += Near(row.Volume24h, 2 * row.QuoteReserve) ? 1 : 0;
        SidesSwapped += update.Quality != Quality.NotASolPool && update.QuoteReserve != row.QuoteReserve ? 1 : 0;
    }
}
