using System.Buffers.Text;

namespace LowLatency.Feed.Solana;

/// <summary>Reads what only a Solana node's messages hold, on top of <see cref="JsonValues"/>.</summary>
internal static class RpcValues
{
    /// <summary>Room for the longest method or encoding with its escapes resolved.</summary>
    public const int MaxWordBytes = 32;

    private const int MinSignatureChars = 64;
    private const int MaxSignatureChars = 88;

    public static RejectReason Skip(scoped ref JsonCursor json) => json.SkipValue(SnapshotParser.MaxDepth);

    public static RejectReason ReadUnsigned(scoped ref JsonCursor json, ref ulong value)
    {
        RejectReason reason = ReadInteger(ref json, out ReadOnlySpan<byte> number);
        return reason != RejectReason.None ? reason
            : number[0] != '-' && Utf8Parser.TryParse(number, out value, out int used) && used == number.Length ? RejectReason.None
            : RejectReason.OutOfRange;
    }

    public static RejectReason ReadSigned(scoped ref JsonCursor json, ref long value)
    {
        RejectReason reason = ReadInteger(ref json, out ReadOnlySpan<byte> number);
        return reason != RejectReason.None ? reason
            : Utf8Parser.TryParse(number, out value, out int used) && used == number.Length ? RejectReason.None
            : RejectReason.OutOfRange;
    }

    public static RejectReason ReadText(scoped ref JsonCursor json, out ReadOnlySpan<byte> content, out bool escaped)
    {
        content = default;
        escaped = false;
        return !json.IsNext((byte)'"') ? JsonValues.WrongType(ref json)
            : json.TryReadString(out content, out escaped) ? RejectReason.None
            : RejectReason.MalformedJson;
    }

    /// <summary>Text with its escapes resolved; empty where <paramref name="buffer"/> is too short, as it is for no word that is looked for.</summary>
    public static ReadOnlySpan<byte> Resolve(ReadOnlySpan<byte> content, bool escaped, Span<byte> buffer) =>
        escaped ? JsonCursor.Unescape(content, buffer) : content;

    public static RejectReason ReadKey(scoped ref JsonCursor json, ref ReadOnlySpan<byte> key)
    {
        RejectReason reason = ReadText(ref json, out key, out _);
        return reason != RejectReason.None ? reason : IsKeyLength(key.Length) && !key.ContainsAnyExcept(Base58.Alphabet) ? RejectReason.None : RejectReason.InvalidKey;
    }

    public static RejectReason ReadSignature(scoped ref JsonCursor json, ref ReadOnlySpan<byte> signature)
    {
        RejectReason reason = ReadText(ref json, out signature, out _);
        return reason != RejectReason.None ? reason : IsSignatureLength(signature.Length) && !signature.ContainsAnyExcept(Base58.Alphabet) ? RejectReason.None : RejectReason.InvalidKey;
    }

    public static RejectReason ReadVersion(scoped ref JsonCursor json)
    {
        RejectReason reason = ReadText(ref json, out ReadOnlySpan<byte> version, out bool escaped);
        return reason != RejectReason.None ? reason
            : Resolve(version, escaped, stackalloc byte[MaxWordBytes]).SequenceEqual("2.0"u8) ? RejectReason.None
            : RejectReason.NotJsonRpc;
    }

    /// <summary>An array of strings, as it stands from bracket to bracket; null is none.</summary>
    public static RejectReason ReadLines(scoped ref JsonCursor json, out ReadOnlySpan<byte> lines)
    {
        lines = default;
        if (json.TryTakeNull())
        {
            return RejectReason.None;
        }

        if (!json.IsNext((byte)'['))
        {
            return JsonValues.WrongType(ref json);
        }

        ReadOnlySpan<byte> start = json.Rest;
        json.TryTake((byte)'[');
        if (!json.TryTake((byte)']'))
        {
            do
            {
                RejectReason reason = ReadText(ref json, out _, out _);
                if (reason != RejectReason.None)
                {
                    return reason;
                }
            }
            while (json.TryTake((byte)','));

            if (!json.TryTake((byte)']'))
            {
                return RejectReason.MalformedJson;
            }
        }

        lines = start[..^json.Rest.Length];
        return RejectReason.None;
    }

    public static bool IsKeyLength(int chars) => chars is >= Base58.MinKeyChars and <= Base58.MaxKeyChars;

    public static bool IsSignatureLength(int chars) => chars is >= MinSignatureChars and <= MaxSignatureChars;

    private static RejectReason ReadInteger(scoped ref JsonCursor json, out ReadOnlySpan<byte> number) =>
        JsonValues.ReadNumber(ref json, out number, out bool isInteger) is var reason and not RejectReason.None ? reason
            : isInteger ? RejectReason.None
            : RejectReason.WrongType;
}
