using System.Buffers;
using System.Text;
using LowLatency.Feed;

namespace LowLatency.Tests.Feed;

/// <summary>What a decoder says about bytes that arrive in given pieces, as one line of words.</summary>
internal static class DecodedTape
{
    /// <summary>The pieces one after the other, each in memory of its own, until the decoder is done with the connection.</summary>
    public static string Of(WebSocketFrameDecoder decoder, IEnumerable<byte[]> pieces)
    {
        List<string> seen = [];
        foreach (byte[] piece in pieces)
        {
            ReadOnlySpan<byte> input = piece;
            FrameStatus status;
            do
            {
                status = decoder.Decode(ref input, out ReadOnlySpan<byte> payload);
                Tell(seen, decoder, status, payload);
            }
            while (status is not (FrameStatus.NeedMore or FrameStatus.Close or FrameStatus.Violation));
            if (status != FrameStatus.NeedMore)
            {
                break;
            }

            Assert.True(input.IsEmpty, "a decoder that needs more has taken everything");
        }

        return string.Join(' ', seen);
    }

    /// <summary>The segments of a sequence, through the overload for sequences.</summary>
    public static string Of(WebSocketFrameDecoder decoder, ReadOnlySequence<byte> sequence)
    {
        List<string> seen = [];
        while (true)
        {
            FrameStatus status = decoder.Decode(ref sequence, out ReadOnlySpan<byte> payload);
            Tell(seen, decoder, status, payload);
            if (status is FrameStatus.NeedMore or FrameStatus.Close or FrameStatus.Violation)
            {
                return string.Join(' ', seen);
            }
        }
    }

    private static void Tell(List<string> seen, WebSocketFrameDecoder decoder, FrameStatus status, ReadOnlySpan<byte> payload)
    {
        switch (status)
        {
            case FrameStatus.NeedMore:
                break;
            case FrameStatus.Message:
                seen.Add((decoder.IsText ? "text:" : "binary:") + Shown(payload, decoder.IsText));
                break;
            case FrameStatus.Ping or FrameStatus.Pong:
                seen.Add((status == FrameStatus.Ping ? "ping:" : "pong:") + Encoding.Latin1.GetString(payload));
                break;
            case FrameStatus.Close:
                seen.Add($"close:{decoder.CloseCode}{Encoding.UTF8.GetString(payload)}");
                break;
            default:
                seen.Add($"violation:{decoder.CloseCode}");
                break;
        }
    }

    private static string Shown(ReadOnlySpan<byte> payload, bool isText) => isText ? Encoding.UTF8.GetString(payload) : Encoding.Latin1.GetString(payload);
}
