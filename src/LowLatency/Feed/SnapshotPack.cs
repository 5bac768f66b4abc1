using System.Buffers.Binary;

namespace LowLatency.Feed;

/// <summary>
/// The MessagePack form of a pool snapshot (market.md, section 3, format 4): an array of 14 elements, in this order and no
/// other. Writer and reader work on spans and allocate nothing.
/// <code>
///  0 pool_id        str or bin, base58 text     7 decimals_a      integer or nil
///  1 timestamp      integer, Unix ms            8 decimals_b      integer or nil
///  2 price          number or nil               9 token_a_mint    str or bin or nil
///  3 base_reserve   number or nil              10 token_b_mint    str or bin or nil
///  4 quote_reserve  number or nil              11 pool_open_time  integer or nil, Unix s
///  5 volume_24h     number or nil              12 status          integer or nil
///  6 trade_fee      number or nil, percent     13 slot            integer or nil
/// </code>
/// An integer may have any width, signed or not; a number is an integer or a float of 32 or 64 bits that is finite.
/// </summary>
public static class SnapshotPack
{
    /// <summary>Elements of the record.</summary>
    public const int Elements = 14;

    /// <summary>Longest record that <see cref="Write"/> makes of a valid snapshot.</summary>
    public const int MaxBytes = 1 + (Keys * (2 + SnapshotRules.MaxKeyLength)) + ((Elements - Keys) * (1 + sizeof(ulong)));

    private const int Keys = 3;

    /// <summary>Writes a snapshot that some parser accepted; a number that is absent or not finite becomes nil. Returns the length.</summary>
    /// <exception cref="ArgumentException">The destination is too short: <see cref="MaxBytes"/> always do.</exception>
    public static int Write(in PoolSnapshot snapshot, Span<byte> destination)
    {
        PackWriter pack = new(destination);
        pack.ArrayHeader(Elements);
        pack.Text(snapshot.PoolId);
        pack.Integer(snapshot.TimestampMs);
        pack.Number(snapshot.Price);
        pack.Number(snapshot.BaseReserve);
        pack.Number(snapshot.QuoteReserve);
        pack.Number(snapshot.Volume24h);
        pack.Number(snapshot.TradeFeePercent);
        pack.Integer(snapshot.DecimalsA);
        pack.Integer(snapshot.DecimalsB);
        pack.Text(snapshot.TokenAMint);
        pack.Text(snapshot.TokenBMint);
        pack.Integer(snapshot.PoolOpenTimeS);
        pack.Integer(snapshot.Status);
        pack.Integer(snapshot.Slot);
        return pack.Length;
    }

    /// <summary>
    /// Reads one record into <paramref name="snapshot"/>, which must be <see cref="PoolSnapshot.Empty"/> and borrows
    /// <paramref name="message"/>. On a rejection the snapshot is undefined.
    /// </summary>
    public static RejectReason Read(ReadOnlySpan<byte> message, ref PoolSnapshot snapshot)
    {
        PackCursor pack = new(message);
        if (pack.TakeArrayHeader(out uint elements) is var header and not RejectReason.None)
        {
            return header;
        }

        if (elements != Elements)
        {
            return RejectReason.WrongArrayLength;
        }

        RejectReason reason = ReadElements(ref pack, ref snapshot);
        return reason != RejectReason.None ? reason
            : !pack.IsAtEnd ? RejectReason.TrailingBytes
            : SnapshotRules.Check(snapshot);
    }

    private static RejectReason ReadElements(ref PackCursor pack, ref PoolSnapshot s)
    {
        RejectReason reason = pack.TakeText(ref s.PoolId);
        reason = reason == RejectReason.None ? pack.TakeInteger(RejectReason.InvalidTimestamp, long.MaxValue, ref s.TimestampMs) : reason;
        reason = reason == RejectReason.None ? pack.TakeNumber(ref s.Price) : reason;
        reason = reason == RejectReason.None ? pack.TakeNumber(ref s.BaseReserve) : reason;
        reason = reason == RejectReason.None ? pack.TakeNumber(ref s.QuoteReserve) : reason;
        reason = reason == RejectReason.None ? pack.TakeNumber(ref s.Volume24h) : reason;
        reason = reason == RejectReason.None ? pack.TakeNumber(ref s.TradeFeePercent) : reason;
        reason = reason == RejectReason.None ? TakeInt(ref pack, SnapshotRules.MaxDecimals, ref s.DecimalsA) : reason;
        reason = reason == RejectReason.None ? TakeInt(ref pack, SnapshotRules.MaxDecimals, ref s.DecimalsB) : reason;
        reason = reason == RejectReason.None && !pack.TryTakeNil() ? pack.TakeText(ref s.TokenAMint) : reason;
        reason = reason == RejectReason.None && !pack.TryTakeNil() ? pack.TakeText(ref s.TokenBMint) : reason;
        reason = reason == RejectReason.None && !pack.TryTakeNil() ? pack.TakeInteger(RejectReason.OutOfRange, long.MaxValue, ref s.PoolOpenTimeS) : reason;
        reason = reason == RejectReason.None ? TakeInt(ref pack, int.MaxValue, ref s.Status) : reason;
        return reason == RejectReason.None && !pack.TryTakeNil() ? pack.TakeInteger(RejectReason.OutOfRange, long.MaxValue, ref s.Slot) : reason;
    }

    private static RejectReason TakeInt(ref PackCursor pack, int max, ref int value)
    {
        if (pack.TryTakeNil())
        {
            return RejectReason.None;
        }

        long wide = 0;
        RejectReason reason = pack.TakeInteger(RejectReason.OutOfRange, max, ref wide);
        value = (int)wide;
        return reason;
    }

    /// <summary>Appends MessagePack values, each in its shortest form, to a span.</summary>
    private ref struct PackWriter(Span<byte> destination)
    {
        private const int MaxFixText = 31;

        private readonly Span<byte> _destination = destination;

        public int Length { get; private set; }

        public void ArrayHeader(int elements) => Put((byte)(PackCode.FixArray | elements));

        public void Text(ReadOnlySpan<byte> text)
        {
            if (text.IsEmpty)
            {
                Put(PackCode.Nil);
                return;
            }

            if (text.Length <= MaxFixText)
            {
                Put((byte)(PackCode.FixStr | text.Length));
            }
            else
            {
                ArgumentOutOfRangeException.ThrowIfGreaterThan(text.Length, byte.MaxValue);
                Put(PackCode.Str8);
                Put((byte)text.Length);
            }

            text.CopyTo(_destination[Length..]);
            Length += text.Length;
        }

        public void Number(double value)
        {
            if (!double.IsFinite(value))
            {
                Put(PackCode.Nil);
                return;
            }

            Put(PackCode.Float64);
            BinaryPrimitives.WriteDoubleBigEndian(_destination[Length..], value);
            Length += sizeof(double);
        }

        // Negative means absent throughout the snapshot.
        public void Integer(long value)
        {
            switch (value)
            {
                case < 0:
                    Put(PackCode.Nil);
                    break;
                case <= 0x7F:
                    Put((byte)value);
                    break;
                case <= byte.MaxValue:
                    Put(PackCode.UInt8);
                    Put((byte)value);
                    break;
                case <= ushort.MaxValue:
                    Put(PackCode.UInt16);
                    BinaryPrimitives.WriteUInt16BigEndian(_destination[Length..], (ushort)value);
                    Length += sizeof(ushort);
                    break;
                case <= uint.MaxValue:
                    Put(PackCode.UInt32);
                    BinaryPrimitives.WriteUInt32BigEndian(_destination[Length..], (uint)value);
                    Length += sizeof(uint);
                    break;
                default:
                    Put(PackCode.UInt64);
                    BinaryPrimitives.WriteUInt64BigEndian(_destination[Length..], (ulong)value);
                    Length += sizeof(ulong);
                    break;
            }
        }

        private void Put(byte value) => _destination[Length++] = value;
    }
}
