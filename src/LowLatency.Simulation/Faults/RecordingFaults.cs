using LowLatency.Storage;

namespace LowLatency.Simulation.Faults;

/// <summary>
/// Spoils rows as recorders do. Faults compose, and each draws from a sequence of its own, one number a source row, so
/// which rows one of them hits does not depend on the others. The same seed, shares and rows give the same rows. One
/// enumeration at a time; not thread-safe.
/// </summary>
public sealed class RecordingFaults
{
    private const int MinStallMs = 5_000;
    private const int MaxStallMs = 240_000;

    private static readonly int Kinds = Enum.GetValues<RecordingFault>().Length;

    private readonly ulong _seed;
    private readonly double[] _shares = new double[Kinds];
    private readonly long[] _counts = new long[Kinds];

    /// <summary>
    /// The share of source rows that each fault hits (a burst: that it begins at). Throws <see cref="ArgumentException"/>
    /// for a share that is not from 0 to 1.
    /// </summary>
    public RecordingFaults(ulong seed, IEnumerable<KeyValuePair<RecordingFault, double>> shares)
    {
        _seed = seed;
        foreach ((RecordingFault fault, double share) in shares)
        {
            _shares[(int)fault] = share is >= 0 and <= 1 ? share : throw new ArgumentException($"the share of {fault} is from 0 to 1, not {share}", nameof(shares));
        }
    }

    /// <summary>Rows that the last enumeration spoiled so.</summary>
    public long Count(RecordingFault fault) => _counts[(int)fault];

    /// <summary>The rows as the recorder leaves them, numbered anew in the order in which they come.</summary>
    public IEnumerable<RecordedRow> Apply(IEnumerable<RecordedRow> rows)
    {
        Array.Clear(_counts);
        SeededRandom[] draws = [.. Enumerable.Range(0, Kinds).Select(kind => new SeededRandom(_seed ^ ((ulong)(kind + 1) << 56)))];
        SeededRandom size = new(_seed ^ ulong.MaxValue);
        Dictionary<string, RecordedRow> held = new(StringComparer.Ordinal);
        long stallEndsMs = long.MinValue;
        long id = 0;
        foreach (RecordedRow source in rows)
        {
            bool Hit(RecordingFault fault) => draws[(int)fault].Chance(_shares[(int)fault]);
            (bool dropped, bool twice, bool late, bool torn) = (Hit(RecordingFault.Dropped), Hit(RecordingFault.Duplicated), Hit(RecordingFault.OutOfOrder), Hit(RecordingFault.Torn));
            (bool inverted, bool zero, bool stalls) = (Hit(RecordingFault.Inverted), Hit(RecordingFault.Zero), Hit(RecordingFault.Burst));
            if (stalls && source.TimestampMs >= stallEndsMs)
            {
                stallEndsMs = source.TimestampMs + size.Between(MinStallMs, MaxStallMs);
            }

            if (dropped)
            {
                _counts[(int)RecordingFault.Dropped]++;
                continue;
            }

            RecordedRow row = source;
            row = torn ? Spoil(RecordingFault.Torn, WithReserves(row, row.BaseReserve, row.QuoteReserve * size.Uniform(0.10, 0.50))) : row;
            row = inverted ? Spoil(RecordingFault.Inverted, WithReserves(row, row.QuoteReserve, row.BaseReserve)) : row;
            row = zero ? Spoil(RecordingFault.Zero, size.Chance(0.5) ? WithReserves(row, 0, row.QuoteReserve) : WithReserves(row, row.BaseReserve, 0)) : row;
            row = row.TimestampMs < stallEndsMs ? Spoil(RecordingFault.Burst, row with { TimestampMs = stallEndsMs }) : row;
            if (late && held.TryAdd(row.PoolId, row))
            {
                continue;
            }

            yield return row with { Id = ++id };
            if (twice)
            {
                yield return Spoil(RecordingFault.Duplicated, row with { Id = ++id });
            }

            if (held.Remove(row.PoolId, out RecordedRow before))
            {
                yield return Spoil(RecordingFault.OutOfOrder, before with { Id = ++id });
            }
        }

        // A pool that is not heard of again has nothing that its held row could come after.
        foreach (RecordedRow row in held.Values.OrderBy(static r => r.Id))
        {
            yield return row with { Id = ++id };
        }
    }

    // Recorders compute the price from what they read; a division by nothing is stored as NULL.
    private static RecordedRow WithReserves(in RecordedRow row, double baseReserve, double quoteReserve) => row with
    {
        BaseReserve = baseReserve,
        QuoteReserve = quoteReserve,
        Price = baseReserve == 0 ? double.NaN : quoteReserve / baseReserve,
        Volume24h = quoteReserve,
    };

    private RecordedRow Spoil(RecordingFault fault, in RecordedRow spoilt)
    {
        _counts[(int)fault]++;
        return spoilt;
    }
}
