using System.Text;
using System.Text.Json;
using CsCheck;
using LowLatency.Feed;
using LowLatency.Feed.Solana;

namespace LowLatency.Tests.Feed.Solana;

public sealed class PubSubOrderTests
{
    private readonly byte[] _buffer = new byte[PubSubParser.BufferBytes];

    [Fact]
    public void Every_order_of_the_members_at_every_level_means_the_same()
    {
        // Program: 3! x 2 x 2 x 2 x 6! = 34,560 orders; the others have fewer. What has more is shuffled below.
        const long mostOrders = 40_000;
        long tried = 0;
        foreach (byte[] message in Recorded.Made.Concat(Recorded.Strict))
        {
            JsonElement json = JsonDocument.Parse(message).RootElement;
            string expected = Meaning(message);
            for (long code = 0, orders = JsonShuffle.Orders(json); orders <= mostOrders && code < orders; code++, tried++)
            {
                Assert.Equal(expected, Meaning(Encoding.UTF8.GetBytes(JsonShuffle.Numbered(json, code))));
            }
        }

        Assert.True(tried > 34_560 * 2, $"{tried} orders");
    }

    [Fact]
    public void Random_orders_with_spaces_and_strangers_mean_the_same()
    {
        (JsonElement Json, string Meaning)[] messages = [.. Recorded.All.Where(IsAccepted).Select(m => (JsonDocument.Parse(m).RootElement, Meaning(m)))];
        Gen.Select(Gen.Int, Gen.Int[0, messages.Length - 1]).Sample((seed, i) =>
        {
            string text = JsonShuffle.Random(messages[i].Json, new Random(seed));
            return Meaning(Encoding.UTF8.GetBytes(text)) == messages[i].Meaning;
        }, iter: 5_000, threads: 1);
    }

    [Fact]
    public void The_known_order_is_the_one_that_nodes_write()
    {
        foreach (byte[] message in Recorded.Made)
        {
            Assert.True(PubSubParser.TryParseKnownOrder(message, _buffer, out _), Encoding.UTF8.GetString(message));
        }

        int recorded = Recorded.Lines("solana/account-notifications.jsonl").Count(m => PubSubParser.TryParseKnownOrder(m, _buffer, out _));
        Assert.SkipWhen(recorded == 0, LowLatency.Testing.SharedData.Missing);
        Assert.Equal(Recorded.Lines("solana/account-notifications.jsonl").Count(static m => !Encoding.UTF8.GetString(m).Contains("zstd", StringComparison.Ordinal)), recorded);
    }

    private bool IsAccepted(byte[] message) => PubSubParser.Parse(message, _buffer, out _) == RejectReason.None;

    private string Meaning(byte[] message)
    {
        RejectReason reason = PubSubParser.Parse(message, _buffer, out PubSubMessage parsed);
        Assert.True(reason == RejectReason.None, $"{reason} for {Encoding.UTF8.GetString(message)}");
        return PubSubView.Meaning(parsed);
    }
}
