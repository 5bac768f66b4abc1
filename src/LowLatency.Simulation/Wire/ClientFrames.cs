using System.Buffers;
using System.Buffers.Binary;

namespace LowLatency.Simulation.Wire;

/// <summary>Reads a client's frames, puts its messages together and unmasks them. One reader.</summary>
internal sealed class ClientFrames(Stream stream)
{
    private const int MaxMessageBytes = 1 << 20;
    private const byte Final = 0x80;
    private const byte Masked = 0x80;
    private const byte OpcodeBits = 0x0F;
    private const byte FirstControl = 8;

    private readonly ArrayBufferWriter<byte> _message = new(1024);
    private readonly byte[] _header = new byte[14];
    private byte _opcode;

    /// <summary>Opcode and payload of the next message or control frame, valid until the next call. Throws <see cref="IOException"/> at the end and on what no client may send.</summary>
    public async ValueTask<(byte Opcode, ReadOnlyMemory<byte> Payload)> ReadAsync(CancellationToken stop)
    {
        while (true)
        {
            await stream.ReadExactlyAsync(_header.AsMemory(0, 2), stop).ConfigureAwait(false);
            byte first = _header[0];
            byte opcode = (byte)(first & OpcodeBits);
            long length = _header[1] & ~Masked;
            int extended = length switch { 126 => 2, 127 => 8, _ => 0 };
            await stream.ReadExactlyAsync(_header.AsMemory(2, extended + 4), stop).ConfigureAwait(false);
            length = extended switch
            {
                2 => BinaryPrimitives.ReadUInt16BigEndian(_header.AsSpan(2)),
                8 => BinaryPrimitives.ReadInt64BigEndian(_header.AsSpan(2)),
                _ => length,
            };
            if ((_header[1] & Masked) == 0 || length < 0 || length + _message.WrittenCount > MaxMessageBytes)
            {
                throw new IOException("the client sent an unmasked or over-long frame");
            }

            if (opcode >= FirstControl)
            {
                byte[] control = new byte[length];
                await stream.ReadExactlyAsync(control, stop).ConfigureAwait(false);
                Unmask(control, _header.AsSpan(2 + extended, 4));
                return (opcode, control);
            }

            if (opcode != ServerFrames.Continuation)
            {
                _message.ResetWrittenCount();
                _opcode = opcode;
            }

            Memory<byte> payload = _message.GetMemory((int)length)[..(int)length];
            await stream.ReadExactlyAsync(payload, stop).ConfigureAwait(false);
            Unmask(payload.Span, _header.AsSpan(2 + extended, 4));
            _message.Advance((int)length);
            if ((first & Final) != 0)
            {
                return (_opcode, _message.WrittenMemory);
            }
        }
    }

    private static void Unmask(Span<byte> payload, ReadOnlySpan<byte> key)
    {
        for (int i = 0; i < payload.Length; i++)
        {
            payload[i] ^= key[i & 3];
        }
    }
}
