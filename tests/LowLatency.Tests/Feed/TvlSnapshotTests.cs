using System.Text;
using CsCheck;
using LowLatency.Feed;
using LowLatency.Pools;

namespace LowLatency.Tests.Feed;

public sealed class TvlSnapshotTests
{
    private static readonly string[] Members =
    [
        $"\"poolId\":\"{Snapshots.PoolId}\"", "\"currentPrice\":0.25", "\"baselinePrice\":0.2", "\"currentTVL\":3000.5", "\"baselineTVL\":2800",
        "\"reserveRatio\":1.5", "\"priceChangePercent\":25", "\"tvlChangePercent\":-7.2", "\"timestamp\":1749590073059",
    ];

    [Fact]
    public void Reserves_follow_from_tvl_and_price_in_every_order()
    {
        Gen.Shuffle(Members).Sample(static members =>
        {
            PoolSnapshot s = PoolSnapshot.Empty;
            RejectReason reason = SnapshotParser.Parse(Encoding.UTF8.GetBytes("{" + string.Join(" , ", members) + "}"), ref s);
            return reason == RejectReason.None && s is { QuoteReserve: 1500.25, BaseReserve: 6001, Price: 0.25, TimestampMs: 1749590073059 }
                && s.PoolId.SequenceEqual(Encoding.UTF8.GetBytes(Snapshots.PoolId)) && s.TokenAMint.IsEmpty && double.IsNaN(s.Volume24h);
        }, iter: 2_000);
    }

    [Fact]
    public void It_is_good_only_for_a_pool_that_is_known_and_takes_that_pools_sides()
    {
        PoolTable pools = new(4);
        PoolUpdate update = default;
        PoolSnapshot tvl = PoolSnapshot.Empty;
        byte[] message = Encoding.UTF8.GetBytes("{" + string.Join(',', Members) + "}");
        Assert.Equal(RejectReason.None, SnapshotParser.Parse(message, ref tvl));
        Assert.Equal(RejectReason.UnknownPool, pools.TryNormalize(tvl, 1, ref update));

        PoolSnapshot first = PoolSnapshot.Empty;
        Assert.Equal(RejectReason.None, SnapshotParser.Parse(Snapshots.WholeBytes, ref first));
        Assert.Equal(RejectReason.None, pools.TryNormalize(first, 1, ref update));
        Assert.Equal(RejectReason.None, pools.TryNormalize(tvl, 2, ref update));
        Assert.Equal((6001, 1500.25, 0.25), (update.BaseReserve, update.QuoteReserve, update.Price));
    }

    [Theory]
    [InlineData("\"currentPrice\":0.25", "\"currentPrice\":\"0.25\"", RejectReason.WrongType)]
    [InlineData("\"currentPrice\":0.25", "\"x\":1", RejectReason.MissingMember)]
    [InlineData("\"currentTVL\":3000.5", "\"x\":1", RejectReason.MissingMember)]
    [InlineData("\"timestamp\":1749590073059", "\"timestamp\":12", RejectReason.InvalidTimestamp)]
    [InlineData("\"timestamp\":1749590073059", "\"timestamp\":null", RejectReason.WrongType)]
    [InlineData("\"baselinePrice\":0.2", "\"currentPrice\":0.2", RejectReason.DuplicateMember)]
    [InlineData("\"baselinePrice\":0.2", "\"baselinePrice\":0.", RejectReason.MalformedJson)]
    [InlineData("\"baselinePrice\":0.2", "\"baselinePrice\":{\"a\":[]}", RejectReason.None)]
    public void Each_fault_has_its_reason(string member, string instead, RejectReason expected)
    {
        string whole = ("{" + string.Join(',', Members) + "}").Replace(member, instead, StringComparison.Ordinal);
        foreach (string text in new[] { whole, "{ " + whole[1..] })
        {
            PoolSnapshot s = PoolSnapshot.Empty;
            Assert.Equal(expected, SnapshotParser.Parse(Encoding.UTF8.GetBytes(text), ref s));
        }
    }

    [Fact]
    public void A_null_price_leaves_reserves_that_no_pool_has()
    {
        string text = ("{" + string.Join(',', Members) + "}").Replace("\"currentPrice\":0.25", "\"currentPrice\":null", StringComparison.Ordinal);
        PoolSnapshot s = PoolSnapshot.Empty;
        Assert.Equal(RejectReason.None, SnapshotParser.Parse(Encoding.UTF8.GetBytes(text), ref s));
        Assert.True(double.IsNaN(s.BaseReserve));
    }
}
