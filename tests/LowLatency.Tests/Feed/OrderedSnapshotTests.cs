using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using CsCheck;
using LowLatency.Feed;
using LowLatency.Simulation;
using LowLatency.Storage;

namespace LowLatency.Tests.Feed;

/// <summary>The fast half of the JSON parser beside the general one: it may only accept what that accepts, with the same bits.</summary>
public sealed class OrderedSnapshotTests
{
    private const int Mutations = 400_000;
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData("realistic")]
    [InlineData("hostile")]
    public void What_the_gateway_writes_is_read_by_the_fast_half_and_read_alike(string world)
    {
        using SnapshotJson json = new();
        int fast = 0;
        int valid = 0;
        foreach (RecordedRow row in World.Create(world, 5).Rows().Take(20_000))
        {
            byte[] message = json.Write(row).ToArray();
            AssertAlike(message);
            PoolSnapshot s = PoolSnapshot.Empty;
            fast += SnapshotParser.TryParseFast(message, ref s) ? 1 : 0;
            valid += double.IsFinite(row.BaseReserve) && row.BaseReserve >= 0 && double.IsFinite(row.QuoteReserve) && row.QuoteReserve >= 0 ? 1 : 0;
        }

        Assert.True(fast >= valid * 0.98, $"{fast} of {valid} messages were read by the fast half");
    }

    [Fact]
    public void Every_subset_of_the_optional_members_is_read_by_the_fast_half()
    {
        int[] optional = [2, .. Enumerable.Range(5, 9)];
        for (int subset = 0; subset < 1 << optional.Length; subset++)
        {
            IEnumerable<string> members = Snapshots.Members.Where((_, i) => Array.IndexOf(optional, i) is var o && (o < 0 || (subset >> o & 1) == 1));
            byte[] message = Encoding.UTF8.GetBytes("{" + string.Join(',', members) + "}");
            PoolSnapshot fast = PoolSnapshot.Empty;
            Assert.True(SnapshotParser.TryParseFast(message, ref fast), Encoding.UTF8.GetString(message));
            AssertAlike(message);
        }
    }

    [Theory]
    [InlineData("145.3343", "145.3343")]
    [InlineData("145.3343", "145.33430")]
    [InlineData("145.3343", "145.33439")]
    [InlineData("145.3343", "145.3343e2")]
    [InlineData("145.3343", "145.3343.1")]
    [InlineData("145.3343", "145.3343 ")]
    [InlineData("145.3343", "145.334")]
    [InlineData("145", "145.5")]
    [InlineData("145", "1450")]
    [InlineData("0", "0")]
    [InlineData("0", "00")]
    [InlineData("1e2", "1e2")]
    [InlineData("1e2", "1e20")]
    public void A_volume_that_begins_as_the_quote_reserve_is_that_number_only_where_it_ends_as_it(string quote, string volume)
    {
        const string Start = """{"pool_id":"CKmwzQnFf7ypnE8o2eoo7rwGrkQW1Z8KSovhi4H7N1AV","timestamp":1749513600555,"base_reserve":5,"quote_reserve":""";
        AssertAlike(Encoding.UTF8.GetBytes($"{Start}{quote},\"volume_24h\":{volume}}}"));
        AssertAlike(Encoding.UTF8.GetBytes($"{Start}{quote},\"volume_24h\":{volume},\"trade_fee\":0.25}}"));
        AssertAlike(Encoding.UTF8.GetBytes($"{Start}{quote},\"volume_24h\":{volume}"));
    }

    [Fact]
    public void Every_order_of_seven_members_gives_the_same_snapshot()
    {
        string[] members = Snapshots.Members[..7];
        int orders = 0;
        PoolSnapshot expected = PoolSnapshot.Empty;
        byte[] inOrder = Encoding.UTF8.GetBytes("{" + string.Join(',', members) + "}");
        Assert.Equal(RejectReason.None, SnapshotParser.Parse(inOrder, ref expected));
        foreach (string[] order in Orders(members, 0))
        {
            byte[] message = Encoding.UTF8.GetBytes("{" + string.Join(',', order) + "}");
            PoolSnapshot s = PoolSnapshot.Empty;
            Assert.Equal(RejectReason.None, SnapshotParser.Parse(message, ref s));
            Assert.True(Snapshots.Same(expected, s));
            orders++;
        }

        Assert.Equal(5_040, orders);
    }

    [Fact]
    public void Every_change_of_one_byte_is_judged_alike()
    {
        byte[] original = Snapshots.WholeBytes;
        byte[] longer = new byte[original.Length + 1];
        for (int at = 0; at <= original.Length; at++)
        {
            AssertAlike(original.AsSpan(0, at));
            original.AsSpan(0, at).CopyTo(longer);
            original.AsSpan(at).CopyTo(longer.AsSpan(at + 1));
            for (int b = 0; b <= byte.MaxValue; b++)
            {
                longer[at] = (byte)b;
                AssertAlike(longer);
                if (at < original.Length)
                {
                    byte kept = original[at];
                    original[at] = (byte)b;
                    AssertAlike(original);
                    original[at] = kept;
                }
            }

            if (at < original.Length)
            {
                AssertAlike([.. original[..at], .. original[(at + 1)..]]);
            }
        }
    }

    [Fact]
    public void Hundreds_of_thousands_of_mutations_are_judged_alike()
    {
        int seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        Random random = new(seed);
        byte[][] originals = Originals();
        long started = Stopwatch.GetTimestamp();
        int accepted = 0;
        int done = 0;
        for (; done < Mutations && Stopwatch.GetElapsedTime(started) < MaxTime; done++)
        {
            byte[] mutant = Mutate(originals[random.Next(originals.Length)], originals, random);
            accepted += AssertAlike(mutant, seed) ? 1 : 0;
        }

        Assert.True(done > 10_000 && accepted > done / 100 && accepted < done, $"{done} mutations, {accepted} accepted, seed {seed}");
    }

    [Theory]
    [InlineData("0")]
    [InlineData("0.0")]
    [InlineData("-0")]
    [InlineData("-0.0e5")]
    [InlineData("1e400")]
    [InlineData("-1e400")]
    [InlineData("1e-400")]
    [InlineData("5e-324")]
    [InlineData("2.2250738585072011e-308")]
    [InlineData("2.2250738585072014E-308")]
    [InlineData("1.7976931348623157e308")]
    [InlineData("1.7976931348623159e308")]
    [InlineData("9007199254740993")]
    [InlineData("9007199254740992.5")]
    [InlineData("9007199254740993e22")]
    [InlineData("18446744073709551615")]
    [InlineData("18446744073709551616")]
    [InlineData("18446744073709551616000")]
    [InlineData("36893488147419103232.5")]
    [InlineData("9999999999999999999")]
    [InlineData("10000000000000000000")]
    [InlineData("0.0000012345678901234567")]
    [InlineData("0.00000000000000000000000000000000000001")]
    [InlineData("123456789.123456789012345678901234567890")]
    [InlineData("7.2057594037927933e16")]
    [InlineData("1.00000000000000011102230246251565")]
    [InlineData("2.8e-8")]
    [InlineData("2.8E-08")]
    [InlineData("1e+21")]
    [InlineData("1e0000000000000000000001")]
    [InlineData("1e99999999999999999999")]
    public void A_number_at_the_edge_has_the_frameworks_bits(string text)
    {
        byte[] message = Snapshots.With(text);
        using JsonDocument document = JsonDocument.Parse(message);
        double expected = document.RootElement.GetProperty("base_reserve").GetDouble();
        PoolSnapshot s = PoolSnapshot.Empty;
        Assert.Equal(RejectReason.None, SnapshotParser.Parse(message, ref s));
        Assert.Equal(BitConverter.DoubleToInt64Bits(expected), BitConverter.DoubleToInt64Bits(s.BaseReserve));
        AssertAlike(message);
    }

    [Theory]
    [InlineData("00")]
    [InlineData("01.5")]
    [InlineData(".5")]
    [InlineData("5.")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("+1")]
    [InlineData("1.e5")]
    [InlineData("0x10")]
    [InlineData("1_000")]
    [InlineData("Infinity")]
    [InlineData("1,5")]
    [InlineData("\"1\"")]
    [InlineData("")]
    public void What_is_no_number_is_read_by_neither_half(string text) => Assert.False(AssertAlike(Snapshots.With(text)));

    [Fact]
    public void Random_numbers_have_the_frameworks_bits_in_the_fast_half_too()
    {
        Gen<string> texts = Gen.OneOf(
            Gen.Double.Where(static d => double.IsFinite(d) && d >= 0).Select(static d => d.ToString("R", CultureInfo.InvariantCulture)),
            Gen.Double[1e-9, 1e9].Select(static d => d.ToString("R", CultureInfo.InvariantCulture)),
            Gen.Select(Gen.ULong[0, 9_999_999_999_999_999_999], Gen.Int[-60, 60], static (m, e) => $"{m}e{e}"),
            Gen.Select(Gen.ULong[1UL << 52, 1UL << 54], Gen.Int[-30, 30], static (m, e) => $"{m}.5e{e}"),
            Gen.Select(Gen.ULong[0, 99_999_999_999], Gen.ULong[0, 99_999_999], static (a, b) => $"{a}.{b:D8}"));
        texts.Sample(static text =>
        {
            PoolSnapshot s = PoolSnapshot.Empty;
            RejectReason reason = SnapshotParser.Parse(Snapshots.With(text), ref s);
            return reason == RejectReason.None && Snapshots.Same(s.BaseReserve, double.Parse(text, CultureInfo.InvariantCulture));
        }, iter: 200_000);
    }

    private static bool AssertAlike(ReadOnlySpan<byte> message, int seed = 0)
    {
        PoolSnapshot fast = PoolSnapshot.Empty;
        PoolSnapshot slow = PoolSnapshot.Empty;
        RejectReason expected = SnapshotParser.ParseSlow(message, ref slow);
        RejectReason actual = SnapshotParser.Parse(message, ref fast);
        bool alike = actual == expected && (expected != RejectReason.None || Snapshots.Same(fast, slow));
        Assert.True(alike, alike ? "" : $"{actual} instead of {expected} (or other values) for {Encoding.Latin1.GetString(message)}, seed {seed}");
        return expected == RejectReason.None;
    }

    private static IEnumerable<string[]> Orders(string[] members, int from)
    {
        if (from == members.Length)
        {
            yield return members;
        }

        for (int i = from; i < members.Length; i++)
        {
            (members[from], members[i]) = (members[i], members[from]);
            foreach (string[] order in Orders(members, from + 1))
            {
                yield return order;
            }

            (members[from], members[i]) = (members[i], members[from]);
        }
    }

    private static byte[][] Originals()
    {
        using SnapshotJson json = new();
        return
        [
            Snapshots.WholeBytes, Encoding.UTF8.GetBytes("{" + string.Join(',', Snapshots.Members[..6]) + "}"),
            .. World.Create("hostile", 6).Rows().Take(50).Select(row => json.Write(row).ToArray()),
        ];
    }

    private static byte[] Mutate(byte[] original, byte[][] others, Random random)
    {
        ReadOnlySpan<byte> likely = "\"\\{}[],:0123456789-+.eE nultrsfaIOlz \t\u0001\u007f"u8;
        byte[] mutant = original;
        for (int edits = random.Next(1, 4); edits > 0; edits--)
        {
            int at = random.Next(mutant.Length);
            int end = Math.Min(mutant.Length, at + random.Next(1, 24));
            byte b = random.Next(8) == 0 ? (byte)random.Next(256) : likely[random.Next(likely.Length)];
            byte[] other = others[random.Next(others.Length)];
            int otherAt = random.Next(other.Length);
            mutant = random.Next(6) switch
            {
                0 => [.. mutant[..at], b, .. mutant[(at + 1)..]],
                1 => [.. mutant[..at], b, .. mutant[at..]],
                2 => [.. mutant[..at], .. mutant[end..]],
                3 => [.. mutant[..end], .. mutant[at..]],
                4 => [.. mutant[..at], .. other[otherAt..]],
                _ => [.. mutant[..at], (byte)(mutant[at] ^ (1 << random.Next(8))), .. mutant[(at + 1)..]],
            };
            mutant = mutant.Length == 0 ? original : mutant;
        }

        return mutant;
    }
}
