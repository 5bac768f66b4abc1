namespace LowLatency.Tests.Feed.Solana;

/// <summary>Spoils a message a little, mostly where its structure is: near its ends, at its punctuation and in its numbers.</summary>
internal static class Mutation
{
    private static readonly byte[] Telling = "\"\\{}[],:0123456789-.eE+=/ \t\n\r\0zA"u8.ToArray().Concat(new byte[] { 0x7F, 0x80, 0xC3, 0xFF }).ToArray();

    private static readonly System.Buffers.SearchValues<byte> Punctuation = System.Buffers.SearchValues.Create("\",:{}[]"u8);

    private static readonly byte[][] Pieces =
    [
        .. new[]
        {
            "null", "true", "false", "{}", "[]", "\"\"", "0", "00", "-1", "1.0", "1e3", "18446744073709551615", "18446744073709551616", "99999999999999999999",
            "\"base64\"", "\"base64+zstd\"", ",\"slot\":1", "\"slot\"", "\"data\"", "\\u0041", "\\/", " ", "==", "=", ",\"space\":165", ",\"apiVersion\":\"2.0\"",
            "programNotification", "accountNotification", "logsNotification", "slotNotification", "11111111111111111111111111111111",
        }.Select(System.Text.Encoding.UTF8.GetBytes),
    ];

    public static int Make(Random random, byte[] original, byte[] other, byte[] mutant)
    {
        original.CopyTo(mutant, 0);
        int length = original.Length;
        for (int i = random.Next(4) == 0 ? 2 : 1; i > 0 && length > 0; i--)
        {
            length = Once(random, mutant, length, other);
        }

        return length;
    }

    private static int Once(Random random, byte[] m, int length, byte[] other)
    {
        int at = Place(random, m, length);
        switch (random.Next(9))
        {
            case 0:
                m[at] ^= (byte)(1 << random.Next(8));
                return length;
            case 1:
                m[at] = Telling[random.Next(Telling.Length)];
                return length;
            case 2:
                return random.Next(length + 1);
            case 3:
                return Replace(m, length, at, 0, [Telling[random.Next(Telling.Length)]]);
            case 4:
                return Replace(m, length, at, Math.Min(1 + random.Next(4), length - at), []);
            case 5:
                return Replace(m, length, at, 0, Pieces[random.Next(Pieces.Length)]);
            case 6:
                return Replace(m, length, at, TokenLength(m.AsSpan(at, length - at)), Pieces[random.Next(Pieces.Length)]);
            case 7:
                // The tail of another message, from the same distance to the end or the start.
                int from = Math.Max(0, random.Next(2) == 0 ? other.Length - (length - at) : Math.Min(at, other.Length));
                return Replace(m, length, at, length - at, other.AsSpan(from));
            default:
                // A digit becomes another one: most of these stay whole.
                int digit = m.AsSpan(at, length - at).IndexOfAnyInRange((byte)'0', (byte)'9');
                if (digit >= 0)
                {
                    m[at + digit] = (byte)('0' + random.Next(10));
                }

                return length;
        }
    }

    private static int Place(Random random, byte[] m, int length)
    {
        int at = random.Next(4) switch
        {
            0 => random.Next(length),
            1 => random.Next(Math.Min(length, 260)),
            2 => length - 1 - random.Next(Math.Min(length, 200)),
            _ => random.Next(length),
        };
        int punctuation = random.Next(2) == 0 ? m.AsSpan(at, length - at).IndexOfAny(Punctuation) : 0;
        return at + Math.Max(0, punctuation);
    }

    private static int TokenLength(ReadOnlySpan<byte> rest) => rest.IndexOfAny(Punctuation) is var end and > 0 ? end : Math.Min(1, rest.Length);

    private static int Replace(byte[] m, int length, int at, int removed, ReadOnlySpan<byte> added)
    {
        int tail = length - at - removed;
        if (length - removed + added.Length > m.Length)
        {
            return length;
        }

        m.AsSpan(at + removed, tail).CopyTo(m.AsSpan(at + added.Length));
        added.CopyTo(m.AsSpan(at));
        return length - removed + added.Length;
    }
}
