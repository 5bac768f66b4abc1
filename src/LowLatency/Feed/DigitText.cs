using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace LowLatency.Feed;

/// <summary>
/// Reads unsigned JSON numbers at the start of a text, eight digits at a time. Reads only what it can read exactly: 0 bytes
/// used means "ask the general parser", never "wrong".
/// </summary>
internal static class DigitText
{
    private const int MaxExactDigits = 19;
    private const int MaxIntegerDigits = 18;
    private const int MaxExponentDigits = 3;
    private const int ChunkDigits = sizeof(ulong);
    private const ulong AsciiZeros = 0x3030303030303030;

    private static ReadOnlySpan<ulong> PowersOfTen => [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

    /// <summary>Reads an integer of at most 18 digits; returns the bytes used, 0 where there is none of that form.</summary>
    public static int ReadInteger(ReadOnlySpan<byte> text, ref long value)
    {
        ulong digits = 0;
        int length = ReadDigits(text, ref digits);
        if (length is 0 or > MaxIntegerDigits || (text[0] == '0' && length > 1))
        {
            return 0;
        }

        value = (long)digits;
        return length;
    }

    /// <summary>
    /// Reads a number of at most 19 significant digits that begins at <paramref name="from"/>; returns the bytes used, 0 where
    /// there is none of that form.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int ReadNumber(ReadOnlySpan<byte> text, int from, ref double value)
    {
        int length = VectorDigits.Read(text, from, out ulong mantissa, out int places);
        if (length == 0 && (length = ReadDecimalSlow(text[from..], out mantissa, out places)) == 0)
        {
            return 0;
        }

        int at = from + length;
        int power = 0;
        if (at < text.Length && (text[at] | 0x20) == 'e')
        {
            int exponent = ReadExponent(text[at..], ref power);
            length += exponent;
            if (exponent == 0)
            {
                return 0;
            }
        }

        return DecimalText.TryRound(mantissa, power - places, ref value) ? length : 0;
    }

    /// <summary>Digits, and perhaps a point and digits: mantissa / 10^places; returns the bytes used, 0 where there is none of that form.</summary>
    public static int ReadDecimalSlow(ReadOnlySpan<byte> text, out ulong mantissa, out int places)
    {
        mantissa = 0;
        places = 0;
        int whole = ReadDigits(text, ref mantissa);
        if (whole == 0 || (text[0] == '0' && whole > 1))
        {
            return 0;
        }

        int at = whole;
        if (at < text.Length && text[at] == '.')
        {
            places = ReadDigits(text[(at + 1)..], ref mantissa);
            at += places + 1;
            if (places == 0)
            {
                return 0;
            }
        }

        return whole + places > MaxExactDigits && SignificantDigits(text[..at]) > MaxExactDigits ? 0 : at;
    }

    private static int ReadExponent(ReadOnlySpan<byte> text, ref int power)
    {
        int sign = text.Length > 1 && text[1] is (byte)'-' or (byte)'+' ? 1 : 0;
        ulong digits = 0;
        int length = ReadDigits(text[(1 + sign)..], ref digits);
        power = sign == 1 && text[1] == '-' ? -(int)digits : (int)digits;
        return length is 0 or > MaxExponentDigits ? 0 : 1 + sign + length;
    }

    private static int SignificantDigits(ReadOnlySpan<byte> number)
    {
        int first = number.IndexOfAnyExcept((byte)'0', (byte)'.');
        return first < 0 ? 0 : number.Length - first - (number[first..].Contains((byte)'.') ? 1 : 0);
    }

    // Appends the digits at the start of the text to the value and returns their number; beyond 19 digits the value wraps.
    // Most runs end within the first chunk, or are a double's 15 to 17: two chunks and little more.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int ReadDigits(ReadOnlySpan<byte> text, ref ulong value)
    {
        if (text.Length < 2 * ChunkDigits)
        {
            return ReadDigitsSlow(text, 0, ref value);
        }

        ulong digits = BinaryPrimitives.ReadUInt64LittleEndian(text) ^ AsciiZeros;
        int count = LeadingDigits(digits);
        if (count < ChunkDigits)
        {
            value = (value * PowersOfTen[count]) + Join(Leading(digits, count));
            return count;
        }

        ulong next = BinaryPrimitives.ReadUInt64LittleEndian(text[ChunkDigits..]) ^ AsciiZeros;
        int more = LeadingDigits(next);
        value = (((value * 100_000_000) + Join(digits)) * PowersOfTen[more]) + Join(Leading(next, more));
        return more < ChunkDigits ? ChunkDigits + more : ReadDigitsSlow(text, 2 * ChunkDigits, ref value);
    }

    private static int ReadDigitsSlow(ReadOnlySpan<byte> text, int at, ref ulong value)
    {
        for (; at < text.Length && (uint)(text[at] - '0') <= 9; at++)
        {
            value = (value * 10) + (ulong)(text[at] - '0');
        }

        return at;
    }

    // A digit's byte is 0 to 9 here. The lowest byte that is none sets its high bit; the sum's carry only runs upwards from it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int LeadingDigits(ulong chunk) =>
        BitOperations.TrailingZeroCount(((chunk + 0x7676767676767676) | chunk) & 0x8080808080808080) >> 3;

    // The first digits of a chunk behind as many zeros as fill it: a shift by 64 would be none.
    private static ulong Leading(ulong chunk, int count) => count == 0 ? 0 : chunk << (64 - (count * 8));

    // Eight digits, the first in the lowest byte, to their number: neighbours to pairs, then both halves of the pairs at once.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Join(ulong digits)
    {
        const ulong everyFourth = 0x000000FF000000FF;
        ulong pairs = (digits * 10) + (digits >> 8);
        return (((pairs & everyFourth) * (100 + (1_000_000UL << 32))) + (((pairs >> 16) & everyFourth) * (1 + (10_000UL << 32)))) >> 32;
    }
}
