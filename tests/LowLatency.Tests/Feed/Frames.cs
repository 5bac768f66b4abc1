using System.Buffers.Binary;

namespace LowLatency.Tests.Feed;

/// <summary>Frames as a server sends them, well-formed or not.</summary>
internal static class Frames
{
    public const int Continuation = 0, Text = 1, Binary = 2, CloseFrame = 8, Ping = 9, Pong = 10;
    public const int CompressedBit = 0x40;

    public static byte[] Frame(int opcode, ReadOnlySpan<byte> payload, bool final = true, int reserved = 0)
    {
        byte first = (byte)((final ? 0x80 : 0) | reserved | opcode);
        byte[] header;
        if (payload.Length < 126)
        {
            header = [first, (byte)payload.Length];
        }
        else if (payload.Length <= ushort.MaxValue)
        {
            header = [first, 126, (byte)(payload.Length >> 8), (byte)payload.Length];
        }
        else
        {
            header = [first, 127, 0, 0, 0, 0, 0, 0, 0, 0];
            BinaryPrimitives.WriteUInt64BigEndian(header.AsSpan(2), (ulong)payload.Length);
        }

        return [.. header, .. payload];
    }

    public static byte[] Close(int code, string reason = "") =>
        Frame(CloseFrame, [(byte)(code >> 8), (byte)code, .. System.Text.Encoding.UTF8.GetBytes(reason)]);

    public static byte[] Hex(string hex) =>
        Convert.FromHexString(hex.Replace("-", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal));
}
