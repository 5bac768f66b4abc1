using System.Globalization;
using System.Numerics;

namespace LowLatency.Feed;

/// <summary>Decimal numbers to the nearest double, ties to even.</summary>
internal static class DecimalText
{
    private const int MaxExactDigits = 19;
    private const ulong MaxExactMantissa = 1UL << 53;
    private const int MaxExactPower = 22;
    private const int MaxTablePower = 40;
    private const int FractionBits = 52;
    private const int ExponentBias = 1023;

    // 5^q, normalised to 128 bits, q from -MaxTablePower to MaxTablePower: the upper and the lower halves.
    private static readonly ulong[] FivesHigh = Fives(high: true);
    private static readonly ulong[] FivesLow = Fives(high: false);

    private static ReadOnlySpan<double> PowersOfTen =>
    [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ];

    /// <summary>The double nearest to a well-formed JSON number.</summary>
    public static double ToDouble(ReadOnlySpan<byte> number)
    {
        int at = number[0] == '-' ? 1 : 0;
        ulong mantissa = 0;
        int digits = 0;
        int power = 0;
        bool fraction = false;
        for (; at < number.Length; at++)
        {
            int c = number[at];
            if (c == '.')
            {
                fraction = true;
                continue;
            }

            digits += digits > 0 || c != '0' ? 1 : 0;
            if (c is < '0' or > '9' || digits > MaxExactDigits)
            {
                return ToDoubleSlow(number);
            }

            mantissa = (mantissa * 10) + (ulong)(c - '0');
            power -= fraction ? 1 : 0;
        }

        double value = 0;
        return !TryRound(mantissa, power, ref value) ? ToDoubleSlow(number) : number[0] == '-' ? -value : value;
    }

    /// <summary>
    /// The double nearest to mantissa * 10^power, where that can be told at once. A mantissa up to 2^53 and a power of ten
    /// up to 22 are both exact doubles, so one multiplication or division rounds once and correctly.
    /// </summary>
    public static bool TryRound(ulong mantissa, int power, ref double value)
    {
        if (mantissa <= MaxExactMantissa && power is >= -MaxExactPower and <= MaxExactPower)
        {
            value = power < 0 ? mantissa / PowersOfTen[-power] : mantissa * PowersOfTen[power];
            return true;
        }

        if (mantissa == 0)
        {
            value = 0;
            return true;
        }

        return power is >= -MaxTablePower and <= MaxTablePower && TryRoundProduct(mantissa, power, ref value);
    }

    // Eisel and Lemire, "Number parsing at a gigabyte per second": 10^q is 5^q * 2^q, and the upper 64 to 128 bits of the
    // product with a rounded 5^q settle the 54 bits that are wanted, except where they lie on the boundary: those go the
    // framework's way. The powers of the table keep every result a normal, finite double.
    private static bool TryRoundProduct(ulong mantissa, int power, ref double value)
    {
        int shift = BitOperations.LeadingZeroCount(mantissa);
        ulong w = mantissa << shift;
        ulong high = Math.BigMul(w, FivesHigh[power + MaxTablePower], out ulong low);
        const ulong undecided = ulong.MaxValue >> (FractionBits + 3);
        if ((high & undecided) == undecided)
        {
            ulong carry = Math.BigMul(w, FivesLow[power + MaxTablePower], out _);
            low += carry;
            high += low < carry ? 1UL : 0;
        }

        int top = (int)(high >> 63);
        int dropped = top + 64 - FractionBits - 3;
        ulong bits = high >> dropped;
        bool isTie = low <= 1 && (bits & 3) == 1 && bits << dropped == high;
        if (isTie || low == ulong.MaxValue)
        {
            return false;
        }

        bits = (bits + (bits & 1)) >> 1;
        int carried = (int)(bits >> (FractionBits + 1));
        bits >>= carried;

        // floor(power * log2(10)) is exact by this fraction far beyond the table.
        long exponent = ((217_706 * power) >> 16) + 63 + top - shift + carried + ExponentBias;
        value = BitConverter.UInt64BitsToDouble(((ulong)exponent << FractionBits) | (bits & ((1UL << FractionBits) - 1)));
        return true;
    }

    private static ulong[] Fives(bool high)
    {
        ulong[] table = new ulong[(2 * MaxTablePower) + 1];
        for (int q = -MaxTablePower; q <= MaxTablePower; q++)
        {
            BigInteger power = BigInteger.Pow(5, Math.Abs(q));
            if (q < 0)
            {
                // A reciprocal is rounded up: a product by it must not fall short of a number that is exact.
                int length = (int)(power - 1).GetBitLength();
                power = (BigInteger.One << (q >= -27 ? length + 127 : (2 * length) + 128)) / power + 1;
            }

            int excess = (int)power.GetBitLength() - 128;
            power = excess < 0 ? power << -excess : power >> excess;
            table[q + MaxTablePower] = (ulong)(high ? power >> 64 : power & ulong.MaxValue);
        }

        return table;
    }

    private static double ToDoubleSlow(ReadOnlySpan<byte> number) => double.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture);
}
