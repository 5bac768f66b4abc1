using System.Buffers;
using System.Buffers.Binary;
using System.Text.Unicode;

namespace LowLatency.Feed;

/// <summary>What <see cref="WebSocketFrameDecoder.Decode"/> found.</summary>
public enum FrameStatus : byte
{
    /// <summary>Not enough bytes; nothing was consumed beyond whole frames.</summary>
    NeedMore,

    /// <summary>A whole data message.</summary>
    Message,

    /// <summary>A ping; the payload goes back in a pong.</summary>
    Ping,

    /// <summary>A pong.</summary>
    Pong,

    /// <summary>The server closes; <see cref="WebSocketFrameDecoder.CloseCode"/> says why.</summary>
    Close,

    /// <summary>The server broke the protocol; <see cref="WebSocketFrameDecoder.CloseCode"/> is to be sent.</summary>
    Violation,
}

/// <summary>
/// Decodes what a WebSocket server sends (RFC 6455, no extensions): a state machine over whatever bytes have come, so that
/// any split of the stream gives the same messages. A message that lies in one segment is handed out without a copy; any
/// other is put together in one buffer that grows to the longest message seen, never beyond the limit. One thread.
/// </summary>
public sealed class WebSocketFrameDecoder
{
    /// <summary>Longest message that is accepted (market.md: the longest known are 27 kB).</summary>
    public const int MaxMessageBytes = 1 << 20;

    /// <summary>Close codes of RFC 6455, section 7.4.1.</summary>
    public const ushort NormalClosure = 1000, ProtocolError = 1002, NoStatus = 1005, InvalidPayload = 1007, MessageTooBig = 1009;

    private const int MaxControlPayload = 125;
    private const int OpText = 1, OpBinary = 2, OpClose = 8, OpPing = 9, OpPong = 10;
    private const int MaxHeaderBytes = 10;

    private byte[] _message = new byte[4096];
    private int _messageLength;
    private int _messageOpcode;

    /// <summary>Whether the last message was text.</summary>
    public bool IsText { get; private set; }

    /// <summary>Code of the server's close, or the one that a violation calls for.</summary>
    public ushort CloseCode { get; private set; }

    /// <summary>Forgets a message that was cut off: a new connection begins.</summary>
    public void Reset()
    {
        _messageOpcode = 0;
        _messageLength = 0;
    }

    /// <summary>
    /// Takes frames off <paramref name="input"/> until one says something. <paramref name="payload"/> is valid until the
    /// next call or until the input's memory is released.
    /// </summary>
    public FrameStatus Decode(scoped ref ReadOnlySequence<byte> input, out ReadOnlySpan<byte> payload)
    {
        Span<byte> header = stackalloc byte[MaxHeaderBytes];
        while (true)
        {
            payload = default;
            int available = (int)Math.Min(input.Length, MaxHeaderBytes);
            input.Slice(0, available).CopyTo(header);
            FrameStatus status = ReadHeader(header[..available], out int headerBytes, out int length, out int opcode, out bool final);
            if (status != FrameStatus.Message)
            {
                return status;
            }

            if (input.Length < headerBytes + length)
            {
                return FrameStatus.NeedMore;
            }

            ReadOnlySequence<byte> body = input.Slice(headerBytes, length);
            input = input.Slice(headerBytes + length);
            if (opcode >= OpClose)
            {
                return Control(opcode, body, out payload);
            }

            status = Data(opcode, final, body, out payload);
            if (status != FrameStatus.NeedMore)
            {
                return status;
            }
        }
    }

    private FrameStatus ReadHeader(ReadOnlySpan<byte> header, out int headerBytes, out int length, out int opcode, out bool final)
    {
        headerBytes = 2;
        length = 0;
        opcode = 0;
        final = false;
        if (header.Length < 2)
        {
            return FrameStatus.NeedMore;
        }

        final = (header[0] & 0x80) != 0;
        opcode = header[0] & 0x0F;
        int shortLength = header[1] & 0x7F;
        bool control = opcode >= OpClose;
        bool known = opcode <= OpBinary || opcode is >= OpClose and <= OpPong;
        bool masked = (header[1] & 0x80) != 0;
        bool reserved = (header[0] & 0x70) != 0;
        bool inOrder = control || (opcode == 0) == (_messageOpcode != 0);
        if (!known || masked || reserved || !inOrder || (control && (!final || shortLength > MaxControlPayload)))
        {
            return Violation(ProtocolError);
        }

        ulong long64 = (ulong)shortLength;
        if (shortLength == 126)
        {
            headerBytes = 4;
            if (header.Length < headerBytes)
            {
                return FrameStatus.NeedMore;
            }

            long64 = BinaryPrimitives.ReadUInt16BigEndian(header[2..]);
            if (long64 < 126)
            {
                return Violation(ProtocolError);
            }
        }
        else if (shortLength == 127)
        {
            headerBytes = 10;
            if (header.Length < headerBytes)
            {
                return FrameStatus.NeedMore;
            }

            long64 = BinaryPrimitives.ReadUInt64BigEndian(header[2..]);
            if (long64 is <= ushort.MaxValue or > long.MaxValue)
            {
                return Violation(ProtocolError);
            }
        }

        if (long64 > (ulong)(MaxMessageBytes - (control ? 0 : _messageLength)))
        {
            return Violation(MessageTooBig);
        }

        length = (int)long64;
        return FrameStatus.Message;
    }

    private FrameStatus Data(int opcode, bool final, ReadOnlySequence<byte> body, out ReadOnlySpan<byte> payload)
    {
        _messageOpcode = opcode != 0 ? opcode : _messageOpcode;
        bool whole = final && _messageLength == 0;
        payload = whole && body.IsSingleSegment ? body.FirstSpan : default;
        if (!(whole && body.IsSingleSegment))
        {
            Append(body);
            if (!final)
            {
                return FrameStatus.NeedMore;
            }

            payload = _message.AsSpan(0, _messageLength);
        }

        IsText = _messageOpcode == OpText;
        Reset();
        return IsText && !Utf8.IsValid(payload) ? Violation(InvalidPayload) : FrameStatus.Message;
    }

    private FrameStatus Control(int opcode, ReadOnlySequence<byte> body, out ReadOnlySpan<byte> payload)
    {
        payload = body.IsSingleSegment ? body.FirstSpan : body.ToArray();
        if (opcode != OpClose)
        {
            return opcode == OpPing ? FrameStatus.Ping : FrameStatus.Pong;
        }

        if (payload.IsEmpty)
        {
            CloseCode = NoStatus;
            return FrameStatus.Close;
        }

        if (payload.Length == 1)
        {
            return Violation(ProtocolError);
        }

        ushort code = BinaryPrimitives.ReadUInt16BigEndian(payload);
        if (code is not ((>= 1000 and <= 1003) or (>= 1007 and <= 1014) or (>= 3000 and <= 4999)))
        {
            return Violation(ProtocolError);
        }

        if (!Utf8.IsValid(payload[2..]))
        {
            return Violation(InvalidPayload);
        }

        CloseCode = code;
        return FrameStatus.Close;
    }

    private void Append(in ReadOnlySequence<byte> body)
    {
        int needed = _messageLength + (int)body.Length;
        if (needed > _message.Length)
        {
            Array.Resize(ref _message, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)needed));
        }

        body.CopyTo(_message.AsSpan(_messageLength));
        _messageLength = needed;
    }

    private FrameStatus Violation(ushort code)
    {
        CloseCode = code;
        return FrameStatus.Violation;
    }
}
