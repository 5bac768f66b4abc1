namespace LowLatency.Feed;

/// <summary>
/// Parses the camelCase twin of the JSON snapshot, which the gateway has in process: <c>poolId</c>, <c>currentPrice</c>,
/// <c>currentTVL</c> and <c>timestamp</c> are needed, in any order; everything else is skipped. It states no reserves. They
/// follow from a constant-product pool, where both sides are worth the same, with the TVL counted in the pool's quote
/// units: quote = TVL / 2, base = quote / price. It names no mints, so it is good only for a pool that is already known.
/// </summary>
internal static class TvlSnapshotParser
{
    [Flags]
    private enum Seen
    {
        PoolId = 1,
        Timestamp = 2,
        Price = 4,
        Tvl = 8,
        Required = PoolId | Timestamp | Price | Tvl,
    }

    /// <summary>Parses well-formed UTF-8 into <paramref name="snapshot"/>, which must be empty.</summary>
    public static RejectReason Parse(ReadOnlySpan<byte> utf8, ref PoolSnapshot snapshot)
    {
        JsonCursor json = new(utf8);
        double tvl = double.NaN;
        RejectReason reason = ParseObject(ref json, ref snapshot, ref tvl, out Seen seen);
        if (reason != RejectReason.None)
        {
            return reason;
        }

        if (seen != Seen.Required)
        {
            return RejectReason.MissingMember;
        }

        snapshot.QuoteReserve = tvl / 2;
        snapshot.BaseReserve = snapshot.QuoteReserve / snapshot.Price;
        return SnapshotRules.Check(snapshot);
    }

    private static RejectReason ParseObject(ref JsonCursor json, ref PoolSnapshot snapshot, ref double tvl, out Seen seen)
    {
        seen = 0;
        if (!json.TryTake((byte)'{'))
        {
            return RejectReason.MalformedJson;
        }

        if (json.TryTake((byte)'}'))
        {
            return json.IsAtEnd ? RejectReason.None : RejectReason.MalformedJson;
        }

        Span<byte> unescaped = stackalloc byte[32];
        do
        {
            if (!json.TryReadString(out ReadOnlySpan<byte> name, out bool escaped) || !json.TryTake((byte)':'))
            {
                return RejectReason.MalformedJson;
            }

            Seen member = Find(escaped ? JsonCursor.Unescape(name, unescaped) : name);
            RejectReason reason = member == 0 ? json.SkipValue(SnapshotParser.MaxDepth)
                : (seen & member) != 0 ? RejectReason.DuplicateMember
                : ReadMember(ref json, member, ref snapshot, ref tvl);
            if (reason != RejectReason.None)
            {
                return reason;
            }

            seen |= member;
        }
        while (json.TryTake((byte)','));

        return json.TryTake((byte)'}') && json.IsAtEnd ? RejectReason.None : RejectReason.MalformedJson;
    }

    private static Seen Find(ReadOnlySpan<byte> name) => name.Length switch
    {
        6 when name.SequenceEqual("poolId"u8) => Seen.PoolId,
        9 when name.SequenceEqual("timestamp"u8) => Seen.Timestamp,
        10 when name.SequenceEqual("currentTVL"u8) => Seen.Tvl,
        12 when name.SequenceEqual("currentPrice"u8) => Seen.Price,
        _ => 0,
    };

    private static RejectReason ReadMember(ref JsonCursor json, Seen member, ref PoolSnapshot s, ref double tvl)
    {
        bool nullable = member is Seen.Price or Seen.Tvl;
        if (nullable && json.TryTakeNull())
        {
            return RejectReason.None;
        }

        return member switch
        {
            Seen.PoolId => JsonValues.ReadKey(ref json, ref s.PoolId),
            Seen.Timestamp => JsonValues.ReadLong(ref json, RejectReason.InvalidTimestamp, ref s.TimestampMs),
            Seen.Price => JsonValues.ReadDouble(ref json, ref s.Price),
            _ => JsonValues.ReadDouble(ref json, ref tvl),
        };
    }
}
