using CsCheck;
using LowLatency.Feed;

namespace LowLatency.Tests.Feed;

/// <summary>Random tapes of frames, mostly legal, in random pieces: the decoder and its stupid twin say the same.</summary>
public sealed class FrameDecoderTwinTests
{
    private const int Limit = 400;

    private static readonly Gen<byte[]> Payloads = Gen.OneOf(
        Gen.String[Gen.Char["aé€\ud7ff\ue000"], 0, 60].Select(System.Text.Encoding.UTF8.GetBytes),
        Gen.Byte.Array[0, 8],
        Gen.Byte.Array[120, 140],
        Gen.OneOf<byte[]>("\U0001F600"u8.ToArray(), "\U0001F600"u8[..2].ToArray(), "\U0001F600"u8[2..].ToArray()));

    private static readonly Gen<byte[]> Legal =
        from opcode in Gen.OneOf(0, 0, 0, 1, 1, 1, 2, 8, 9, 10)
        from final in Gen.Bool
        from payload in Payloads
        select Frames.Frame(opcode, opcode >= 8 ? payload.AsSpan(0, Math.Min(payload.Length, 125)) : payload, final || opcode >= 8);

    private static readonly Gen<byte[]> Any = Gen.Frequency((12, Legal), (1, Gen.Byte.Array[1, 12]));

    [Fact]
    public void Any_tape_in_any_pieces_is_read_as_the_naive_twin_reads_it()
    {
        Gen.Select(Any.Array[1, 12], Gen.Int[1, 40].Array[1, 20]).Sample((frames, cuts) =>
        {
            byte[] tape = [.. frames.SelectMany(static f => f)];
            string expected = NaiveFrameDecoder.Decode(tape, Limit);
            using WebSocketFrameDecoder decoder = new(Limit);
            Assert.Equal(expected, DecodedTape.Of(decoder, Pieces(tape, cuts)));
        }, iter: 20_000);
    }

    [Fact]
    public void A_fragmented_conversation_is_read_as_the_naive_twin_reads_it()
    {
        Gen<byte[]> message =
            from parts in Gen.String[Gen.Char["aé€"], 0, 20].Select(System.Text.Encoding.UTF8.GetBytes).Array[1, 5]
            from ping in Gen.Bool
            from text in Gen.Bool
            select parts.SelectMany((part, i) => (byte[])[
                .. Frames.Frame(i > 0 ? Frames.Continuation : text ? Frames.Text : Frames.Binary, part, i == parts.Length - 1),
                .. ping ? Frames.Frame(Frames.Ping, part.AsSpan(0, Math.Min(part.Length, 20))) : []]).ToArray();
        Gen.Select(message.Array[1, 6], Gen.Int[1, 30].Array[1, 20]).Sample((messages, cuts) =>
        {
            byte[] tape = [.. messages.SelectMany(static m => m), .. Frames.Close(1000, "done")];
            string expected = NaiveFrameDecoder.Decode(tape, Limit);
            using WebSocketFrameDecoder decoder = new(Limit);
            Assert.Equal(expected, DecodedTape.Of(decoder, Pieces(tape, cuts)));
            Assert.EndsWith("close:1000done", expected, StringComparison.Ordinal);
        }, iter: 5_000);
    }

    [Fact]
    public void Text_fails_at_the_very_byte_that_no_text_can_have_there()
    {
        byte[] alphabet = [0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xED, 0xEF, 0xF0, 0xF4, 0xF5, 0xFF];
        Gen.Select(Gen.OneOf(alphabet).Array[1, 9], Gen.Int[1, 9]).Sample((text, pieceLength) =>
        {
            int firstBad = 0;
            while (firstBad < text.Length && NaiveFrameDecoder.MayBeText(text.AsSpan(0, firstBad + 1), isWhole: false))
            {
                firstBad++;
            }

            Utf8Progress progress = default;
            int at = 0;
            foreach (byte[] piece in text.Chunk(pieceLength))
            {
                bool accepted = progress.TryAccept(piece);
                Assert.Equal(firstBad >= at + piece.Length, accepted);
                at += piece.Length;
                if (!accepted)
                {
                    return;
                }
            }

            Assert.Equal(NaiveFrameDecoder.MayBeText(text, isWhole: true), progress.IsComplete);
        }, iter: 100_000);
    }

    private static IEnumerable<byte[]> Pieces(byte[] tape, int[] lengths)
    {
        for (int at = 0, i = 0; at < tape.Length; i++)
        {
            int take = Math.Min(lengths[i % lengths.Length], tape.Length - at);
            yield return tape[at..(at + take)];
            at += take;
        }
    }
}
