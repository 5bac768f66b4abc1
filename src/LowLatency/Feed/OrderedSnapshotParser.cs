using System.Runtime.CompilerServices;

namespace LowLatency.Feed;

/// <summary>
/// The fast half of <see cref="SnapshotParser"/>: the snapshot as the gateway writes it, member after member in its one
/// order, without a space, optional members left out. Whatever differs (another order, a null, an escape, a sign, a number
/// of more than 19 digits, a value out of range) is not judged here but left to the general half, so this one may only ever
/// accept what the other accepts, with the same bits. Every byte is matched against text, digits or base58, all of them
/// ASCII: a separate UTF-8 check would find nothing. The two long methods stay whole: within a caller they would use up what the
/// compiler is willing to inline, and every literal would become a call.
/// </summary>
internal static class OrderedSnapshotParser
{
    /// <summary>Whether the message is in the gateway's own form and valid; otherwise <paramref name="s"/> is undefined.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool TryParse(ReadOnlySpan<byte> text, ref PoolSnapshot s)
    {
        int at = 0;
        if (!Next(text, ref at, "{\"pool_id\":\""u8) || !Key(text, ref at, ref s.PoolId)
            || !Next(text, ref at, ",\"timestamp\":"u8) || !Integer(text, ref at, ref s.TimestampMs)
            || (Next(text, ref at, ",\"price\":"u8) && !Number(text, ref at, ref s.Price))
            || !Next(text, ref at, ",\"base_reserve\":"u8) || !Number(text, ref at, ref s.BaseReserve)
            || !Next(text, ref at, ",\"quote_reserve\":"u8))
        {
            return false;
        }

        int quote = at;
        if (!Number(text, ref at, ref s.QuoteReserve))
        {
            return false;
        }

        ReadOnlySpan<byte> quoteText = text[quote..at];
        if (Next(text, ref at, ",\"volume_24h\":"u8) && !Repeated(text, ref at, quoteText, s.QuoteReserve, ref s.Volume24h) && !Number(text, ref at, ref s.Volume24h))
        {
            return false;
        }

        return (IsEnd(text, at) || TryDescription(text, ref at, ref s)) && SnapshotRules.IsTimestamp(s.TimestampMs);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryDescription(ReadOnlySpan<byte> text, ref int at, ref PoolSnapshot s)
    {
        int next = at;
        long decimalsA = -1;
        long decimalsB = -1;
        long status = -1;
        if ((Next(text, ref next, ",\"trade_fee\":"u8) && !Number(text, ref next, ref s.TradeFeePercent))
            || (Next(text, ref next, ",\"decimals_a\":"u8) && !Integer(text, ref next, ref decimalsA))
            || (Next(text, ref next, ",\"decimals_b\":"u8) && !Integer(text, ref next, ref decimalsB))
            || (Next(text, ref next, ",\"token_a_mint\":\""u8) && !Key(text, ref next, ref s.TokenAMint))
            || (Next(text, ref next, ",\"token_b_mint\":\""u8) && !Key(text, ref next, ref s.TokenBMint))
            || (Next(text, ref next, ",\"pool_open_time\":"u8) && !Integer(text, ref next, ref s.PoolOpenTimeS))
            || (Next(text, ref next, ",\"status\":"u8) && !Integer(text, ref next, ref status))
            || (Next(text, ref next, ",\"slot\":"u8) && !Integer(text, ref next, ref s.Slot)))
        {
            return false;
        }

        s.DecimalsA = (int)decimalsA;
        s.DecimalsB = (int)decimalsB;
        s.Status = (int)status;
        at = next;
        return IsEnd(text, next) && decimalsA <= SnapshotRules.MaxDecimals && decimalsB <= SnapshotRules.MaxDecimals && status <= int.MaxValue;
    }

    private static bool IsEnd(ReadOnlySpan<byte> text, int at) => at == text.Length - 1 && text[at] == '}';

    // Literal and cursor are constants and registers only where the caller's code holds them.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Next(ReadOnlySpan<byte> text, ref int at, ReadOnlySpan<byte> literal)
    {
        if (!text[at..].StartsWith(literal))
        {
            return false;
        }

        at += literal.Length;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Key(ReadOnlySpan<byte> text, ref int at, ref ReadOnlySpan<byte> key)
    {
        ReadOnlySpan<byte> rest = text[at..];
        int length = SnapshotRules.Base58Length(rest);
        if (length is < SnapshotRules.MinKeyLength or > SnapshotRules.MaxKeyLength || length == rest.Length || rest[length] != '"')
        {
            return false;
        }

        key = rest[..length];
        at += length + 1;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Integer(ReadOnlySpan<byte> text, ref int at, ref long value)
    {
        int length = DigitText.ReadInteger(text[at..], ref value);
        at += length;
        return length > 0;
    }

    // The gateway's volume_24h is its quote_reserve again, digit by digit: comparing is a third of reading.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Repeated(ReadOnlySpan<byte> text, ref int at, ReadOnlySpan<byte> before, double known, ref double value)
    {
        ReadOnlySpan<byte> rest = text[at..];
        if (!rest.StartsWith(before) || rest.Length == before.Length || rest[before.Length] is not ((byte)',' or (byte)'}'))
        {
            return false;
        }

        value = known;
        at += before.Length;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Number(ReadOnlySpan<byte> text, ref int at, ref double value)
    {
        int length = DigitText.ReadNumber(text, at, ref value);
        at += length;
        return length > 0;
    }
}
