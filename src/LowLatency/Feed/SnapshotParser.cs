using System.Buffers.Text;
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

    private const int MinKeyLength = 32;
    private const int MaxKeyLength = 44;
    private const int MaxDecimals = 18;

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

    private static ReadOnlySpan<bool> IsBase58 => new bool[128]
    {
        false, false, false, false, false, false, false, false, false, false, false, false, false, false, false, false,
        false, false, false, false, false, false, false, false, false, false, false, false, false, false, false, false,
        false, false, false, false, false, false, false, false, false, false, false, false, false, false, false, false,
        false, true, true, true, true, true, true, true, true, true, false, false, false, false, false, false,
        false, true, true, true, true, true, true, true, true, false, true, true, true, true, true, false,
        true, true, true, true, true, true, true, true, true, true, true, false, false, false, false, false,
        false, true, true, true, true, true, true, true, true, true, true, true, false, true, true, true,
        true, true, true, true, true, true, true, true, true, true, true, false, false, false, false, false,
    };

    /// <summary>
    /// Parses one message into <paramref name="snapshot"/>, which must be <see cref="PoolSnapshot.Empty"/> and borrows
    /// <paramref name="utf8"/>. On a rejection the snapshot is undefined.
    /// </summary>
    public static RejectReason Parse(ReadOnlySpan<byte> utf8, ref PoolSnapshot snapshot)
    {
        if (!Utf8.IsValid(utf8))
        {
            return RejectReason.InvalidUtf8;
        }

        JsonCursor json = new(utf8);
        RejectReason reason = ParseObject(ref json, ref snapshot, out uint seen);
        if (reason != RejectReason.None)
        {
            return reason;
        }

        const uint required = (1u << (int)Member.PoolId) | (1u << (int)Member.Timestamp)
            | (1u << (int)Member.BaseReserve) | (1u << (int)Member.QuoteReserve);
        return (seen & required) != required ? RejectReason.MissingMember : Check(snapshot);
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
            RejectReason reason = member == Member.Unknown ? json.SkipValue(MaxDepth)
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
            Member.PoolId => ReadKey(ref json, ref s.PoolId),
            Member.TokenAMint => ReadKey(ref json, ref s.TokenAMint),
            Member.TokenBMint => ReadKey(ref json, ref s.TokenBMint),
            Member.Timestamp => ReadLong(ref json, RejectReason.InvalidTimestamp, ref s.TimestampMs),
            Member.PoolOpenTime => ReadLong(ref json, RejectReason.OutOfRange, ref s.PoolOpenTimeS),
            Member.Slot => ReadLong(ref json, RejectReason.OutOfRange, ref s.Slot),
            Member.Status => ReadInt(ref json, int.MaxValue, ref s.Status),
            Member.DecimalsA => ReadInt(ref json, MaxDecimals, ref s.DecimalsA),
            Member.DecimalsB => ReadInt(ref json, MaxDecimals, ref s.DecimalsB),
            Member.Price => ReadDouble(ref json, ref s.Price),
            Member.BaseReserve => ReadDouble(ref json, ref s.BaseReserve),
            Member.QuoteReserve => ReadDouble(ref json, ref s.QuoteReserve),
            Member.Volume24h => ReadDouble(ref json, ref s.Volume24h),
            _ => ReadDouble(ref json, ref s.TradeFeePercent),
        };
    }

    private static RejectReason ReadKey(ref JsonCursor json, ref ReadOnlySpan<byte> key)
    {
        if (!json.IsNext((byte)'"'))
        {
            return json.SkipValue(MaxDepth) is var skipped and not RejectReason.None ? skipped : RejectReason.WrongType;
        }

        return !json.TryReadString(out key, out bool escaped) ? RejectReason.MalformedJson
            : escaped ? RejectReason.InvalidKey
            : RejectReason.None;
    }

    private static RejectReason ReadNumber(ref JsonCursor json, out ReadOnlySpan<byte> number, out bool isInteger)
    {
        if (!json.IsNumberNext)
        {
            number = default;
            isInteger = false;
            return json.SkipValue(MaxDepth) is var skipped and not RejectReason.None ? skipped : RejectReason.WrongType;
        }

        return json.TryReadNumber(out number, out isInteger) ? RejectReason.None : RejectReason.MalformedJson;
    }

    private static RejectReason ReadLong(ref JsonCursor json, RejectReason outOfRange, ref long value)
    {
        RejectReason reason = ReadNumber(ref json, out ReadOnlySpan<byte> number, out bool isInteger);
        return reason != RejectReason.None ? reason
            : !isInteger ? RejectReason.WrongType
            : Utf8Parser.TryParse(number, out value, out int used) && used == number.Length && value >= 0 ? RejectReason.None
            : outOfRange;
    }

    private static RejectReason ReadInt(ref JsonCursor json, int max, ref int value)
    {
        long wide = 0;
        RejectReason reason = ReadLong(ref json, RejectReason.OutOfRange, ref wide);
        value = (int)Math.Min(wide, int.MaxValue);
        return reason != RejectReason.None ? reason : wide > max ? RejectReason.OutOfRange : RejectReason.None;
    }

    private static RejectReason ReadDouble(ref JsonCursor json, ref double value)
    {
        RejectReason reason = ReadNumber(ref json, out ReadOnlySpan<byte> number, out _);
        if (reason == RejectReason.None)
        {
            value = DecimalText.ToDouble(number);
        }

        return reason;
    }

    private static RejectReason Check(in PoolSnapshot s)
    {
        if (s.PoolId.Length < MinKeyLength)
        {
            return RejectReason.TestPool;
        }

        return !IsKey(s.PoolId) || !IsKeyOrAbsent(s.TokenAMint) || !IsKeyOrAbsent(s.TokenBMint) ? RejectReason.InvalidKey
            : s.TimestampMs is < MinTimestampMs or > MaxTimestampMs ? RejectReason.InvalidTimestamp
            : RejectReason.None;
    }

    private static bool IsKeyOrAbsent(ReadOnlySpan<byte> key) => key.IsEmpty || IsKey(key);

    private static bool IsKey(ReadOnlySpan<byte> key)
    {
        if (key.Length is < MinKeyLength or > MaxKeyLength)
        {
            return false;
        }

        foreach (byte c in key)
        {
            if (c >= 128 || !IsBase58[c])
            {
                return false;
            }
        }

        return true;
    }
}
