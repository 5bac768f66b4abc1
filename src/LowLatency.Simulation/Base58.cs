using System.Numerics;

namespace LowLatency.Simulation;

/// <summary>Solana's text form of bytes of any length, for the simulated node. Not <c>PublicKey</c>'s: the node shares no code with the decoder that it tests.</summary>
internal static class Base58
{
    /// <summary>Bytes of a key.</summary>
    public const int KeyBytes = 32;

    private const string Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

    /// <summary>The text of bytes, a leading 1 for each leading zero.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        int zeros = bytes.IndexOfAnyExcept((byte)0);
        zeros = zeros < 0 ? bytes.Length : zeros;
        return new string(Alphabet[0], zeros) + Text(new BigInteger(bytes, isUnsigned: true, isBigEndian: true));
    }

    /// <summary>The bytes of a text, or null where it is none.</summary>
    public static byte[]? TryDecode(string text)
    {
        BigInteger value = 0;
        foreach (char c in text)
        {
            int digit = Alphabet.IndexOf(c, StringComparison.Ordinal);
            if (digit < 0)
            {
                return null;
            }

            value = (value * Alphabet.Length) + digit;
        }

        int ones = text.AsSpan().IndexOfAnyExcept(Alphabet[0]);
        ones = ones < 0 ? text.Length : ones;
        return value.IsZero ? new byte[ones] : [.. new byte[ones], .. value.ToByteArray(isUnsigned: true, isBigEndian: true)];
    }

    private static string Text(BigInteger value)
    {
        // A digit holds more than five bits.
        char[] text = new char[(int)(value.GetBitLength() / 5) + 1];
        int at = text.Length;
        while (value > 0)
        {
            (value, BigInteger digit) = BigInteger.DivRem(value, Alphabet.Length);
            text[--at] = Alphabet[(int)digit];
        }

        return new string(text, at, text.Length - at);
    }
}
