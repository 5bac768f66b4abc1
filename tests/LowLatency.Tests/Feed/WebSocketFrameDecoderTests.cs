using System.Buffers;
using LowLatency.Feed;
using LowLatency.Testing;

namespace LowLatency.Tests.Feed;

public sealed class WebSocketFrameDecoderTests
{
    public static TheoryData<string, string> Streams => new()
    {
        // Data, whole and in fragments, with control frames between them.
        { "81-05-48656c6c6f", "text:Hello" },
        { "81-00", "text:" },
        { "82-00", "binary:" },
        { "82-02-4142", "binary:AB" },
        { "01-03-48656c 80-02-6c6f", "text:Hello" },
        { "02-01-41 00-01-42 80-01-43", "binary:ABC" },
        { "01-00 00-00 80-00", "text:" },
        { "01-00 80-01-41", "text:A" },
        { "01-01-41 80-00", "text:A" },
        { "01-03-48656c 89-02-6869 80-02-6c6f", "ping:hi text:Hello" },
        { "01-01-41 8a-01-70 89-00 80-01-42 81-01-43", "pong:p ping: text:AB text:C" },
        { "8a-00 81-01-41 81-01-42", "pong: text:A text:B" },
        { "89-02-c328", "ping:\u00c3(" },

        // UTF-8 across frames.
        { "01-02-c3a4 00-01-c3 80-01-b6", "text:äö" },
        { "01-01-f0 00-01-9f 00-01-98 80-01-80", "text:\U0001F600" },
        { "81-03-efbfbf", "text:\uFFFF" },
        { "81-02-c328", "violation:1007" },
        { "81-01-c3", "violation:1007" },
        { "01-01-c3 80-00", "violation:1007" },
        { "01-01-c3 80-01-28", "violation:1007" },
        { "81-03-eda080", "violation:1007" },
        { "81-04-f4908080", "violation:1007" },
        { "81-02-c080", "violation:1007" },
        { "81-01-80", "violation:1007" },
        { "81-01-ff", "violation:1007" },

        // Closing.
        { "88-02-03e8", "close:1000" },
        { "88-00", "close:1005" },
        { "88-05-03e8627965", "close:1000bye" },
        { "88-02-0bb8", "close:3000" },
        { "88-02-1387", "close:4999" },
        { "88-02-03e8 81-01-41 89-00", "close:1000" },
        { "01-01-41 88-02-03e9", "close:1001" },
        { "88-01-03", "violation:1002" },
        { "88-02-0000", "violation:1002" },
        { "88-02-03e7", "violation:1002" },
        { "88-02-03ec", "violation:1002" },
        { "88-02-03ed", "violation:1002" },
        { "88-02-03ee", "violation:1002" },
        { "88-02-03f7", "violation:1002" },
        { "88-02-03f8", "violation:1002" },
        { "88-02-044c", "violation:1002" },
        { "88-02-07d0", "violation:1002" },
        { "88-02-0bb7", "violation:1002" },
        { "88-02-1388", "violation:1002" },
        { "88-02-ffff", "violation:1002" },
        { "88-03-03e8ff", "violation:1007" },

        // What no server may send.
        { "81-85-00000000-4141414141", "violation:1002" },
        { "89-80-00000000", "violation:1002" },
        { "c1-01-41", "violation:1002" },
        { "a1-01-41", "violation:1002" },
        { "91-01-41", "violation:1002" },
        { "c9-00", "violation:1002" },
        { "83-00", "violation:1002" },
        { "87-00", "violation:1002" },
        { "8b-00", "violation:1002" },
        { "8f-00", "violation:1002" },
        { "80-01-41", "violation:1002" },
        { "00-01-41", "violation:1002" },
        { "01-01-41 81-01-42", "violation:1002" },
        { "01-01-41 80-01-42 80-01-43", "text:AB violation:1002" },
        { "09-00", "violation:1002" },
        { "08-02-03e8", "violation:1002" },
        { "89-7e-007e", "violation:1002" },
        { "88-7f-000000000000007e", "violation:1002" },

        // Lengths: the shortest form only, and none beyond the limit.
        { "81-7e-0005-4141414141", "violation:1002" },
        { "82-7e-007d", "violation:1002" },
        { "82-7f-0000000000000001-41", "violation:1002" },
        { "82-7f-000000000000ffff", "violation:1002" },
        { "82-7f-ffffffffffffffff", "violation:1002" },
        { "82-7f-0000000000100001", "violation:1009" },
        { "02-01-41 80-7f-0000000000100000", "violation:1009" },
    };

    [Theory]
    [MemberData(nameof(Streams))]
    public void Every_split_gives_the_same(string hex, string expected)
    {
        byte[] bytes = Frames.Hex(hex);
        foreach (ReadOnlySequence<byte> sequence in SplitSequences.All(bytes))
        {
            using WebSocketFrameDecoder decoder = new();
            Assert.Equal(expected, DecodedTape.Of(decoder, sequence));
        }

        using WebSocketFrameDecoder slow = new();
        Assert.Equal(expected, DecodedTape.Of(slow, bytes.Select(static b => new[] { b })));
    }

    [Fact]
    public void A_strict_prefix_of_a_message_yields_nothing()
    {
        foreach (byte[] whole in new[] { Frames.Frame(Frames.Text, "Hällo"u8), Frames.Frame(Frames.Binary, new byte[300]), Frames.Frame(Frames.Ping, "hi"u8), Frames.Close(1000, "bye") })
        {
            for (int length = 0; length < whole.Length; length++)
            {
                using WebSocketFrameDecoder decoder = new();
                ReadOnlySpan<byte> input = whole.AsSpan(0, length);
                Assert.Equal(FrameStatus.NeedMore, decoder.Decode(ref input, out _));
                Assert.True(input.IsEmpty);
                ReadOnlySpan<byte> rest = whole.AsSpan(length);
                Assert.NotEqual(FrameStatus.NeedMore, decoder.Decode(ref rest, out _));
            }
        }
    }

    [Fact]
    public void Messages_of_every_length_form_come_through_whole()
    {
        foreach (int length in new[] { 0, 1, 125, 126, 127, 4_096, 4_097, 65_535, 65_536, WebSocketFrameDecoder.DefaultMaxMessageBytes })
        {
            byte[] payload = new byte[length];
            new Random(length).NextBytes(payload);
            byte[] frame = Frames.Frame(Frames.Binary, payload);
            foreach (ReadOnlySequence<byte> sequence in new[] { SplitSequences.Cut(frame), SplitSequences.Cut(frame, 1, frame.Length / 2) })
            {
                ReadOnlySequence<byte> input = sequence;
                using WebSocketFrameDecoder decoder = new();
                Assert.Equal(FrameStatus.Message, decoder.Decode(ref input, out ReadOnlySpan<byte> got));
                Assert.True(got.SequenceEqual(payload));
                Assert.True(input.IsEmpty);
            }
        }
    }

    [Fact]
    public void A_message_within_one_piece_is_not_copied()
    {
        byte[] piece = [.. Frames.Frame(Frames.Text, "first"u8), .. Frames.Frame(Frames.Text, "second"u8)];
        using WebSocketFrameDecoder decoder = new();
        ReadOnlySpan<byte> input = piece;
        decoder.Decode(ref input, out ReadOnlySpan<byte> first);
        decoder.Decode(ref input, out ReadOnlySpan<byte> second);
        Assert.True(first.Overlaps(piece));
        Assert.True(second.Overlaps(piece));

        // The header came before: the payload lies in one piece all the same.
        input = piece.AsSpan(0, 2);
        Assert.Equal(FrameStatus.NeedMore, decoder.Decode(ref input, out _));
        input = piece.AsSpan(2);
        decoder.Decode(ref input, out ReadOnlySpan<byte> late);
        Assert.True(late.Overlaps(piece));
    }

    [Theory]
    [InlineData("81-05-41ff", 4)]
    [InlineData("81-05-41c328", 5)]
    [InlineData("81-7e-1000-41eda0", 7)]
    [InlineData("01-02-41e0 00-05-80", 7)]
    [InlineData("83", 1)]
    [InlineData("c1", 1)]
    [InlineData("00", 1)]
    [InlineData("81-ff", 2)]
    [InlineData("89-7e", 2)]
    public void A_wrong_byte_is_refused_when_it_comes_not_when_its_frame_is_whole(string hex, int refusedAt)
    {
        byte[] bytes = Frames.Hex(hex);
        using WebSocketFrameDecoder decoder = new();
        for (int i = 0; i < bytes.Length; i++)
        {
            ReadOnlySpan<byte> one = bytes.AsSpan(i, 1);
            Assert.Equal(i + 1 == refusedAt ? FrameStatus.Violation : FrameStatus.NeedMore, decoder.Decode(ref one, out _));
        }
    }

    [Fact]
    public void The_limit_is_a_parameter_and_holds_across_fragments()
    {
        using WebSocketFrameDecoder decoder = new(maxMessageBytes: 10);
        Assert.Equal("binary:0123456789 violation:1009", DecodedTape.Of(decoder, [
            Frames.Frame(Frames.Binary, "0123"u8, final: false), Frames.Frame(Frames.Continuation, "456789"u8),
            Frames.Frame(Frames.Binary, "0123456789"u8, final: false), Frames.Frame(Frames.Continuation, "x"u8)]));
        using WebSocketFrameDecoder other = new(maxMessageBytes: 10);
        Assert.Equal("violation:1009", DecodedTape.Of(other, [Frames.Frame(Frames.Text, "0123456789a"u8)]));
        using WebSocketFrameDecoder large = new(maxMessageBytes: 16 << 20);
        byte[] payload = new byte[16 << 20];
        List<byte[]> pieces = [Frames.Frame(Frames.Binary, payload)];
        Assert.StartsWith("binary:", DecodedTape.Of(large, pieces.SelectMany(static p => p.Chunk(64 * 1024))), StringComparison.Ordinal);
    }

    [Fact]
    public void After_a_close_or_a_violation_the_answer_stays()
    {
        foreach ((byte[] end, FrameStatus expected) in new[] { (Frames.Close(1001), FrameStatus.Close), (Frames.Hex("83-00"), FrameStatus.Violation) })
        {
            using WebSocketFrameDecoder decoder = new();
            ReadOnlySpan<byte> input = end;
            Assert.Equal(expected, decoder.Decode(ref input, out _));
            ushort code = decoder.CloseCode;
            ReadOnlySpan<byte> more = Frames.Frame(Frames.Text, "ignored"u8);
            Assert.Equal(expected, decoder.Decode(ref more, out _));
            Assert.Equal(code, decoder.CloseCode);
        }
    }
}
