namespace LowLatency.Simulation;

/// <summary>Solana's text form of keys.</summary>
internal static class Base58
{
    private const string Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private const int KeyBytes = 32;

    /// <summary>The text of 32 seeded bytes: 43 or 44 characters, seldom fewer.</summary>
    public static string Key(SeededRandom random)
    {
        System.Numerics.BigInteger value = 0;
        for (int i = 0; i < KeyBytes / sizeof(ulong); i++)
        {
            value = (value << 64) | random.NextBits();
        }

        Span<char> text = stackalloc char[44];
        int at = text.Length;
        while (value > 0)
        {
            (value, System.Numerics.BigInteger digit) = System.Numerics.BigInteger.DivRem(value, Alphabet.Length);
            text[--at] = Alphabet[(int)digit];
        }

        return text[at..].ToString();
    }
}
