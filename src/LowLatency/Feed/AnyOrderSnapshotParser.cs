namespace LowLatency.Feed;

/// <summary>
/// The general half of <see cref="SnapshotParser"/>, and the twin that <see cref="OrderedSnapshotParser"/> is tested
/// against: members in any order, unknown members skipped, strict grammar. Allocates nothing.
/// </summary>
internal static class AnyOrderSnapshotParser
{
    private enum Member : byte
    {
        Unknown,
        PoolId,
        Timestamp,
        Price,
        BaseReserve,
        QuoteReserve,
        Volume24h,
        TradeFee,
        DecimalsA,
        DecimalsB,
        TokenAMint,
        TokenBMint,
        PoolOpenTime,
        Status,
        Slot,
    }

    /// <summary>Parses well-formed UTF-8 into <paramref name="snapshot"/>, which must be empty.</summary>
    /// <param name="utf8">The message.</param>
    /// <param name="snapshot">What was found; undefined on a rejection.</param>
    /// <param name="hasPoolId">Whether a member called <c>pool_id</c> was seen.</param>
    public static RejectReason Parse(ReadOnlySpan<byte> utf8, ref PoolSnapshot snapshot, out bool hasPoolId)
    {
        JsonCursor json = new(utf8);
        RejectReason reason = ParseObject(ref json, ref snapshot, out uint seen);
        hasPoolId = (seen & (1u << (int)Member.PoolId)) != 0;
        if (reason != RejectReason.None)
        {
            return reason;
        }

        const uint required = (1u << (int)Member.PoolId) | (1u << (int)Member.Timestamp)
            | (1u << (int)Member.BaseReserve) | (1u << (int)Member.QuoteReserve);
        return (seen & required) != required ? RejectReason.MissingMember : SnapshotRules.Check(snapshot);
    }

    private static RejectReason ParseObject(ref JsonCursor json, ref PoolSnapshot snapshot, out uint seen)
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

            Member member = Find(escaped ? JsonCursor.Unescape(name, unescaped) : name);
            uint bit = 1u << (int)member;
            RejectReason reason = member == Member.Unknown ? json.SkipValue(SnapshotParser.MaxDepth)
                : (seen & bit) != 0 ? RejectReason.DuplicateMember
                : ReadMember(ref json, member, ref snapshot);
            if (reason != RejectReason.None)
            {
                return reason;
            }

            seen |= bit;
        }
        while (json.TryTake((byte)','));

        return json.TryTake((byte)'}') && json.IsAtEnd ? RejectReason.None : RejectReason.MalformedJson;
    }

    private static Member Find(ReadOnlySpan<byte> name) => name.Length switch
    {
        4 => name.SequenceEqual("slot"u8) ? Member.Slot : Member.Unknown,
        5 => name.SequenceEqual("price"u8) ? Member.Price : Member.Unknown,
        6 => name.SequenceEqual("status"u8) ? Member.Status : Member.Unknown,
        7 => name.SequenceEqual("pool_id"u8) ? Member.PoolId : Member.Unknown,
        9 => name.SequenceEqual("timestamp"u8) ? Member.Timestamp : name.SequenceEqual("trade_fee"u8) ? Member.TradeFee : Member.Unknown,
        10 => name.SequenceEqual("volume_24h"u8) ? Member.Volume24h
            : name.SequenceEqual("decimals_a"u8) ? Member.DecimalsA
            : name.SequenceEqual("decimals_b"u8) ? Member.DecimalsB : Member.Unknown,
        12 => name.SequenceEqual("base_reserve"u8) ? Member.BaseReserve
            : name.SequenceEqual("token_a_mint"u8) ? Member.TokenAMint
            : name.SequenceEqual("token_b_mint"u8) ? Member.TokenBMint : Member.Unknown,
        13 => name.SequenceEqual("quote_reserve"u8) ? Member.QuoteReserve : Member.Unknown,
        14 => name.SequenceEqual("pool_open_time"u8) ? Member.PoolOpenTime : Member.Unknown,
        _ => Member.Unknown,
    };

    private static RejectReason ReadMember(ref JsonCursor json, Member member, ref PoolSnapshot s)
    {
        bool nullable = member is not (Member.PoolId or Member.Timestamp);
        if (nullable && json.TryTakeNull())
        {
            return RejectReason.None;
        }

        return member switch
        {
            Member.PoolId => JsonValues.ReadKey(ref json, ref s.PoolId),
            Member.TokenAMint => JsonValues.ReadKey(ref json, ref s.TokenAMint),
            Member.TokenBMint => JsonValues.ReadKey(ref json, ref s.TokenBMint),
            Member.Timestamp => JsonValues.ReadLong(ref json, RejectReason.InvalidTimestamp, ref s.TimestampMs),
            Member.PoolOpenTime => JsonValues.ReadLong(ref json, RejectReason.OutOfRange, ref s.PoolOpenTimeS),
            Member.Slot => JsonValues.ReadLong(ref json, RejectReason.OutOfRange, ref s.Slot),
            Member.Status => JsonValues.ReadInt(ref json, int.MaxValue, ref s.Status),
            Member.DecimalsA => JsonValues.ReadInt(ref json, SnapshotRules.MaxDecimals, ref s.DecimalsA),
            Member.DecimalsB => JsonValues.ReadInt(ref json, SnapshotRules.MaxDecimals, ref s.DecimalsB),
            Member.Price => JsonValues.ReadDouble(ref json, ref s.Price),
            Member.BaseReserve => JsonValues.ReadDouble(ref json, ref s.BaseReserve),
            Member.QuoteReserve => JsonValues.ReadDouble(ref json, ref s.QuoteReserve),
            Member.Volume24h => JsonValues.ReadDouble(ref json, ref s.Volume24h),
            _ => JsonValues.ReadDouble(ref json, ref s.TradeFeePercent),
        };
    }
}
