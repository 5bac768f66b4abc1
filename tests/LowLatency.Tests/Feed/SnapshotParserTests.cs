using System.Globalization;
using System.Text;
using System.Text.Json;
using CsCheck;
using LowLatency.Feed;

namespace LowLatency.Tests.Feed;

public sealed class SnapshotParserTests
{
    private const string PoolId = "3qRa9a5zcYvsWyTVJWHMKZnNPzLVYV82rUsTStAfUoCN";
    private const string Mint = "4h6sDhNCqBnagtmFRWeRrASPDCwLn9xoDW1TizBfVhbW";
    private const string Sol = "So11111111111111111111111111111111111111112";

    private static readonly string[] Members =
    [
        $"\"pool_id\":\"{PoolId}\"", "\"timestamp\":1749590073059", "\"price\":3.61231521255339", "\"base_reserve\":6021.967972878",
        "\"quote_reserve\":1667.06602789", "\"volume_24h\":3334.13205578", "\"trade_fee\":0.25", "\"decimals_a\":6", "\"decimals_b\":9",
        $"\"token_a_mint\":\"{Mint}\"", $"\"token_b_mint\":\"{Sol}\"", "\"pool_open_time\":1749589880", "\"status\":6", "\"slot\":345678901",
    ];

    private static readonly string Whole = "{" + string.Join(',', Members) + "}";

    [Fact]
    public void Members_may_stand_in_any_order_with_strangers_between_them()
    {
        Gen.Shuffle(Members).Sample(members =>
        {
            string json = "{ \"x\":[1,{\"pool_id\":\"inner\"},\"\\\"}\"] , " + string.Join(" ,\n", members) + ", \"y\" : {\"a\":null} }";
            PoolSnapshot s = PoolSnapshot.Empty;
            RejectReason reason = SnapshotParser.Parse(Encoding.UTF8.GetBytes(json), ref s);
            return reason == RejectReason.None && IsWhole(s);
        }, iter: 2_000);
    }

    [Fact]
    public void Every_mutation_is_judged_as_the_frameworks_reader_judges_it()
    {
        byte[] original = Encoding.UTF8.GetBytes(Whole);
        int accepted = 0;
        int rejected = 0;
        for (int at = 0; at < original.Length; at++)
        {
            foreach (byte[] mutant in Mutants(original, at))
            {
                PoolSnapshot ours = PoolSnapshot.Empty;
                bool ok = SnapshotParser.Parse(mutant, ref ours) is var reason && reason is not
                    (RejectReason.MalformedJson or RejectReason.InvalidUtf8 or RejectReason.TooDeep);

                // A reader that stops at the first fault of meaning never sees a fault of grammar behind it.
                if (reason is RejectReason.None or RejectReason.MalformedJson or RejectReason.InvalidUtf8)
                {
                    bool wellFormed = IsWellFormed(mutant);
                    Assert.True(ok == wellFormed, $"{reason} for {Encoding.UTF8.GetString(mutant)}");
                }

                accepted += ok ? 1 : 0;
                rejected += ok ? 0 : 1;
            }
        }

        Assert.True(accepted > 1_000 && rejected > 1_000);
    }

    [Fact]
    public void Every_strict_prefix_is_malformed()
    {
        byte[] whole = Encoding.UTF8.GetBytes(Whole);
        for (int length = 0; length < whole.Length; length++)
        {
            PoolSnapshot s = PoolSnapshot.Empty;
            Assert.Equal(RejectReason.MalformedJson, SnapshotParser.Parse(whole.AsSpan(0, length), ref s));
        }
    }

    [Fact]
    public void Numbers_are_rounded_as_the_framework_rounds_them_to_the_last_bit()
    {
        Gen<string> texts = Gen.OneOf(
            Gen.Double.Where(double.IsFinite).Select(static d => d.ToString("R", CultureInfo.InvariantCulture)),
            Gen.Select(Gen.Long, Gen.Int[0, 25], static (m, p) => Point(m, p)),
            Gen.Select(Gen.Long, Gen.Int[-330, 330], static (m, e) => $"{m}e{e}"),
            Gen.Select(Gen.ULong, Gen.ULong, static (a, b) => $"{a}.{b}"));
        texts.Sample(static text =>
        {
            PoolSnapshot s = PoolSnapshot.Empty;
            string json = $"{{\"pool_id\":\"{PoolId}\",\"timestamp\":1749590073059,\"base_reserve\":{text},\"quote_reserve\":1}}";
            RejectReason reason = SnapshotParser.Parse(Encoding.UTF8.GetBytes(json), ref s);
            return reason == RejectReason.None
                && BitConverter.DoubleToInt64Bits(s.BaseReserve) == BitConverter.DoubleToInt64Bits(double.Parse(text, CultureInfo.InvariantCulture));
        }, iter: 50_000);
    }

    [Theory]
    [InlineData("{}", RejectReason.MissingMember)]
    [InlineData("[]", RejectReason.MalformedJson)]
    [InlineData("", RejectReason.MalformedJson)]
    [InlineData("{\"pool_id\":\"P\",\"timestamp\":1749590073059,\"base_reserve\":1}", RejectReason.MissingMember)]
    [InlineData("{\"pool_id\":\"test_pool_123\",\"timestamp\":1749590073059,\"base_reserve\":1,\"quote_reserve\":1}", RejectReason.TestPool)]
    [InlineData("{\"pool_id\":\"0OIl9a5zcYvsWyTVJWHMKZnNPzLVYV82rUsTStAfUoCN\",\"timestamp\":1749590073059,\"base_reserve\":1,\"quote_reserve\":1}", RejectReason.InvalidKey)]
    [InlineData("{\"pool_id\":\"P\",\"timestamp\":1.5,\"base_reserve\":1,\"quote_reserve\":1}", RejectReason.WrongType)]
    [InlineData("{\"pool_id\":\"P\",\"timestamp\":99,\"base_reserve\":1,\"quote_reserve\":1}", RejectReason.InvalidTimestamp)]
    [InlineData("{\"pool_id\":\"P\",\"timestamp\":99999999999999999999,\"base_reserve\":1,\"quote_reserve\":1}", RejectReason.InvalidTimestamp)]
    [InlineData("{\"pool_id\":\"P\",\"timestamp\":1749590073059,\"base_reserve\":\"1\",\"quote_reserve\":1}", RejectReason.WrongType)]
    [InlineData("{\"pool_id\":\"P\",\"timestamp\":1749590073059,\"base_reserve\":NaN,\"quote_reserve\":1}", RejectReason.MalformedJson)]
    [InlineData("{\"pool_id\":\"P\",\"timestamp\":1749590073059,\"base_reserve\":01,\"quote_reserve\":1}", RejectReason.MalformedJson)]
    [InlineData("{\"pool_id\":\"P\",\"pool_id\":\"P\",\"timestamp\":1749590073059,\"base_reserve\":1,\"quote_reserve\":1}", RejectReason.DuplicateMember)]
    [InlineData("{\"pool_id\":\"P\",\"timestamp\":1749590073059,\"base_reserve\":1,\"quote_reserve\":1,\"decimals_a\":19}", RejectReason.OutOfRange)]
    [InlineData("{\"pool_id\":\"P\",\"timestamp\":1749590073059,\"base_reserve\":1,\"quote_reserve\":1,\"status\":-1}", RejectReason.OutOfRange)]
    [InlineData("{\"pool_id\":\"P\",\"timestamp\":1749590073059,\"base_reserve\":1,\"quote_reserve\":1}x", RejectReason.MalformedJson)]
    [InlineData("{\"pool_id\":\"P\",\"timestamp\":1749590073059,\"base_reserve\":1,\"quote_reserve\":1,}", RejectReason.MalformedJson)]
    public void Each_fault_has_its_reason(string json, RejectReason expected)
    {
        PoolSnapshot s = PoolSnapshot.Empty;
        Assert.Equal(expected, SnapshotParser.Parse(Encoding.UTF8.GetBytes(json.Replace("\"P\"", $"\"{PoolId}\"", StringComparison.Ordinal)), ref s));
    }

    [Fact]
    public void Depth_is_limited_escapes_in_names_count_and_null_reserves_stay_missing()
    {
        string deep = Whole.Replace("{\"pool_id", "{\"x\":" + new string('[', 65) + new string(']', 65) + ",\"pool_id", StringComparison.Ordinal);
        string escaped = Whole.Replace("\"status\"", "\"st\\u0061tus\"", StringComparison.Ordinal);
        string missing = Whole.Replace("6021.967972878", "null", StringComparison.Ordinal);
        PoolSnapshot s = PoolSnapshot.Empty;
        Assert.Equal(RejectReason.TooDeep, SnapshotParser.Parse(Encoding.UTF8.GetBytes(deep), ref s));
        s = PoolSnapshot.Empty;
        Assert.Equal(RejectReason.None, SnapshotParser.Parse(Encoding.UTF8.GetBytes(escaped), ref s));
        Assert.Equal(6, s.Status);
        s = PoolSnapshot.Empty;
        Assert.Equal(RejectReason.None, SnapshotParser.Parse(Encoding.UTF8.GetBytes(missing), ref s));
        Assert.True(double.IsNaN(s.BaseReserve));
    }

    private static string Point(long mantissa, int places)
    {
        string digits = Math.Abs((decimal)mantissa).ToString(CultureInfo.InvariantCulture).PadLeft(places + 1, '0');
        string text = places == 0 ? digits : $"{digits[..^places]}.{digits[^places..]}";
        return mantissa < 0 ? "-" + text : text;
    }

    private static bool IsWhole(in PoolSnapshot s) =>
        Encoding.UTF8.GetString(s.PoolId) == PoolId && Encoding.UTF8.GetString(s.TokenAMint) == Mint && Encoding.UTF8.GetString(s.TokenBMint) == Sol
        && s is { TimestampMs: 1749590073059, Price: 3.61231521255339, BaseReserve: 6021.967972878, QuoteReserve: 1667.06602789, Volume24h: 3334.13205578 }
        && s is { TradeFeePercent: 0.25, DecimalsA: 6, DecimalsB: 9, PoolOpenTimeS: 1749589880, Status: 6, Slot: 345678901 };

    private static IEnumerable<byte[]> Mutants(byte[] original, int at)
    {
        yield return [.. original[..at], .. original[(at + 1)..]];
        foreach (byte b in "\"\\{}[],:0-.eEn \t\u0001z"u8.ToArray().Concat(new byte[] { 0x80, 0xC3, 0xFF }))
        {
            byte[] replaced = [.. original];
            replaced[at] = b;
            yield return replaced;
            yield return [.. original[..at], b, .. original[at..]];
        }
    }

    private static bool IsWellFormed(byte[] json)
    {
        try
        {
            Utf8JsonReader reader = new(json);
            while (reader.Read())
            {
            }

            return reader.BytesConsumed == json.Length && System.Text.Unicode.Utf8.IsValid(json) && json.AsSpan().TrimStart(" \t\r\n"u8).StartsWith("{"u8);
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
