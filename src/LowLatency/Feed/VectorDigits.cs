using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LowLatency.Feed;

/// <summary>
/// The digits of a number, with or without a point, in a few instructions that do not depend on how many there are: lengths of
/// numbers differ from message to message, and each branch on one is mispredicted as often as not. Looks at the bytes before
/// the number and behind it too; where a text has too few of them, <see cref="DigitText"/> reads the digits its own way.
/// </summary>
internal static class VectorDigits
{
    /// <summary>Bytes that the text must have before the number.</summary>
    public const int BytesBefore = Width;

    /// <summary>Bytes that the text must have from the number's first on.</summary>
    public const int BytesFrom = Width;

    private const int Width = 32;
    private const int MaxDigits = 19;
    private const ulong EightDigits = 100_000_000;

    /// <summary>
    /// Reads the digits at <paramref name="at"/>; returns the bytes used, 0 where there is no number of at most 19 digits, or no
    /// way to read it here. The number is <paramref name="mantissa"/> / 10^<paramref name="places"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Read(ReadOnlySpan<byte> text, int at, out ulong mantissa, out int places)
    {
        mantissa = 0;
        places = 0;
        if (!Avx2.IsSupported || at < BytesBefore || text.Length - at < BytesFrom)
        {
            return 0;
        }

        Vector256<byte> zero = Vector256.Create((byte)'0');
        uint others = Vector256.GreaterThan(Vector256.Create(text.Slice(at, Width)) - zero, Vector256.Create((byte)9)).ExtractMostSignificantBits();
        int whole = BitOperations.TrailingZeroCount(others);
        if ((uint)(whole - 1) >= MaxDigits || (text[at] == '0' && whole > 1))
        {
            return 0;
        }

        // Behind the point its own bit goes, and the next one ends the number.
        int point = text[at + whole] == '.' ? 1 : 0;
        int length = BitOperations.TrailingZeroCount(others & ~((uint)point << whole));
        places = length - whole - point;
        if (length - point > MaxDigits || places < point)
        {
            return 0;
        }

        // Both end at the right edge: the places where they lie, the whole part one byte on, over the point; zeros before.
        int end = at + length;
        Vector256<byte> index = Vector256<byte>.Indices;
        Vector256<byte> isPlace = Vector256.GreaterThan(index.AsSByte(), Vector256.Create((sbyte)(Width - 1 - places))).AsByte();
        Vector256<byte> isDigit = Vector256.GreaterThan(index.AsSByte(), Vector256.Create((sbyte)(Width - 1 - length + point))).AsByte();
        Vector256<byte> digits = Vector256.ConditionalSelect(isPlace, Vector256.Create(text.Slice(end - Width, Width)), Vector256.Create(text.Slice(end - Width - point, Width)));
        mantissa = Join((digits - zero) & isDigit);
        return length;
    }

    // 32 digits of which the first 13 are zeros: neighbours to pairs, pairs to fours, fours to eights.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Join(Vector256<byte> digits)
    {
        Vector256<short> pairs = Avx2.MultiplyAddAdjacent(digits, Vector256.Create((short)(10 | (1 << 8))).AsSByte());
        Vector256<int> fours = Avx2.MultiplyAddAdjacent(pairs, Vector256.Create(100 | (1 << 16)).AsInt16());
        Vector256<short> narrow = Avx2.PackUnsignedSaturate(fours, fours).AsInt16();
        Vector256<uint> eights = Avx2.MultiplyAddAdjacent(narrow, Vector256.Create(10_000 | (1 << 16)).AsInt16()).AsUInt32();
        Vector128<uint> low = eights.GetUpper();
        return (((eights.GetElement(1) * EightDigits) + low.ToScalar()) * EightDigits) + low.GetElement(1);
    }
}
