using System.Buffers;
using System.Buffers.Text;

namespace LowLatency.Feed.Solana;

/// <summary>
/// Base64 as nodes write it: whole groups of four, padded, nothing else. The framework's decoder passes over white space; a
/// text that holds any decodes to fewer bytes than its length says, and is refused for it.
/// </summary>
internal static class StrictBase64
{
    /// <summary>Decodes <paramref name="text"/> to the start of <paramref name="buffer"/>; too long for it is <see cref="RejectReason.TooLong"/>.</summary>
    public static RejectReason TryDecode(ReadOnlySpan<byte> text, Span<byte> buffer, out int written)
    {
        written = 0;
        if (text.Length % 4 != 0)
        {
            return RejectReason.InvalidBase64;
        }

        int expected = DecodedLength(text);
        return expected > buffer.Length ? RejectReason.TooLong
            : Base64.DecodeFromUtf8(text, buffer, out _, out written) == OperationStatus.Done && written == expected ? RejectReason.None
            : RejectReason.InvalidBase64;
    }

    /// <summary>The same for text inside a JSON string with escapes, which are resolved in <paramref name="buffer"/> first.</summary>
    public static RejectReason TryDecodeEscaped(ReadOnlySpan<byte> content, Span<byte> buffer, out int written)
    {
        written = 0;
        int length = JsonCursor.Unescape(content, buffer).Length;
        if (length == 0 && content.Length + 2 > buffer.Length)
        {
            return RejectReason.TooLong;
        }

        int expected = DecodedLength(buffer[..length]);
        return length > 0 && length % 4 == 0 && Base64.DecodeFromUtf8InPlace(buffer[..length], out written) == OperationStatus.Done && written == expected
            ? RejectReason.None
            : RejectReason.InvalidBase64;
    }

    private static int DecodedLength(ReadOnlySpan<byte> text)
    {
        int padding = text.EndsWith("=="u8) ? 2 : text.EndsWith("="u8) ? 1 : 0;
        return (text.Length / 4 * 3) - padding;
    }
}
