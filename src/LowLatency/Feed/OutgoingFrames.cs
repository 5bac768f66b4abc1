using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace LowLatency.Feed;

/// <summary>
/// Any thread may add; one at a time takes. Client frames that wait to be written, in the order they were added, each masked
/// with a fresh random key (RFC 6455, section 5.3). Two buffers change places: one is filled while the other is written.
/// After a close frame nothing more is accepted.
/// </summary>
internal sealed class OutgoingFrames : IDisposable
{
    private const int FirstBufferBytes = 1_024;
    private const int MaxHeaderBytes = 10;
    private const int MaskBytes = 4;

    private readonly Lock _gate = new();
    private readonly MessageDeflater? _deflater;
    private byte[] _filling = new byte[FirstBufferBytes];
    private byte[] _writing = new byte[FirstBufferBytes];
    private int _length;
    private bool _closed;

    public OutgoingFrames(DeflateAgreement? deflate)
    {
        // The framework's compressor has the largest window only; a server that wants a smaller one gets plain frames.
        _deflater = deflate is { ClientMaxWindowBits: DeflateOffer.MaxWindowBits } ? new MessageDeflater(!deflate.ClientNoContextTakeover) : null;
    }

    /// <summary>Whether there is something to write. A stale answer is put right by the next call.</summary>
    public bool IsEmpty => Volatile.Read(ref _length) == 0;

    public bool IsClosed => Volatile.Read(ref _closed);

    /// <summary>Adds a frame; false after a close frame.</summary>
    public bool TryAdd(int opcode, ReadOnlySpan<byte> payload)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return false;
            }

            int first = FrameHeader.FinalBit | opcode;
            if (opcode < FrameHeader.Close && _deflater is not null)
            {
                payload = _deflater.Deflate(payload);
                first |= FrameHeader.CompressedBit;
            }

            Append((byte)first, payload);
            _closed = opcode == FrameHeader.Close;
            return true;
        }
    }

    /// <summary>Adds a close frame with a code, or without one where there is none to say.</summary>
    public bool TryAddClose(ushort code)
    {
        Span<byte> payload = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(payload, code);
        return TryAdd(FrameHeader.Close, code == WebSocketCloseCode.NoStatus ? default : payload);
    }

    /// <summary>What waits, to be written before the next call.</summary>
    public ReadOnlyMemory<byte> Take()
    {
        lock (_gate)
        {
            (_filling, _writing) = (_writing, _filling);
            ReadOnlyMemory<byte> taken = _writing.AsMemory(0, _length);
            Volatile.Write(ref _length, 0);
            return taken;
        }
    }

    public void Dispose() => _deflater?.Dispose();

    private void Append(byte first, ReadOnlySpan<byte> payload)
    {
        int needed = _length + MaxHeaderBytes + MaskBytes + payload.Length;
        if (needed > _filling.Length)
        {
            Array.Resize(ref _filling, Math.Max(needed, 2 * _filling.Length));
        }

        Span<byte> frame = _filling.AsSpan(_length);
        frame[0] = first;
        int at = WriteLength(frame, payload.Length);
        Span<byte> key = frame.Slice(at, MaskBytes);
        RandomNumberGenerator.Fill(key);
        at += MaskBytes;
        payload.CopyTo(frame[at..]);
        Mask(frame.Slice(at, payload.Length), MemoryMarshal.Read<uint>(key));
        Volatile.Write(ref _length, _length + at + payload.Length);
    }

    private static int WriteLength(Span<byte> frame, int length)
    {
        if (length <= FrameHeader.MaxControlPayload)
        {
            frame[1] = (byte)(FrameHeader.MaskBit | length);
            return 2;
        }

        if (length <= ushort.MaxValue)
        {
            frame[1] = FrameHeader.MaskBit | 126;
            BinaryPrimitives.WriteUInt16BigEndian(frame[2..], (ushort)length);
            return 4;
        }

        frame[1] = FrameHeader.MaskBit | 127;
        BinaryPrimitives.WriteUInt64BigEndian(frame[2..], (ulong)length);
        return MaxHeaderBytes;
    }

    private static void Mask(Span<byte> payload, uint key)
    {
        ulong wide = ((ulong)key << 32) | key;
        Span<ulong> words = MemoryMarshal.Cast<byte, ulong>(payload);
        for (int i = 0; i < words.Length; i++)
        {
            words[i] ^= wide;
        }

        for (int i = words.Length * sizeof(ulong); i < payload.Length; i++)
        {
            payload[i] ^= (byte)(wide >> (8 * (i % sizeof(ulong))));
        }
    }
}
