using System.Buffers;
using System.Buffers.Binary;

namespace LowLatency.Feed.Solana;

/// <summary>
/// Base58 of 32-byte keys. The number is kept in eight 32-bit limbs, and five digits go in or out at once: 58^5 is the
/// largest power below 2^32, so that a limb's product and its carry always fit 64 bits.
/// </summary>
internal static class Base58
{
    public const int KeyBytes = 32;
    public const int MinKeyChars = 32;
    public const int MaxKeyChars = 44;

    private const int Limbs = KeyBytes / sizeof(uint);
    private const int DigitsPerStep = 5;
    private const uint StepRadix = 58 * 58 * 58 * 58 * 58;
    private const int Steps = 9;
    private const byte NotADigit = 255;

    public static readonly SearchValues<byte> Alphabet = SearchValues.Create(Digits);

    private static ReadOnlySpan<byte> Digits => "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"u8;

    private static ReadOnlySpan<byte> ValueOf =>
    [
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0, 1, 2, 3, 4, 5, 6, 7, 8, 255, 255, 255, 255, 255, 255,
        255, 9, 10, 11, 12, 13, 14, 15, 16, 255, 17, 18, 19, 20, 21, 255, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 255, 255, 255, 255, 255,
        255, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 255, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 255, 255, 255, 255, 255,
    ];

    /// <summary>
    /// Decodes the text of exactly 32 bytes, of which <paramref name="key"/> has room. One key has one text: as many leading
    /// ones as the key has leading zero bytes.
    /// </summary>
    public static bool TryDecode(ReadOnlySpan<byte> text, Span<byte> key)
    {
        if (text.Length is < MinKeyChars or > MaxKeyChars)
        {
            return false;
        }

        Span<uint> limbs = stackalloc uint[Limbs];
        limbs.Clear();
        int first = text.Length % DigitsPerStep;
        if (!TryAppend(limbs, text[..first]))
        {
            return false;
        }

        for (int at = first; at < text.Length; at += DigitsPerStep)
        {
            if (!TryAppend(limbs, text.Slice(at, DigitsPerStep)))
            {
                return false;
            }
        }

        for (int i = 0; i < Limbs; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(key[(i * sizeof(uint))..], limbs[i]);
        }

        return LeadingZeros(key[..KeyBytes]) == LeadingOnes(text);
    }

    /// <summary>Encodes 32 bytes into at most <see cref="MaxKeyChars"/> characters, of which <paramref name="text"/> has room.</summary>
    public static int Encode(ReadOnlySpan<byte> key, Span<byte> text)
    {
        Span<uint> limbs = stackalloc uint[Limbs];
        for (int i = 0; i < Limbs; i++)
        {
            limbs[i] = BinaryPrimitives.ReadUInt32BigEndian(key[(i * sizeof(uint))..]);
        }

        Span<byte> digits = stackalloc byte[Steps * DigitsPerStep];
        for (int end = digits.Length; end > 0; end -= DigitsPerStep)
        {
            ulong remainder = 0;
            for (int i = 0; i < Limbs; i++)
            {
                (ulong quotient, remainder) = Math.DivRem((remainder << 32) | limbs[i], StepRadix);
                limbs[i] = (uint)quotient;
            }

            for (int i = end - 1; i >= end - DigitsPerStep; i--)
            {
                (remainder, ulong digit) = Math.DivRem(remainder, 58UL);
                digits[i] = Digits[(int)digit];
            }
        }

        // The number's own leading zeros go, and each leading zero byte of the key comes back as one "1".
        ReadOnlySpan<byte> significant = digits[LeadingOnes(digits)..];
        int ones = LeadingZeros(key[..KeyBytes]);
        text[..ones].Fill((byte)'1');
        significant.CopyTo(text[ones..]);
        return ones + significant.Length;
    }

    private static bool TryAppend(Span<uint> limbs, ReadOnlySpan<byte> digits)
    {
        ulong carry = 0;
        ulong radix = 1;
        foreach (byte c in digits)
        {
            byte value = c < 128 ? ValueOf[c] : NotADigit;
            if (value == NotADigit)
            {
                return false;
            }

            carry = (carry * 58) + value;
            radix *= 58;
        }

        for (int i = Limbs - 1; i >= 0; i--)
        {
            carry += limbs[i] * radix;
            limbs[i] = (uint)carry;
            carry >>= 32;
        }

        return carry == 0;
    }

    private static int LeadingZeros(ReadOnlySpan<byte> key) => Leading(key, 0);

    private static int LeadingOnes(ReadOnlySpan<byte> text) => Leading(text, (byte)'1');

    private static int Leading(ReadOnlySpan<byte> span, byte value) => span.IndexOfAnyExcept(value) is var at and >= 0 ? at : span.Length;
}
