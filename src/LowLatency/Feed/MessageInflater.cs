using System.IO.Compression;

namespace LowLatency.Feed;

/// <summary>
/// One thread. Decompresses the messages of one connection (RFC 7692, section 7.2.2) with one long-lived stream, whose window
/// is the context that messages share. Never writes more than one byte beyond the limit, whatever the input unfolds to.
/// A block that is marked as the last one ends the stream: the rest of its piece is the padding of RFC 7692, section 7.2.3.5,
/// and what comes after begins a new stream.
/// </summary>
internal sealed class MessageInflater(bool keepsContext) : IDisposable
{
    private const int MaxPieceBytes = 16 * 1024;

    private readonly CompressedInput _input = new();
    private DeflateStream? _stream;
    private bool _begun;

    // What RFC 7692 takes off each message's end.
    private static ReadOnlySpan<byte> Tail => [0x00, 0x00, 0xFF, 0xFF];

    /// <summary>
    /// Adds what <paramref name="compressed"/> unfolds to. Returns 0, or the code to close with: too big, or no deflate data.
    /// A message without a single compressed byte is taken as empty.
    /// </summary>
    public ushort Inflate(ReadOnlySpan<byte> compressed, bool messageEnds, ref byte[] message, ref int length, int limit)
    {
        ushort refusal = 0;
        try
        {
            while (!compressed.IsEmpty && refusal == 0)
            {
                int take = Math.Min(compressed.Length, MaxPieceBytes);
                refusal = Unfold(compressed[..take], isTail: false, ref message, ref length, limit);
                compressed = compressed[take..];
                _begun = true;
            }

            if (messageEnds && refusal == 0)
            {
                refusal = _begun ? Unfold(Tail, isTail: true, ref message, ref length, limit) : (ushort)0;
                _begun = false;
                DropContext(keepsContext && !_input.IsIgnored);
            }
        }
        catch (InvalidDataException)
        {
            refusal = WebSocketCloseCode.InvalidPayload;
        }

        return refusal;
    }

    public void Dispose() => DropContext(keep: false);

    private ushort Unfold(ReadOnlySpan<byte> piece, bool isTail, ref byte[] message, ref int length, int limit)
    {
        _input.Offer(piece);
        while (true)
        {
            _stream ??= new DeflateStream(_input, CompressionMode.Decompress, leaveOpen: true);
            if (length == message.Length)
            {
                Array.Resize(ref message, (int)Math.Min(2L * length, limit + 1L));
            }

            int read = _stream.Read(message.AsSpan(length, (int)Math.Min(message.Length - length, limit + 1L - length)));
            length += read;
            if (length > limit)
            {
                return WebSocketCloseCode.MessageTooBig;
            }

            if (read == 0)
            {
                // A stream that gives nothing and asks for nothing has seen its last block.
                if (!_input.IsIgnored || isTail)
                {
                    return 0;
                }

                DropContext(keep: false);
            }
        }
    }

    private void DropContext(bool keep)
    {
        if (!keep)
        {
            _stream?.Dispose();
            _stream = null;
        }
    }

    /// <summary>Hands one piece to the decompressor, and knows whether it was wanted.</summary>
    private sealed class CompressedInput : ReadOnlyStream
    {
        private readonly byte[] _piece = new byte[MaxPieceBytes];
        private int _length;
        private int _at;

        /// <summary>The piece that was offered last has not been looked at.</summary>
        public bool IsIgnored { get; private set; }

        public void Offer(ReadOnlySpan<byte> piece)
        {
            piece.CopyTo(_piece);
            _length = piece.Length;
            _at = 0;
            IsIgnored = true;
        }

        public override int Read(Span<byte> buffer)
        {
            IsIgnored = false;
            int take = Math.Min(buffer.Length, _length - _at);
            _piece.AsSpan(_at, take).CopyTo(buffer);
            _at += take;
            return take;
        }
    }
}
