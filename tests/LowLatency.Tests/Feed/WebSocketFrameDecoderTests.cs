using System.Buffers;
using System.Text;
using LowLatency.Feed;
using LowLatency.Testing;

namespace LowLatency.Tests.Feed;

public sealed class WebSocketFrameDecoderTests
{
    public static TheoryData<string, string> Streams => new()
    {
        { "81-05-48656c6c6f", "text:Hello" },
        { "01-03-48656c 80-02-6c6f", "text:Hello" },
        { "01-03-48656c 89-02-6869 80-02-6c6f", "ping:hi text:Hello" },
        { "01-02-c3a4 00-01-c3 80-01-b6", "text:äö" },
        { "82-00", "binary:" },
        { "8a-00 81-01-41 81-01-42", "pong: text:A text:B" },
        { "88-02-03e8", "close:1000" },
        { "88-00", "close:1005" },
        { "88-05-03e8627965", "close:1000" },
        { "81-85-00000000-4141414141", "violation:1002" },
        { "c1-01-41", "violation:1002" },
        { "83-00", "violation:1002" },
        { "80-01-41", "violation:1002" },
        { "01-01-41 81-01-42", "violation:1002" },
        { "09-00", "violation:1002" },
        { "89-7e-007e", "violation:1002" },
        { "88-01-03", "violation:1002" },
        { "88-02-03ed", "violation:1002" },
        { "88-03-03e8ff", "violation:1007" },
        { "81-02-c328", "violation:1007" },
        { "81-7e-0005-4141414141", "violation:1002" },
        { "82-7f-0000000000000001-41", "violation:1002" },
        { "82-7f-ffffffffffffffff", "violation:1002" },
        { "82-7f-0000000000100001", "violation:1009" },
    };

    [Theory]
    [MemberData(nameof(Streams))]
    public void Every_split_gives_the_same_and_a_strict_prefix_consumes_no_part_of_a_frame(string hex, string expected)
    {
        byte[] bytes = Convert.FromHexString(hex.Replace("-", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal));
        foreach (ReadOnlySequence<byte> sequence in SplitSequences.All(bytes))
        {
            Assert.Equal(expected, Read(new WebSocketFrameDecoder(), sequence));
        }

        // The same bytes, arriving one by one: what is not consumed is offered again with the next.
        WebSocketFrameDecoder slow = new();
        StringBuilder seen = new();
        int consumed = 0;
        for (int end = 1; end <= bytes.Length && !seen.ToString().Contains("violation", StringComparison.Ordinal); end++)
        {
            ReadOnlySequence<byte> input = new(bytes, consumed, end - consumed);
            Append(seen, slow, ref input);
            consumed = end - (int)input.Length;
        }

        Assert.Equal(expected, seen.ToString().Trim());
    }

    [Fact]
    public void Messages_of_every_length_form_come_through_whole()
    {
        foreach (int length in new[] { 0, 1, 125, 126, 127, 65_535, 65_536, WebSocketFrameDecoder.MaxMessageBytes })
        {
            byte[] payload = new byte[length];
            Random random = new(length);
            random.NextBytes(payload);
            byte[] header = length < 126 ? [0x82, (byte)length]
                : length <= ushort.MaxValue ? [0x82, 126, (byte)(length >> 8), (byte)length]
                : [0x82, 127, 0, 0, 0, 0, (byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length];
            byte[] frame = [.. header, .. payload];
            foreach (ReadOnlySequence<byte> sequence in new[] { SplitSequences.Cut(frame), SplitSequences.Cut(frame, 1, frame.Length / 2) })
            {
                ReadOnlySequence<byte> input = sequence;
                Assert.Equal(FrameStatus.Message, new WebSocketFrameDecoder().Decode(ref input, out ReadOnlySpan<byte> got));
                Assert.True(got.SequenceEqual(payload));
                Assert.True(input.IsEmpty);
            }
        }
    }

    private static string Read(WebSocketFrameDecoder decoder, ReadOnlySequence<byte> input)
    {
        StringBuilder seen = new();
        Append(seen, decoder, ref input);
        return seen.ToString().Trim();
    }

    private static void Append(StringBuilder seen, WebSocketFrameDecoder decoder, ref ReadOnlySequence<byte> input)
    {
        while (true)
        {
            FrameStatus status = decoder.Decode(ref input, out ReadOnlySpan<byte> payload);
            switch (status)
            {
                case FrameStatus.NeedMore:
                    return;
                case FrameStatus.Message:
                    seen.Append(decoder.IsText ? "text:" : "binary:").Append(Encoding.UTF8.GetString(payload)).Append(' ');
                    break;
                case FrameStatus.Ping or FrameStatus.Pong:
                    seen.Append(status.ToString().ToLowerInvariant()).Append(':').Append(Encoding.UTF8.GetString(payload)).Append(' ');
                    break;
                default:
                    seen.Append(status.ToString().ToLowerInvariant()).Append(':').Append(decoder.CloseCode);
                    input = input.Slice(input.End);
                    return;
            }
        }
    }
}
