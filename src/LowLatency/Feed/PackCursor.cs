using System.Buffers.Binary;

namespace LowLatency.Feed;

/// <summary>First bytes of MessagePack values.</summary>
internal static class PackCode
{
    public const byte FixArray = 0x90, FixStr = 0xA0;
    public const byte Nil = 0xC0, NeverUsed = 0xC1;
    public const byte Bin8 = 0xC4, Bin16 = 0xC5, Bin32 = 0xC6;
    public const byte Float32 = 0xCA, Float64 = 0xCB;
    public const byte UInt8 = 0xCC, UInt16 = 0xCD, UInt32 = 0xCE, UInt64 = 0xCF;
    public const byte Int8 = 0xD0, Int16 = 0xD1, Int32 = 0xD2, Int64 = 0xD3;
    public const byte Str8 = 0xD9, Str16 = 0xDA, Str32 = 0xDB;
    public const byte Array16 = 0xDC, Array32 = 0xDD;
    public const byte MaxPositiveFixInt = 0x7F, MinNegativeFixInt = 0xE0;
}

/// <summary>Walks MessagePack values on their own bytes. A value that is cut off or begins with the unused byte is malformed, any other that does not fit is of the wrong type.</summary>
internal ref struct PackCursor(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    public bool TryTakeNil()
    {
        if (_rest.IsEmpty || _rest[0] != PackCode.Nil)
        {
            return false;
        }

        _rest = _rest[1..];
        return true;
    }

    public RejectReason TakeArrayHeader(out uint elements)
    {
        elements = 0;
        if (_rest.IsEmpty)
        {
            return RejectReason.MalformedPack;
        }

        byte code = _rest[0];
        int width = code == PackCode.Array16 ? sizeof(ushort) : code == PackCode.Array32 ? sizeof(uint) : 0;
        if (width == 0)
        {
            if ((code & 0xF0) != PackCode.FixArray)
            {
                return WrongType(code);
            }

            elements = code & 0x0Fu;
            _rest = _rest[1..];
            return RejectReason.None;
        }

        if (!TryTakeBigEndian(width, out ulong wide))
        {
            return RejectReason.MalformedPack;
        }

        elements = (uint)wide;
        return RejectReason.None;
    }

    /// <summary>Takes a text or bytes, whichever the sender calls it.</summary>
    public RejectReason TakeText(ref ReadOnlySpan<byte> text)
    {
        if (_rest.IsEmpty)
        {
            return RejectReason.MalformedPack;
        }

        byte code = _rest[0];
        ulong length = code & 0x1Fu;
        if ((code & 0xE0) == PackCode.FixStr)
        {
            _rest = _rest[1..];
        }
        else
        {
            int width = code switch
            {
                PackCode.Str8 or PackCode.Bin8 => sizeof(byte),
                PackCode.Str16 or PackCode.Bin16 => sizeof(ushort),
                PackCode.Str32 or PackCode.Bin32 => sizeof(uint),
                _ => 0,
            };
            if (width == 0)
            {
                return WrongType(code);
            }

            if (!TryTakeBigEndian(width, out length))
            {
                return RejectReason.MalformedPack;
            }
        }

        if (length > (ulong)_rest.Length)
        {
            return RejectReason.MalformedPack;
        }

        text = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return RejectReason.None;
    }

    /// <summary>Takes an integer from 0 to <paramref name="max"/> of any width.</summary>
    public RejectReason TakeInteger(RejectReason outOfRange, long max, ref long value)
    {
        RejectReason reason = TakeAnyInteger(out ulong bits, out bool isNegative);
        if (reason != RejectReason.None)
        {
            return reason;
        }

        value = (long)bits;
        return isNegative || bits > (ulong)max ? outOfRange : RejectReason.None;
    }

    /// <summary>Takes a finite number, or nil and leaves the value alone.</summary>
    public RejectReason TakeNumber(ref double value)
    {
        if (_rest.Length > sizeof(double) && _rest[0] == PackCode.Float64)
        {
            value = BinaryPrimitives.ReadDoubleBigEndian(_rest[1..]);
            _rest = _rest[(1 + sizeof(double))..];
            return double.IsFinite(value) ? RejectReason.None : RejectReason.OutOfRange;
        }

        return TakeNumberSlow(ref value);
    }

    private static RejectReason WrongType(byte code) => code == PackCode.NeverUsed ? RejectReason.MalformedPack : RejectReason.WrongType;

    private RejectReason TakeNumberSlow(ref double value)
    {
        if (TryTakeNil())
        {
            return RejectReason.None;
        }

        if (!_rest.IsEmpty && _rest[0] is PackCode.Float32 or PackCode.Float64)
        {
            // A whole 64-bit float was taken before: this one is cut off.
            if (_rest[0] == PackCode.Float64 || !TryTakeBigEndian(sizeof(float), out ulong single))
            {
                return RejectReason.MalformedPack;
            }

            value = BitConverter.UInt32BitsToSingle((uint)single);
            return double.IsFinite(value) ? RejectReason.None : RejectReason.OutOfRange;
        }

        RejectReason reason = TakeAnyInteger(out ulong bits, out bool isNegative);
        value = isNegative ? (long)bits : bits;
        return reason;
    }

    private RejectReason TakeAnyInteger(out ulong bits, out bool isNegative)
    {
        bits = 0;
        isNegative = false;
        if (_rest.IsEmpty)
        {
            return RejectReason.MalformedPack;
        }

        byte code = _rest[0];
        if (code is <= PackCode.MaxPositiveFixInt or >= PackCode.MinNegativeFixInt)
        {
            bits = (ulong)(sbyte)code;
            isNegative = code >= PackCode.MinNegativeFixInt;
            _rest = _rest[1..];
            return RejectReason.None;
        }

        if (code is < PackCode.UInt8 or > PackCode.Int64)
        {
            return WrongType(code);
        }

        int width = 1 << ((code - PackCode.UInt8) & 3);
        if (!TryTakeBigEndian(width, out bits))
        {
            return RejectReason.MalformedPack;
        }

        if (code >= PackCode.Int8)
        {
            int unused = 64 - (width * 8);
            bits = (ulong)((long)(bits << unused) >> unused);
            isNegative = (long)bits < 0;
        }

        return RejectReason.None;
    }

    // Takes the code and the bytes behind it.
    private bool TryTakeBigEndian(int width, out ulong value)
    {
        value = 0;
        if (_rest.Length <= width)
        {
            return false;
        }

        ReadOnlySpan<byte> bytes = _rest[1..];
        value = width switch
        {
            sizeof(byte) => bytes[0],
            sizeof(ushort) => BinaryPrimitives.ReadUInt16BigEndian(bytes),
            sizeof(uint) => BinaryPrimitives.ReadUInt32BigEndian(bytes),
            _ => BinaryPrimitives.ReadUInt64BigEndian(bytes),
        };
        _rest = bytes[width..];
        return true;
    }
}
