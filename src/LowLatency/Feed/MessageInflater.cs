using System.IO.Compression;

namespace LowLatency.Feed;

/// <summary>
/// One thread. Decompresses the messages of one connection (RFC 7692, section 7.2.2) with one long-lived stream, whose window
/// is the context that messages share. Never writes more than one byte beyond the limit, whatever the input unfolds to.
/// A block that is marked as the last one ends the stream: the rest of its message is the padding of RFC 7692, section 7.2.3.5,
/// and the next message begins a new stream. Where in its piece the stream ended cannot be told, so no smaller part of the
/// message may be read on: what is read would depend on how the network cut it.
/// </summary>
internal sealed class MessageInflater(bool keepsContext) : IDisposable
{
    private const int MaxPieceBytes = 16 * 1024;

    private readonly CompressedInput _input = new();
    private DeflateStream? _stream;
    private bool _begun;
    private bool _ended;

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
            while (!compressed.IsEmpty && refusal == 0 && !_ended)
            {
                int take = Math.Min(compressed.Length, MaxPieceBytes);
                refusal = Unfold(compressed[..take], ref message, ref length, limit);
                compressed = compressed[take..];
                _begun = true;
            }

            if (messageEnds && refusal == 0)
            {
                refusal = _begun && !_ended ? Unfold(Tail, ref message, ref length, limit) : (ushort)0;
                DropContext(keepsContext && !_ended);
                _begun = false;
                _ended = false;
            }
        }
        catch (InvalidDataException)
        {
            refusal = WebSocketCloseCode.InvalidPayload;
        }

        return refusal;
    }

    public void Dispose() => DropContext(keep: false);

    private ushort Unfold(ReadOnlySpan<byte> piece, ref byte[] message, ref int length, int limit)
    {
        _input.Offer(piece);
        _stream ??= new DeflateStream(_input, CompressionMode.Decompress, leaveOpen: true);
        while (true)
        {
            if (length == message.Length)
            {
                Array.Resize(ref message, (int)Math.Min(2L * length, limit + 1L));
            }

            _input.IsWanted = false;
            int read = _stream.Read(message.AsSpan(length, (int)Math.Min(message.Length - length, limit + 1L - length)));
            length += read;
            if (length > limit)
            {
                return WebSocketCloseCode.MessageTooBig;
            }

            if (read == 0)
            {
                // A stream that gives nothing and asks for nothing has seen its last block.
                _ended = !_input.IsWanted;
                return 0;
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

    /// <summary>Hands one piece to the decompressor, and knows whether more is wanted.</summary>
    private sealed class CompressedInput : ReadOnlyStream
    {
        private readonly byte[] _piece = new byte[MaxPieceBytes];
        private int _length;
        private int _at;

        /// <summary>The decompressor has asked for input since this was last set to false.</summary>
        public bool IsWanted { get; set; }

        public void Offer(ReadOnlySpan<byte> piece)
        {
            piece.CopyTo(_piece);
            _length = piece.Length;
            _at = 0;
        }

        public override int Read(Span<byte> buffer)
        {
            IsWanted = true;
            int take = Math.Min(buffer.Length, _length - _at);
            _piece.AsSpan(_at, take).CopyTo(buffer);
            _at += take;
            return take;
        }
    }
}
