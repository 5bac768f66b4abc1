using System.Buffers;
using System.Buffers.Binary;

namespace LowLatency.Simulation.Wire;

/// <summary>Frames as a server writes them: RFC 6455, section 5, never masked.</summary>
internal static class ServerFrames
{
    public const byte Continuation = 0;
    public const byte Text = 1;
    public const byte Binary = 2;
    public const byte Close = 8;
    public const byte Ping = 9;
    public const byte Pong = 10;

    private const byte Final = 0x80;
    private const int MaxShort = 125;
    private const int Marks16 = 126;
    private const int Marks64 = 127;

    public static void Write(ArrayBufferWriter<byte> output, byte opcode, ReadOnlySpan<byte> payload, bool final = true)
    {
        Span<byte> header = stackalloc byte[10];
        header[0] = (byte)(opcode | (final ? Final : 0));
        int length = 2;
        if (payload.Length <= MaxShort)
        {
            header[1] = (byte)payload.Length;
        }
        else if (payload.Length <= ushort.MaxValue)
        {
            header[1] = Marks16;
            BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)payload.Length);
            length = 4;
        }
        else
        {
            header[1] = Marks64;
            BinaryPrimitives.WriteInt64BigEndian(header[2..], payload.Length);
            length = 10;
        }

        output.Write(header[..length]);
        output.Write(payload);
    }

    public static void WriteClose(ArrayBufferWriter<byte> output, int code, ReadOnlySpan<byte> reason)
    {
        Span<byte> payload = stackalloc byte[MaxShort];
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)code);
        reason.CopyTo(payload[2..]);
        Write(output, Close, payload[..(2 + reason.Length)]);
    }
}
