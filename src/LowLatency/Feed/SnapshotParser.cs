using System.Text.Unicode;

namespace LowLatency.Feed;

/// <summary>
/// Parses JSON pool snapshots (market.md, section 3, format 1): members in any order, unknown members skipped, strict
/// grammar. Works on the message's own bytes and allocates nothing. Text with escapes cannot be borrowed, and no base58 key
/// needs one: an escaped key is <see cref="RejectReason.InvalidKey"/>.
/// </summary>
public static class SnapshotParser
{
    /// <summary>Deepest nesting of a skipped member.</summary>
    public const int MaxDepth = 64;

    /// <summary>2020-01-01, Unix milliseconds.</summary>
    public const long MinTimestampMs = 1_577_836_800_000;

    /// <summary>2100-01-01, Unix milliseconds.</summary>
    public const long MaxTimestampMs = 4_102_444_800_000;

    /// <summary>
    /// Parses one message into <paramref name="snapshot"/>, which must be <see cref="PoolSnapshot.Empty"/> and borrows
    /// <paramref name="utf8"/>. On a rejection the snapshot is undefined.
    /// </summary>
    public static RejectReason Parse(ReadOnlySpan<byte> utf8, ref PoolSnapshot snapshot)
    {
        if (TryParseFast(utf8, ref snapshot))
        {
            return RejectReason.None;
        }

        snapshot = PoolSnapshot.Empty;
        return ParseSlow(utf8, ref snapshot);
    }

    /// <summary>
    /// Whether the message is valid and in the gateway's own order and spacing; if not, nothing is known, and
    /// <see cref="ParseSlow"/> judges it.
    /// </summary>
    public static bool TryParseFast(ReadOnlySpan<byte> utf8, ref PoolSnapshot snapshot) => OrderedSnapshotParser.TryParse(utf8, ref snapshot);

    /// <summary>
    /// The same result by the general way alone: what the fast half does not know, and what it is tested against. A message
    /// without <c>pool_id</c> may be the camelCase twin.
    /// </summary>
    public static RejectReason ParseSlow(ReadOnlySpan<byte> utf8, ref PoolSnapshot snapshot)
    {
        if (!Utf8.IsValid(utf8))
        {
            return RejectReason.InvalidUtf8;
        }

        if (!utf8.StartsWith("{\"poolId\""u8))
        {
            RejectReason reason = AnyOrderSnapshotParser.Parse(utf8, ref snapshot, out bool hasPoolId);
            if (reason != RejectReason.MissingMember || hasPoolId)
            {
                return reason;
            }

            snapshot = PoolSnapshot.Empty;
        }

        return TvlSnapshotParser.Parse(utf8, ref snapshot);
    }
}
