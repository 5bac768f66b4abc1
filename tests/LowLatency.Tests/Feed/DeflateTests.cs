using System.IO.Compression;
using System.Text;
using CsCheck;
using LowLatency.Feed;

namespace LowLatency.Tests.Feed;

public sealed class DeflateTests
{
    private const int Compressed = Frames.CompressedBit;
    private static readonly DeflateAgreement Takeover = new();

    [Theory]
    // RFC 7692, section 7.2.3: one block, in fragments, twice with the shared window, stored, last-block flag, two blocks.
    [InlineData("c1-07-f248cdc9c90700", "text:Hello")]
    [InlineData("41-03-f248cd 80-04-c9c90700", "text:Hello")]
    [InlineData("41-03-f248cd 89-01-70 80-04-c9c90700", "ping:p text:Hello")]
    [InlineData("c1-07-f248cdc9c90700 c1-05-f200110000", "text:Hello text:Hello")]
    [InlineData("c1-0b-000500faff48656c6c6f00", "text:Hello")]
    [InlineData("c1-08-f348cdc9c9070000", "text:Hello")]
    [InlineData("c1-08-f348cdc9c9070000 c1-07-f248cdc9c90700 c1-05-f200110000", "text:Hello text:Hello text:Hello")]
    // What is behind the last block is padding to the end of its message, however it was cut.
    [InlineData("c1-0c-f348cdc9c90700f248cdc9c9 c1-07-f248cdc9c90700", "text:Hello text:Hello")]
    [InlineData("41-07-f348cdc9c90700 80-05-ffffffffff c1-07-f248cdc9c90700", "text:Hello text:Hello")]
    [InlineData("c1-0d-f248050000 00ffffcac9c90700", "text:Hello")]
    [InlineData("c2-07-f248cdc9c90700 81-05-48656c6c6f", "binary:Hello text:Hello")]
    [InlineData("c1-01-00 c1-00", "text: text:")]
    // RSV1 belongs on the first frame of a data message only; what follows must be deflate data, and text UTF-8.
    [InlineData("41-03-f248cd c0-04-c9c90700", "violation:1002")]
    [InlineData("c9-00", "violation:1002")]
    [InlineData("c8-00", "violation:1002")]
    [InlineData("e1-00", "violation:1002")]
    [InlineData("c1-04-ffffffff", "violation:1007")]
    [InlineData("c1-08-000200fdffc32800", "violation:1007")]
    [InlineData("c1-07-000100feffc300", "violation:1007")]
    [InlineData("c2-07-000100feffc300", "binary:\u00c3")]
    public void The_examples_of_the_RFC_and_its_rules_hold_at_every_split(string hex, string expected)
    {
        byte[] bytes = Frames.Hex(hex);
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            using WebSocketFrameDecoder decoder = new(deflate: Takeover);
            Assert.Equal(expected, DecodedTape.Of(decoder, [bytes[..cut], bytes[cut..]]));
        }

        using WebSocketFrameDecoder slow = new(deflate: Takeover);
        Assert.Equal(expected, DecodedTape.Of(slow, bytes.Select(static b => new[] { b })));
    }

    [Fact]
    public void Without_an_agreement_the_compressed_bit_is_a_violation()
    {
        using WebSocketFrameDecoder decoder = new();
        Assert.Equal("violation:1002", DecodedTape.Of(decoder, [Frames.Hex("c1-07-f248cdc9c90700")]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_compressed_unfolds_again_with_and_without_a_shared_window(bool keepsContext)
    {
        Gen.Char["abcdefgh{}:,\"é"].Array[0, 4_000].Select(static c => new string(c)).Array[1, 6].Sample(texts =>
        {
            using MessageDeflater deflater = new(keepsContext);
            using WebSocketFrameDecoder decoder = new(deflate: new DeflateAgreement(ServerNoContextTakeover: !keepsContext));
            byte[] tape = [.. texts.SelectMany(text => Frames.Frame(Frames.Text, deflater.Deflate(Encoding.UTF8.GetBytes(text)), reserved: Compressed))];
            Assert.Equal(string.Join(' ', texts.Select(static text => "text:" + text)), DecodedTape.Of(decoder, tape.Chunk(997)));
        }, iter: 300);
    }

    [Fact]
    public void The_shared_window_makes_a_repeated_message_small()
    {
        byte[] message = new byte[2_000];
        new Random(1).NextBytes(message);
        using MessageDeflater keeping = new(keepsContext: true);
        using MessageDeflater forgetting = new(keepsContext: false);
        keeping.Deflate(message);
        forgetting.Deflate(message);
        Assert.True(keeping.Deflate(message).Length < 100);
        Assert.True(forgetting.Deflate(message).Length > 1_900);
    }

    [Fact]
    public void A_server_that_was_to_forget_but_did_not_is_found()
    {
        using WebSocketFrameDecoder decoder = new(deflate: new DeflateAgreement(ServerNoContextTakeover: true));
        Assert.Equal("text:Hello violation:1007", DecodedTape.Of(decoder, [Frames.Hex("c1-07-f248cdc9c90700 c1-05-f200110000")]));
    }

    [Fact]
    public void A_bomb_is_refused_before_it_has_unfolded()
    {
        const int Limit = 64 * 1024;
        using MessageDeflater deflater = new(keepsContext: true);
        byte[] bomb = Frames.Frame(Frames.Binary, deflater.Deflate(new byte[256 << 20]), reserved: Compressed);
        Assert.True(bomb.Length < 4 << 20);
        using WebSocketFrameDecoder decoder = new(Limit, Takeover);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal("violation:1009", DecodedTape.Of(decoder, [bomb]));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 8 * Limit);
    }

    [Fact]
    public void The_limit_is_what_a_message_unfolds_to()
    {
        using MessageDeflater deflater = new(keepsContext: false);
        foreach ((int length, string expected) in new[] { (1_000, "text:" + new string('a', 1_000)), (1_001, "violation:1009") })
        {
            byte[] text = Encoding.ASCII.GetBytes(new string('a', length));
            using WebSocketFrameDecoder decoder = new(1_000, Takeover);
            Assert.Equal(expected, DecodedTape.Of(decoder, [Frames.Frame(Frames.Text, deflater.Deflate(text), reserved: Compressed)]));
        }
    }

    [Theory]
    [InlineData("permessage-deflate", true)]
    [InlineData(" Permessage-Deflate ; Server_No_Context_Takeover", true)]
    [InlineData("permessage-deflate; client_no_context_takeover; server_no_context_takeover", true)]
    [InlineData("permessage-deflate; server_max_window_bits=8", true)]
    [InlineData("permessage-deflate; server_max_window_bits=\"15\"", true)]
    [InlineData("permessage-deflate; client_max_window_bits=9; server_max_window_bits=10", true)]
    [InlineData("", true)]
    [InlineData("permessage-deflate; server_max_window_bits", false)]
    [InlineData("permessage-deflate; client_max_window_bits", false)]
    [InlineData("permessage-deflate; server_max_window_bits=7", false)]
    [InlineData("permessage-deflate; server_max_window_bits=16", false)]
    [InlineData("permessage-deflate; server_max_window_bits=08", false)]
    [InlineData("permessage-deflate; server_max_window_bits=+9", false)]
    [InlineData("permessage-deflate; client_max_window_bits=0", false)]
    [InlineData("permessage-deflate; server_no_context_takeover=1", false)]
    [InlineData("permessage-deflate; client_no_context_takeover=true", false)]
    [InlineData("permessage-deflate; server_no_context_takeover; server_no_context_takeover", false)]
    [InlineData("permessage-deflate; server_max_window_bits=10; server_max_window_bits=10", false)]
    [InlineData("permessage-deflate; unknown", false)]
    [InlineData("permessage-deflate;", false)]
    [InlineData("permessage-deflate, permessage-deflate", false)]
    [InlineData("permessage-bzip2", false)]
    [InlineData("x-webkit-deflate-frame", false)]
    public void An_answer_to_the_plain_offer_is_good_or_fails_the_connection(string answer, bool good)
    {
        Assert.Equal(good, DeflateAgreement.TryRead(answer, new DeflateOffer(), out DeflateAgreement? agreement));
        Assert.Equal(good && answer.Length > 0, agreement is not null);
        Assert.Equal(answer.Length == 0, DeflateAgreement.TryRead(answer, null, out _));
    }

    [Fact]
    public void What_was_asked_for_must_be_repeated_and_what_was_not_offered_may_not_come()
    {
        Assert.False(DeflateAgreement.TryRead("permessage-deflate", new DeflateOffer { ServerNoContextTakeover = true }, out _));
        Assert.False(DeflateAgreement.TryRead("permessage-deflate", new DeflateOffer { ServerMaxWindowBits = 10 }, out _));
        Assert.False(DeflateAgreement.TryRead("permessage-deflate; server_max_window_bits=11", new DeflateOffer { ServerMaxWindowBits = 10 }, out _));
        Assert.True(DeflateAgreement.TryRead("permessage-deflate; server_max_window_bits=9", new DeflateOffer { ServerMaxWindowBits = 10 }, out DeflateAgreement? nine));
        Assert.Equal(9, nine!.ServerMaxWindowBits);
        Assert.False(DeflateAgreement.TryRead("permessage-deflate; client_max_window_bits=9", new DeflateOffer { ClientMaxWindowBits = null }, out _));
        Assert.False(DeflateAgreement.TryRead("permessage-deflate; client_max_window_bits=11", new DeflateOffer { ClientMaxWindowBits = 10 }, out _));
        Assert.True(DeflateAgreement.TryRead("permessage-deflate", new DeflateOffer { ClientNoContextTakeover = true }, out DeflateAgreement? ours));
        Assert.True(ours!.ClientNoContextTakeover, "we forget because we said so, whatever the server repeats");
    }

    [Fact]
    public void The_offer_names_all_four_parameters()
    {
        Assert.Equal("permessage-deflate; client_max_window_bits", new DeflateOffer().ToHeader());
        DeflateOffer all = new() { ServerNoContextTakeover = true, ClientNoContextTakeover = true, ServerMaxWindowBits = 10, ClientMaxWindowBits = 12 };
        Assert.Equal(
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=10; client_max_window_bits=12", all.ToHeader());
    }

    [Theory]
    [InlineData(15, true)]
    [InlineData(10, false)]
    public void What_we_send_is_compressed_unless_the_server_wants_a_smaller_window(int bits, bool compresses)
    {
        using OutgoingFrames frames = new(new DeflateAgreement(ClientMaxWindowBits: bits));
        Assert.True(frames.TryAdd(FrameHeader.Text, Encoding.ASCII.GetBytes(new string('a', 50))));
        byte[] frame = frames.Take().ToArray();
        Assert.Equal(compresses ? 0xC1 : 0x81, frame[0]);
        byte[] payload = frame[6..];
        for (int i = 0; i < payload.Length; i++)
        {
            payload[i] ^= frame[2 + (i % 4)];
        }

        using DeflateStream unfolded = new(new MemoryStream([.. payload, 0, 0, 0xFF, 0xFF]), CompressionMode.Decompress);
        byte[] text = new byte[50];
        if (compresses)
        {
            unfolded.ReadExactly(text);
        }

        Assert.Equal(new string('a', 50), Encoding.ASCII.GetString(compresses ? text : payload));
    }
}
