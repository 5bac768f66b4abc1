using System.Buffers;
using System.Buffers.Binary;
using LowLatency.Feed;

namespace LowLatency.Fuzz.Targets;

/// <summary>
/// Bytes from a WebSocket server: whole, in pieces that the input chooses and, where it is short, byte by byte, they give the
/// same messages. The input's first byte says what was agreed on: compression, its context, the longest message.
/// </summary>
internal static class FramesTarget
{
    private const int LongestByteByByte = 256;

    private static readonly int[] Limits = [64, 1_000, 70_000, 200_000];

    public static void Run(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
        {
            return;
        }

        Agreement agreed = new((input[0] & 1) != 0, (input[0] & 2) != 0, Limits[(input[0] >> 2) & 3]);
        ReadOnlySpan<byte> stream = input[1..];
        InputHash random = new(input);
        ReadOnlySpan<byte> whole = Decode(stream, agreed, ref random, largestPiece: int.MaxValue);
        int largest = 1 + random.Next(1 + (stream.Length / 2));
        Invariant.Hold(Decode(stream, agreed, ref random, largest).SequenceEqual(whole), "in pieces the messages are others than in one piece");
        if (stream.Length <= LongestByteByByte)
        {
            Invariant.Hold(Decode(stream, agreed, ref random, 1).SequenceEqual(whole), "byte by byte the messages are others than in one piece");
        }
    }

    // Everything that the decoder said, as bytes.
    private static ReadOnlySpan<byte> Decode(ReadOnlySpan<byte> stream, Agreement agreed, ref InputHash random, int largestPiece)
    {
        ArrayBufferWriter<byte> said = new();
        using WebSocketFrameDecoder decoder = new(agreed.Limit, agreed.Deflate ? new DeflateAgreement(ServerNoContextTakeover: agreed.NoContext) : null);
        while (!stream.IsEmpty)
        {
            int take = largestPiece == int.MaxValue ? stream.Length : Math.Min(stream.Length, 1 + random.Next(largestPiece));
            ReadOnlySpan<byte> piece = stream[..take];
            stream = stream[take..];
            FrameStatus status;
            do
            {
                int before = piece.Length;
                status = decoder.Decode(ref piece, out ReadOnlySpan<byte> payload);
                Invariant.Hold(payload.Length <= Math.Max(agreed.Limit, 125), "a message is longer than the limit");
                if (status is FrameStatus.Close or FrameStatus.Violation)
                {
                    Say(said, status, agreed.Deflate && status == FrameStatus.Violation ? 0 : decoder.CloseCode, payload);
                    HoldEnded(decoder, status, piece);
                    return said.WrittenSpan;
                }

                Invariant.Hold(status != FrameStatus.NeedMore || piece.IsEmpty, "bytes were left although more are wanted");
                Invariant.Hold(piece.Length < before || status == FrameStatus.NeedMore, "nothing was taken");
                if (status != FrameStatus.NeedMore)
                {
                    Say(said, status, status == FrameStatus.Message && decoder.IsText ? 1 : 0, payload);
                }
            }
            while (status != FrameStatus.NeedMore && !piece.IsEmpty);
        }

        return said.WrittenSpan;
    }

    private static void HoldEnded(WebSocketFrameDecoder decoder, FrameStatus status, ReadOnlySpan<byte> rest)
    {
        ushort code = decoder.CloseCode;
        Invariant.Hold(decoder.Decode(ref rest, out _) == status && decoder.CloseCode == code, "an ended connection changes its mind");
    }

    private static void Say(ArrayBufferWriter<byte> said, FrameStatus status, int detail, ReadOnlySpan<byte> payload)
    {
        Span<byte> header = said.GetSpan(9);
        header[0] = (byte)status;
        BinaryPrimitives.WriteInt32LittleEndian(header[1..], detail);
        BinaryPrimitives.WriteInt32LittleEndian(header[5..], payload.Length);
        said.Advance(9);
        said.Write(payload);
    }

    private readonly record struct Agreement(bool Deflate, bool NoContext, int Limit);
}
