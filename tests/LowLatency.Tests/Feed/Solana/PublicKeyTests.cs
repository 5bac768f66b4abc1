using System.Numerics;
using System.Text;
using CsCheck;
using LowLatency.Feed.Solana;

namespace LowLatency.Tests.Feed.Solana;

public sealed class PublicKeyTests
{
    private const string Digits = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

    // Leading zero bytes are what implementations get wrong: they are common here.
    private static readonly Gen<byte[]> Keys = Gen.Select(Gen.Byte.Array[32], Gen.Int[-16, 32], static (bytes, zeros) =>
    {
        bytes.AsSpan(0, Math.Max(0, zeros)).Clear();
        return bytes;
    });

    [Fact]
    public void Text_and_bytes_agree_with_big_integers() => Keys.Sample(static bytes =>
    {
        string text = Twin(bytes);
        Span<byte> back = stackalloc byte[32];
        bool parsed = PublicKey.TryParse(Encoding.ASCII.GetBytes(text), out PublicKey key);
        key.CopyTo(back);
        return parsed && back.SequenceEqual(bytes) && key == new PublicKey(bytes) && key.ToString() == text;
    }, iter: 50_000);

    [Fact]
    public void Text_is_written_where_it_fits_and_nowhere_else() => Keys.Sample(static bytes =>
    {
        byte[] text = Encoding.ASCII.GetBytes(Twin(bytes));
        byte[] room = new byte[text.Length];
        PublicKey key = new(bytes);
        return key.TryFormat(room, out int written) && written == text.Length && room.AsSpan().SequenceEqual(text)
            && !key.TryFormat(room.AsSpan(1), out written) && written == 0;
    }, iter: 5_000);

    [Fact]
    public void Any_text_is_a_key_exactly_if_it_is_the_text_of_one() => Gen.Char[Digits + "0OIl +"].Array[30, 46].Select(static c => new string(c)).Sample(static text =>
    {
        bool parsed = PublicKey.TryParse(Encoding.ASCII.GetBytes(text), out PublicKey key);
        return parsed ? key.ToString() == text : !IsKey(text);
    }, iter: 50_000);

    [Theory]
    [InlineData("11111111111111111111111111111111", true)]
    [InlineData("1111111111111111111111111111111", false)]
    [InlineData("111111111111111111111111111111111", false)]
    [InlineData("So11111111111111111111111111111111111111112", true)]
    [InlineData("1So11111111111111111111111111111111111111112", false)]
    [InlineData("JEKNVnkbo3jma5nREBBJCDoXFVeKkD56V3xKrvRmWxFG", true)]
    [InlineData("JEKNVnkbo3jma5nREBBJCDoXFVeKkD56V3xKrvRmWxFH", false)]
    [InlineData("zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz", false)]
    [InlineData("So1111111111111111111111111111111111111111\u00FC", false)]
    [InlineData("", false)]
    public void Edges_of_what_is_a_key(string text, bool isKey) => Assert.Equal(isKey, PublicKey.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void Keys_are_equal_by_their_bytes_and_hash_alike()
    {
        PublicKey one = new(Enumerable.Range(0, 32).Select(static i => (byte)i).ToArray());
        PublicKey same = new(Enumerable.Range(0, 32).Select(static i => (byte)i).ToArray());
        PublicKey other = new(Enumerable.Range(1, 32).Select(static i => (byte)i).ToArray());
        Assert.True(one == same && one.Equals((object)same) && one.GetHashCode() == same.GetHashCode());
        Assert.True(one != other && !one.Equals((object)"x"));
    }

    private static string Twin(byte[] bytes)
    {
        BigInteger value = new(bytes, isUnsigned: true, isBigEndian: true);
        StringBuilder text = new();
        while (value > 0)
        {
            text.Insert(0, Digits[(int)(value % 58)]);
            value /= 58;
        }

        return new string('1', bytes.TakeWhile(static b => b == 0).Count()) + text;
    }

    private static bool IsKey(string text)
    {
        if (text.Any(static c => !Digits.Contains(c, StringComparison.Ordinal)))
        {
            return false;
        }

        BigInteger value = text.Aggregate(BigInteger.Zero, static (v, c) => (v * 58) + Digits.IndexOf(c, StringComparison.Ordinal));
        int bytes = value.IsZero ? 0 : value.GetByteCount(isUnsigned: true);
        return bytes + text.TakeWhile(static c => c == '1').Count() == 32;
    }
}
