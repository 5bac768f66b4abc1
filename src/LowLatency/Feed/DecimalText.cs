using System.Globalization;

namespace LowLatency.Feed;

/// <summary>JSON numbers to doubles, correctly rounded.</summary>
internal static class DecimalText
{
    private const int MaxExactDigits = 19;
    private const ulong MaxExactMantissa = 1UL << 53;
    private const int MaxExactPower = 22;

    private static ReadOnlySpan<double> PowersOfTen =>
    [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ];

    /// <summary>
    /// The double nearest to a well-formed JSON number. A mantissa below 2^53 and a power of ten up to 22 are both exact
    /// doubles, so one multiplication or division rounds once and correctly; everything else goes the framework's way.
    /// </summary>
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

            if (c is < '0' or > '9')
            {
                return Slow(number);
            }

            mantissa = (mantissa * 10) + (ulong)(c - '0');
            digits += mantissa == 0 ? 0 : 1;
            power -= fraction ? 1 : 0;
        }

        if (digits > MaxExactDigits || mantissa > MaxExactMantissa || power < -MaxExactPower)
        {
            return Slow(number);
        }

        double value = mantissa / PowersOfTen[-power];
        return number[0] == '-' ? -value : value;
    }

    private static double Slow(ReadOnlySpan<byte> number) => double.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture);
}
