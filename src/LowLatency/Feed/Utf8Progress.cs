using System.Text.Unicode;

namespace LowLatency.Feed;

/// <summary>
/// UTF-8 that arrives in pieces. A byte that no well-formed text can have at its place is found in the piece that brings it,
/// not at the end of the message. The state is the sequence that the last piece left open: how many continuation bytes are
/// missing, and between which bounds the next must lie (the bounds exclude overlong forms, surrogates and what is above U+10FFFF).
/// </summary>
internal struct Utf8Progress
{
    private const byte LowestContinuation = 0x80;
    private const byte HighestContinuation = 0xBF;
    private const int LongestOpenTail = 3;

    private byte _missing;
    private byte _lowest;
    private byte _highest;

    /// <summary>No sequence is open: the text may end here.</summary>
    public readonly bool IsComplete => _missing == 0;

    /// <summary>Takes the next piece; false where it makes the text malformed.</summary>
    public bool TryAccept(ReadOnlySpan<byte> piece)
    {
        int at = 0;
        while (_missing > 0)
        {
            if (at == piece.Length)
            {
                return true;
            }

            if (!TryContinue(piece[at++]))
            {
                return false;
            }
        }

        ReadOnlySpan<byte> rest = piece[at..];
        int whole = rest.Length - OpenTail(rest);
        if (!Utf8.IsValid(rest[..whole]))
        {
            return false;
        }

        if (whole == rest.Length)
        {
            return true;
        }

        Begin(rest[whole]);
        foreach (byte b in rest[(whole + 1)..])
        {
            if (!TryContinue(b))
            {
                return false;
            }
        }

        return true;
    }

    // Bytes at the end that begin a sequence which the piece does not finish.
    private static int OpenTail(ReadOnlySpan<byte> text)
    {
        for (int back = 1; back <= Math.Min(LongestOpenTail, text.Length); back++)
        {
            byte b = text[^back];
            if (b is < LowestContinuation or > HighestContinuation)
            {
                return Length(b) > back ? back : 0;
            }
        }

        return 0;
    }

    private static int Length(byte lead) => lead switch
    {
        >= 0xC2 and <= 0xDF => 2,
        >= 0xE0 and <= 0xEF => 3,
        >= 0xF0 and <= 0xF4 => 4,
        _ => 1,
    };

    private void Begin(byte lead)
    {
        _missing = (byte)(Length(lead) - 1);
        _lowest = lead switch { 0xE0 => 0xA0, 0xF0 => 0x90, _ => LowestContinuation };
        _highest = lead switch { 0xED => 0x9F, 0xF4 => 0x8F, _ => HighestContinuation };
    }

    private bool TryContinue(byte b)
    {
        if (b < _lowest || b > _highest)
        {
            return false;
        }

        _missing--;
        _lowest = LowestContinuation;
        _highest = HighestContinuation;
        return true;
    }
}
