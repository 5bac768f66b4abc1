using System.Buffers;

namespace LowLatency.Feed.Solana;

/// <summary>What is left of a message that is compared piece by piece with the text it is expected to be. No white space is skipped.</summary>
internal ref struct FixedText(ReadOnlySpan<byte> text)
{
    private const int MaxDigits = 20;

    private static readonly SearchValues<byte> VersionText = SearchValues.Create("0123456789.-+abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"u8);

    private ReadOnlySpan<byte> _rest = text;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    public bool TryTake(ReadOnlySpan<byte> expected)
    {
        if (!_rest.StartsWith(expected))
        {
            return false;
        }

        _rest = _rest[expected.Length..];
        return true;
    }

    /// <summary>An integer as JSON has it: digits without a leading zero, within 64 bits.</summary>
    public bool TryTakeNumber(out ulong value)
    {
        value = 0;
        int at = 0;
        for (; at < _rest.Length && (uint)(_rest[at] - '0') <= 9; at++)
        {
            uint digit = (uint)(_rest[at] - '0');
            if (at >= MaxDigits - 1 && (at >= MaxDigits || value > (ulong.MaxValue - digit) / 10))
            {
                return false;
            }

            value = (value * 10) + digit;
        }

        if (at == 0 || (at > 1 && _rest[0] == '0'))
        {
            return false;
        }

        _rest = _rest[at..];
        return true;
    }

    public bool TryTakeKey(out ReadOnlySpan<byte> key) => TryTakeWhile(Base58.Alphabet, out key) && RpcValues.IsKeyLength(key.Length);

    public bool TryTakeSignature(out ReadOnlySpan<byte> signature) =>
        TryTakeWhile(Base58.Alphabet, out signature) && RpcValues.IsSignatureLength(signature.Length);

    public bool TryTakeVersion() => TryTakeWhile(VersionText, out _);

    /// <summary>Everything before the next quote, unchecked.</summary>
    public bool TryTakeUntilQuote(out ReadOnlySpan<byte> content)
    {
        int end = _rest.IndexOf((byte)'"');
        content = end < 0 ? default : _rest[..end];
        _rest = end < 0 ? _rest : _rest[end..];
        return end >= 0;
    }

    /// <summary>An array of strings, read by the strict grammar itself.</summary>
    public bool TryTakeLines(out ReadOnlySpan<byte> lines)
    {
        JsonCursor json = new(_rest);
        if (RpcValues.ReadLines(ref json, out lines) != RejectReason.None)
        {
            return false;
        }

        _rest = json.Rest;
        return true;
    }

    private bool TryTakeWhile(SearchValues<byte> allowed, out ReadOnlySpan<byte> content)
    {
        int end = _rest.IndexOfAnyExcept(allowed);
        content = end < 0 ? default : _rest[..end];
        _rest = end < 0 ? _rest : _rest[end..];
        return end >= 0;
    }
}
