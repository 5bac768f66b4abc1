using System.Globalization;
using System.Text;
using LowLatency.Feed;
using LowLatency.Simulation;

namespace LowLatency.Tests.Feed;

public sealed class VectorDigitsTests
{
    private const int Numbers = 200_000;

    private static readonly string Before = new('x', VectorDigits.BytesBefore);
    private static readonly string Behind = new('}', VectorDigits.BytesFrom);

    [Fact]
    public void Any_digits_are_read_as_the_slow_way_reads_them()
    {
        SeededRandom random = new(1);
        int read = 0;
        for (int i = 0; i < Numbers; i++)
        {
            string number = Number(random) + Tail(random);
            read += AgreesOver(number) ? 1 : 0;
        }

        // The rest has too many digits, or is none.
        Assert.True(read == 0 || read > Numbers / 2);
    }

    [Fact]
    public void Any_bytes_are_read_as_the_slow_way_reads_them()
    {
        const string Alphabet = "0123456789..eE+-,\"}/:";
        SeededRandom random = new(2);
        char[] text = new char[24];
        for (int i = 0; i < Numbers; i++)
        {
            for (int c = 0; c < text.Length; c++)
            {
                text[c] = Alphabet[(int)(random.NextBits() % (ulong)Alphabet.Length)];
            }

            AgreesOver(new string(text));
        }
    }

    [Theory]
    [InlineData("1234567890123456789", 1234567890123456789, 0)]
    [InlineData("9999999999999999999", 9999999999999999999, 0)]
    [InlineData("1.234567890123456789", 1234567890123456789, 18)]
    [InlineData("123456789012345678.9", 1234567890123456789, 1)]
    [InlineData("0", 0, 0)]
    [InlineData("0.000000000000000001", 1, 18)]
    [InlineData("100000000", 100000000, 0)]
    public void Numbers_at_the_edges_are_exact(string number, ulong mantissa, int places)
    {
        int length = VectorDigits.Read(Encoding.ASCII.GetBytes(Before + number + Behind), Before.Length, out ulong actual, out int actualPlaces);
        Assert.True(length == 0 ? !System.Runtime.Intrinsics.X86.Avx2.IsSupported : (length, actual, actualPlaces) == (number.Length, mantissa, places), $"{length} {actual} {actualPlaces}");
    }

    [Fact]
    public void Nothing_is_read_where_the_text_is_too_short_for_the_registers()
    {
        byte[] text = Encoding.ASCII.GetBytes(Before + "1.5" + Behind);
        Assert.Equal(0, VectorDigits.Read(text.AsSpan(1), Before.Length - 1, out _, out _));
        Assert.Equal(0, VectorDigits.Read(text.AsSpan(0, Before.Length + VectorDigits.BytesFrom - 1), Before.Length, out _, out _));
    }

    private static bool AgreesOver(string number)
    {
        byte[] text = Encoding.ASCII.GetBytes(Before + number + Behind);
        int length = VectorDigits.Read(text, Before.Length, out ulong mantissa, out int places);
        int slow = DigitText.ReadDecimalSlow(text.AsSpan(Before.Length), out ulong slowMantissa, out int slowPlaces);
        Assert.True(length == 0 || (length, mantissa, places) == (slow, slowMantissa, slowPlaces), number);
        return length > 0;
    }

    private static string Number(SeededRandom random) => (random.NextBits() % 3) switch
    {
        0 => (random.NextBits() >> (int)(random.NextBits() % 64)).ToString(CultureInfo.InvariantCulture),
        1 => ((random.NextBits() >> 11) * Math.Pow(10, (int)(random.NextBits() % 24) - 20)).ToString("R", CultureInfo.InvariantCulture),
        _ => $"{random.NextBits() >> (int)(random.NextBits() % 64)}.{random.NextBits() >> (int)(random.NextBits() % 64)}",
    };

    private static string Tail(SeededRandom random) => (random.NextBits() % 5) switch
    {
        0 => ",\"price\":1.5",
        1 => "e-07",
        2 => ".",
        3 => "}",
        _ => "",
    };
}
