using System.Buffers;
using System.Buffers.Binary;
using System.Text.Unicode;

namespace LowLatency.Feed;

/// <summary>
/// One thread. Decodes what a WebSocket server sends (RFC 6455, and RFC 7692 where it was agreed on): a state machine over
/// whatever bytes have come, so that any split of the stream gives the same messages. It takes every byte it is given, half
/// frames too: the reader never has to keep any. An uncompressed message whose payload lies in one piece is handed out
/// without a copy; any other is put together in one buffer that doubles up to the longest message seen, never beyond the limit.
/// Text is checked as it comes: a byte that breaks UTF-8 is a violation before its frame is whole.
/// </summary>
public sealed class WebSocketFrameDecoder : IDisposable
{
    /// <summary>Longest message that is accepted unless told otherwise (market.md: the longest known are 27 kB).</summary>
    public const int DefaultMaxMessageBytes = 1 << 20;

    private const int FirstBufferBytes = 4_096;
    private const byte FinalText = FrameHeader.FinalBit | FrameHeader.Text;
    private const int ShortHeaderBytes = 2;
    private const int MediumHeaderBytes = 4;
    private const int MediumLength = 126;

    private readonly int _maxMessageBytes;
    private readonly MessageInflater? _inflater;
    private readonly byte[] _control = new byte[FrameHeader.MaxControlPayload];

    // Idle: between messages and between frames, nothing kept back. Only then may the fast path look at the input.
    private bool _idle = true;
    private FrameStatus _ended;

    private FrameHeader _header;
    private bool _inFrame;
    private ulong _missing;
    private int _controlLength;

    private int _messageOpcode;
    private bool _messageCompressed;
    private byte[] _message = new byte[FirstBufferBytes];
    private int _messageLength;
    private Utf8Progress _utf8;

    /// <summary>A decoder for one connection after the other.</summary>
    /// <param name="maxMessageBytes">Longest message, after decompression.</param>
    /// <param name="deflate">What was agreed on about compression; null = none.</param>
    public WebSocketFrameDecoder(int maxMessageBytes = DefaultMaxMessageBytes, DeflateAgreement? deflate = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxMessageBytes);
        _maxMessageBytes = maxMessageBytes;
        _inflater = deflate is null ? null : new MessageInflater(!deflate.ServerNoContextTakeover);
    }

    /// <summary>Whether the last message was text.</summary>
    public bool IsText { get; private set; }

    /// <summary>Code of the server's close, or the one that a violation calls for.</summary>
    public ushort CloseCode { get; private set; }

    /// <summary>
    /// Takes bytes off <paramref name="input"/> until a frame or a message is whole. <paramref name="payload"/> is valid until
    /// the next call or until the input's memory is reused. After a close or a violation the answer stays the same.
    /// </summary>
    public FrameStatus Decode(scoped ref ReadOnlySpan<byte> input, out ReadOnlySpan<byte> payload)
    {
        ReadOnlySpan<byte> bytes = input;
        if (_idle && bytes.Length >= MediumHeaderBytes && (uint)(bytes[0] - FinalText) <= FrameHeader.Binary - FrameHeader.Text)
        {
            int header = ShortHeaderBytes;
            int length = bytes[1];
            if (length == MediumLength)
            {
                header = MediumHeaderBytes;
                length = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
                length = length < MediumLength ? int.MaxValue : length;
            }
            else if (length > MediumLength)
            {
                length = int.MaxValue;
            }

            if (length <= bytes.Length - header && length <= _maxMessageBytes)
            {
                payload = bytes.Slice(header, length);
                bool isText = bytes[0] == FinalText;
                if (!isText || Utf8.IsValid(payload))
                {
                    IsText = isText;
                    input = bytes[(header + length)..];
                    return FrameStatus.Message;
                }
            }
        }

        FrameStatus status = DecodeSlow(ref input, out payload);
        payload = status == FrameStatus.Violation ? default : payload;
        _idle = !_inFrame && _header.IsEmpty && _messageOpcode == 0 && _ended == FrameStatus.NeedMore;
        return status;
    }

    /// <summary>The same over the segments of a sequence; a message that lies in one segment is not copied.</summary>
    public FrameStatus Decode(scoped ref ReadOnlySequence<byte> input, out ReadOnlySpan<byte> payload)
    {
        while (true)
        {
            ReadOnlySpan<byte> segment = input.FirstSpan;
            ReadOnlySpan<byte> rest = segment;
            FrameStatus status = Decode(ref rest, out payload);
            input = input.Slice(segment.Length - rest.Length);
            if (status != FrameStatus.NeedMore || input.IsEmpty)
            {
                return status;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _inflater?.Dispose();

    private FrameStatus DecodeSlow(scoped ref ReadOnlySpan<byte> input, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        if (_ended != FrameStatus.NeedMore)
        {
            return _ended;
        }

        while (true)
        {
            if (!_inFrame)
            {
                FrameStatus status = TakeHeader(ref input);
                if (status != FrameStatus.NeedMore || !_inFrame)
                {
                    return status;
                }
            }

            int take = (int)Math.Min(_missing, (ulong)input.Length);
            ReadOnlySpan<byte> piece = input[..take];
            input = input[take..];
            _missing -= (ulong)take;
            bool frameEnds = _missing == 0;
            _inFrame = !frameEnds;
            FrameStatus found = _header.IsControl ? Control(piece, frameEnds, out payload) : Data(piece, frameEnds && _header.IsFinal, out payload);
            _header = frameEnds ? default : _header;
            if (found != FrameStatus.NeedMore || (input.IsEmpty && _inFrame))
            {
                return found;
            }
        }
    }

    private FrameStatus TakeHeader(scoped ref ReadOnlySpan<byte> input)
    {
        if (!_header.TryTake(ref input, _messageOpcode != 0, _inflater is not null, out bool isWhole))
        {
            return Violation(WebSocketCloseCode.ProtocolError);
        }

        if (!isWhole)
        {
            return FrameStatus.NeedMore;
        }

        _inFrame = true;
        _missing = _header.Length;
        if (_header.IsControl)
        {
            _controlLength = 0;
            return FrameStatus.NeedMore;
        }

        if (_messageOpcode == 0)
        {
            _messageOpcode = _header.Opcode;
            _messageCompressed = _header.IsCompressed;
            _messageLength = 0;
            _utf8 = default;
        }

        // A compressed message is measured as it unfolds.
        return !_messageCompressed && _missing > (ulong)(_maxMessageBytes - _messageLength)
            ? Violation(WebSocketCloseCode.MessageTooBig)
            : FrameStatus.NeedMore;
    }

    private FrameStatus Data(ReadOnlySpan<byte> piece, bool messageEnds, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        bool isText = _messageOpcode == FrameHeader.Text;
        int before = _messageLength;
        if (_messageCompressed)
        {
            ushort refusal = _inflater!.Inflate(piece, messageEnds, ref _message, ref _messageLength, _maxMessageBytes);
            if (refusal != 0)
            {
                return Violation(refusal);
            }

            piece = _message.AsSpan(before, _messageLength - before);
        }

        if (isText && !(_utf8.TryAccept(piece) && (!messageEnds || _utf8.IsComplete)))
        {
            return Violation(WebSocketCloseCode.InvalidPayload);
        }

        if (!_messageCompressed && !(messageEnds && _messageLength == 0))
        {
            Append(piece);
        }

        if (!messageEnds)
        {
            return FrameStatus.NeedMore;
        }

        payload = _messageLength == 0 ? piece : _message.AsSpan(0, _messageLength);
        IsText = isText;
        _messageOpcode = 0;
        return FrameStatus.Message;
    }

    private FrameStatus Control(ReadOnlySpan<byte> piece, bool frameEnds, out ReadOnlySpan<byte> payload)
    {
        payload = piece;
        if (!frameEnds || _controlLength > 0)
        {
            piece.CopyTo(_control.AsSpan(_controlLength));
            _controlLength += piece.Length;
            payload = _control.AsSpan(0, _controlLength);
        }

        return !frameEnds ? FrameStatus.NeedMore
            : _header.Opcode == FrameHeader.Ping ? FrameStatus.Ping
            : _header.Opcode == FrameHeader.Pong ? FrameStatus.Pong
            : Close(ref payload);
    }

    private FrameStatus Close(ref ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty)
        {
            CloseCode = WebSocketCloseCode.NoStatus;
            return _ended = FrameStatus.Close;
        }

        ushort code = payload.Length == 1 ? (ushort)0 : BinaryPrimitives.ReadUInt16BigEndian(payload);
        payload = payload.Length == 1 ? default : payload[sizeof(ushort)..];
        if (!WebSocketCloseCode.MayBeSent(code))
        {
            return Violation(WebSocketCloseCode.ProtocolError);
        }

        if (!Utf8.IsValid(payload))
        {
            return Violation(WebSocketCloseCode.InvalidPayload);
        }

        CloseCode = code;
        return _ended = FrameStatus.Close;
    }

    private void Append(ReadOnlySpan<byte> piece)
    {
        int needed = _messageLength + piece.Length;
        if (needed > _message.Length)
        {
            Array.Resize(ref _message, Math.Max(needed, (int)Math.Min(2L * _message.Length, _maxMessageBytes)));
        }

        piece.CopyTo(_message.AsSpan(_messageLength));
        _messageLength = needed;
    }

    private FrameStatus Violation(ushort code)
    {
        CloseCode = code;
        return _ended = FrameStatus.Violation;
    }
}
