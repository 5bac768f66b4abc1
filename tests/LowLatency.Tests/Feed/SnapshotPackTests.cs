using System.Text;
using CsCheck;
using LowLatency.Feed;
using MessagePack;

namespace LowLatency.Tests.Feed;

/// <summary>Our MessagePack writer and reader beside the package MessagePack.</summary>
public sealed class SnapshotPackTests
{
    private static readonly Gen<Record> Records =
        from key in Gen.Char["123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"].Array[32, 44]
        from mint in Gen.Char["123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"].Array[32, 44].Null()
        from timestamp in Gen.Long[SnapshotParser.MinTimestampMs, SnapshotParser.MaxTimestampMs]
        from numbers in Gen.Double.Where(double.IsFinite).Nullable().Array[5]
        from decimals in Gen.Int[0, 18].Nullable().Array[2]
        from wide in Gen.OneOf(Gen.Long[0, 300], Gen.Long[0, 70_000], Gen.Long[0, long.MaxValue]).Nullable().Array[2]
        from status in Gen.OneOf(Gen.Int[0, 200], Gen.Int[0, int.MaxValue]).Nullable()
        select new Record
        {
            PoolId = new string(key),
            Timestamp = timestamp,
            Price = numbers[0],
            BaseReserve = numbers[1],
            QuoteReserve = numbers[2],
            Volume24h = numbers[3],
            TradeFee = numbers[4],
            DecimalsA = decimals[0],
            DecimalsB = decimals[1],
            TokenAMint = mint is null ? null : new string(mint),
            TokenBMint = Snapshots.Sol,
            PoolOpenTime = wide[0],
            Status = status,
            Slot = wide[1],
        };

    [Fact]
    public void What_the_package_writes_we_read_and_what_we_write_it_reads()
    {
        Records.Sample(static record =>
        {
            byte[] theirs = MessagePackSerializer.Serialize(record, cancellationToken: TestContext.Current.CancellationToken);
            PoolSnapshot s = PoolSnapshot.Empty;
            Assert.Equal(RejectReason.None, SnapshotPack.Read(theirs, ref s));
            byte[] buffer = new byte[SnapshotPack.MaxBytes];
            int length = SnapshotPack.Write(s, buffer);
            Assert.Equal(theirs, buffer[..length]);
            Record back = MessagePackSerializer.Deserialize<Record>(buffer.AsMemory(0, length), cancellationToken: TestContext.Current.CancellationToken);
            return back == record;
        }, iter: 20_000);
    }

    [Fact]
    public void Keys_may_be_bytes_and_numbers_of_any_width()
    {
        byte[] record =
        [
            0xDD, 0, 0, 0, 14, 0xC4, 44, .. Encoding.ASCII.GetBytes(Snapshots.PoolId), 0xD3, .. BigEndian(1_749_590_073_059),
            0xCA, 0x3E, 0x80, 0, 0, 0x05, 0xD1, 0xFF, 0xFE, 0xCF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xC0,
            0xCC, 6, 0xD0, 9, 0xC5, 0, 44, .. Encoding.ASCII.GetBytes(Snapshots.Mint), 0xDB, 0, 0, 0, 43, .. Encoding.ASCII.GetBytes(Snapshots.Sol),
            0xC0, 0xCD, 0, 6, 0xD2, 0, 0, 1, 0,
        ];
        PoolSnapshot s = PoolSnapshot.Empty;
        Assert.Equal(RejectReason.None, SnapshotPack.Read(record, ref s));
        Assert.True(s is { TimestampMs: 1_749_590_073_059, Price: 0.25, BaseReserve: 5, QuoteReserve: -2, Volume24h: ulong.MaxValue, DecimalsA: 6, DecimalsB: 9 });
        Assert.True(s is { PoolOpenTimeS: -1, Status: 6, Slot: 256 } && double.IsNaN(s.TradeFeePercent));
        Assert.Equal(Snapshots.Mint, Encoding.ASCII.GetString(s.TokenAMint));
    }

    [Fact]
    public void It_says_the_same_as_the_json_it_was_made_from()
    {
        PoolSnapshot json = PoolSnapshot.Empty;
        Assert.Equal(RejectReason.None, SnapshotParser.Parse(Snapshots.WholeBytes, ref json));
        byte[] buffer = new byte[SnapshotPack.MaxBytes];
        PoolSnapshot pack = PoolSnapshot.Empty;
        Assert.Equal(RejectReason.None, SnapshotPack.Read(buffer.AsSpan(0, SnapshotPack.Write(json, buffer)), ref pack));
        Assert.True(Snapshots.Same(json, pack));
    }

    [Fact]
    public void Every_strict_prefix_is_malformed_and_every_byte_behind_is_too_much()
    {
        byte[] record = Whole();
        for (int length = 0; length < record.Length; length++)
        {
            Assert.Equal(RejectReason.MalformedPack, Read(record[..length]));
        }

        Assert.Equal(RejectReason.TrailingBytes, Read([.. record, 0xC0]));
    }

    [Theory]
    [InlineData(0, 0x9D, RejectReason.WrongArrayLength)]
    [InlineData(0, 0x9F, RejectReason.WrongArrayLength)]
    [InlineData(0, 0x8E, RejectReason.WrongType)]
    [InlineData(0, 0xC1, RejectReason.MalformedPack)]
    [InlineData(1, 0xC0, RejectReason.WrongType)]
    [InlineData(1, 0xC1, RejectReason.MalformedPack)]
    [InlineData(1, 0xCB, RejectReason.WrongType)]
    [InlineData(1, 0x05, RejectReason.WrongType)]
    [InlineData(3, (byte)'0', RejectReason.InvalidKey)]
    [InlineData(47, 0xC0, RejectReason.WrongType)]
    [InlineData(47, 0xCB, RejectReason.WrongType)]
    [InlineData(48, 0x80, RejectReason.InvalidTimestamp)]
    [InlineData(48, 0x01, RejectReason.InvalidTimestamp)]
    [InlineData(56, 0xA0, RejectReason.WrongType)]
    [InlineData(57, 0x7F, RejectReason.OutOfRange)]
    [InlineData(101, 19, RejectReason.OutOfRange)]
    [InlineData(101, 0xFF, RejectReason.OutOfRange)]
    [InlineData(102, 0xC2, RejectReason.WrongType)]
    public void Each_fault_has_its_reason(int at, byte instead, RejectReason expected)
    {
        byte[] record = Whole();
        record[at] = instead;
        if (at == 57)
        {
            record[58] = 0xF8;
        }

        Assert.Equal(expected, Read(record));
    }

    [Fact]
    public void A_mutated_record_never_throws_and_says_the_same_when_it_is_written_again()
    {
        int seed = Random.Shared.Next();
        Random random = new(seed);
        byte[] buffer = new byte[SnapshotPack.MaxBytes];
        int accepted = 0;
        for (int i = 0; i < 200_000; i++)
        {
            byte[] mutant = Whole();
            for (int edits = random.Next(1, 4); edits > 0; edits--)
            {
                mutant[random.Next(mutant.Length)] = (byte)random.Next(256);
            }

            PoolSnapshot first = PoolSnapshot.Empty;
            if (SnapshotPack.Read(mutant, ref first) == RejectReason.None)
            {
                accepted++;
                PoolSnapshot second = PoolSnapshot.Empty;
                Assert.Equal(RejectReason.None, SnapshotPack.Read(buffer.AsSpan(0, SnapshotPack.Write(first, buffer)), ref second));
                Assert.True(Snapshots.Same(first, second), $"seed {seed}");
            }
        }

        Assert.True(accepted > 1_000, $"seed {seed}: {accepted}");
    }

    private static byte[] Whole()
    {
        PoolSnapshot json = PoolSnapshot.Empty;
        SnapshotParser.Parse(Snapshots.WholeBytes, ref json);
        byte[] buffer = new byte[SnapshotPack.MaxBytes];
        return buffer[..SnapshotPack.Write(json, buffer)];
    }

    private static RejectReason Read(byte[] record)
    {
        PoolSnapshot s = PoolSnapshot.Empty;
        return SnapshotPack.Read(record, ref s);
    }

    private static byte[] BigEndian(long value)
    {
        byte[] bytes = new byte[sizeof(long)];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return bytes;
    }

    /// <summary>The record as the package sees it.</summary>
    [MessagePackObject]
    public sealed record Record
    {
        [Key(0)]
        public required string PoolId { get; init; }

        [Key(1)]
        public long Timestamp { get; init; }

        [Key(2)]
        public double? Price { get; init; }

        [Key(3)]
        public double? BaseReserve { get; init; }

        [Key(4)]
        public double? QuoteReserve { get; init; }

        [Key(5)]
        public double? Volume24h { get; init; }

        [Key(6)]
        public double? TradeFee { get; init; }

        [Key(7)]
        public int? DecimalsA { get; init; }

        [Key(8)]
        public int? DecimalsB { get; init; }

        [Key(9)]
        public string? TokenAMint { get; init; }

        [Key(10)]
        public string? TokenBMint { get; init; }

        [Key(11)]
        public long? PoolOpenTime { get; init; }

        [Key(12)]
        public int? Status { get; init; }

        [Key(13)]
        public long? Slot { get; init; }
    }
}
