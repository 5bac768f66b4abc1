using System.Numerics;
using System.Text;

namespace LowLatency.Tests.Feed;

/// <summary>
/// The stupid twin of the frame decoder: all the bytes at once, arbitrary integers, a rule of RFC 6455 a line, and each text
/// judged as far as it has come by decoding it rune by rune.
/// </summary>
internal static class NaiveFrameDecoder
{
    public static string Decode(byte[] bytes, int limit)
    {
        List<string> seen = [];
        List<byte>? message = null;
        bool isText = false;
        int at = 0;
        string Ended(string how) => string.Join(' ', seen.Append(how));
        while (at < bytes.Length)
        {
            byte first = bytes[at];
            int opcode = first & 15;
            bool final = first >= 128;
            bool control = opcode >= 8;
            if ((first & 0x70) != 0 || opcode is (> 2 and < 8) or > 10 || (control && !final) || (!control && (opcode == 0) != (message is not null)))
            {
                return Ended("violation:1002");
            }

            if (at + 1 == bytes.Length)
            {
                break;
            }

            int shortLength = bytes[at + 1];
            if (shortLength > 127 || (control && shortLength > 125))
            {
                return Ended("violation:1002");
            }

            int lengthBytes = shortLength == 126 ? 2 : shortLength == 127 ? 8 : 0;
            if (at + 2 + lengthBytes > bytes.Length)
            {
                break;
            }

            BigInteger length = lengthBytes == 0 ? shortLength : new BigInteger(bytes.AsSpan(at + 2, lengthBytes), isUnsigned: true, isBigEndian: true);
            if ((lengthBytes == 2 && length < 126) || (lengthBytes == 8 && (length < 65_536 || length > long.MaxValue)))
            {
                return Ended("violation:1002");
            }

            at += 2 + lengthBytes;
            if (!control)
            {
                isText = message is null ? opcode == 1 : isText;
                message ??= [];
                if (length + message.Count > limit)
                {
                    return Ended("violation:1009");
                }
            }

            int here = (int)BigInteger.Min(length, bytes.Length - at);
            byte[] payload = bytes[at..(at + here)];
            at += here;
            bool whole = here == length;
            if (control)
            {
                if (!whole)
                {
                    break;
                }

                if (opcode != 8)
                {
                    seen.Add((opcode == 9 ? "ping:" : "pong:") + Encoding.Latin1.GetString(payload));
                    continue;
                }

                return Ended(Close(payload));
            }

            message!.AddRange(payload);
            if (isText && !MayBeText([.. message], whole && final))
            {
                return Ended("violation:1007");
            }

            if (whole && final)
            {
                seen.Add((isText ? "text:" : "binary:") + (isText ? Encoding.UTF8 : Encoding.Latin1).GetString([.. message]));
                message = null;
            }
        }

        return string.Join(' ', seen);
    }

    /// <summary>Whether some text begins like this, or is this.</summary>
    public static bool MayBeText(ReadOnlySpan<byte> bytes, bool isWhole)
    {
        while (!bytes.IsEmpty)
        {
            System.Buffers.OperationStatus status = Rune.DecodeFromUtf8(bytes, out _, out int used);
            if (status != System.Buffers.OperationStatus.Done)
            {
                return status == System.Buffers.OperationStatus.NeedMoreData && !isWhole;
            }

            bytes = bytes[used..];
        }

        return true;
    }

    private static string Close(byte[] payload)
    {
        int code = payload.Length < 2 ? 0 : (payload[0] << 8) | payload[1];
        return payload.Length == 0 ? "close:1005"
            : payload.Length == 1 || code < 1000 || code is (> 1003 and < 1007) or (> 1014 and < 3000) || code >= 5000 ? "violation:1002"
            : !MayBeText(payload.AsSpan(2), true) ? "violation:1007"
            : "close:" + code + Encoding.UTF8.GetString(payload, 2, payload.Length - 2);
    }
}
