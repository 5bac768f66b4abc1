using System.Buffers.Text;

namespace LowLatency.Feed;

/// <summary>Reads single values of known type. A value of another type is skipped by the grammar's rules first: broken JSON is told as such.</summary>
internal static class JsonValues
{
    /// <summary>Skips the value that has the wrong type: broken grammar in it is the graver fault.</summary>
    public static RejectReason WrongType(scoped ref JsonCursor json) =>
        json.SkipValue(SnapshotParser.MaxDepth) is var skipped and not RejectReason.None ? skipped : RejectReason.WrongType;

    /// <summary>Reads a base58 text; an escaped one is no key.</summary>
    public static RejectReason ReadKey(ref JsonCursor json, ref ReadOnlySpan<byte> key)
    {
        return !json.IsNext((byte)'"') ? WrongType(ref json)
            : !json.TryReadString(out key, out bool escaped) ? RejectReason.MalformedJson
            : escaped ? RejectReason.InvalidKey
            : RejectReason.None;
    }

    /// <summary>Reads an integer that is not negative.</summary>
    public static RejectReason ReadLong(ref JsonCursor json, RejectReason outOfRange, ref long value)
    {
        RejectReason reason = ReadNumber(ref json, out ReadOnlySpan<byte> number, out bool isInteger);
        return reason != RejectReason.None ? reason
            : !isInteger ? RejectReason.WrongType
            : Utf8Parser.TryParse(number, out value, out int used) && used == number.Length && value >= 0 ? RejectReason.None
            : outOfRange;
    }

    /// <summary>Reads an integer from 0 to <paramref name="max"/>.</summary>
    public static RejectReason ReadInt(ref JsonCursor json, int max, ref int value)
    {
        long wide = 0;
        RejectReason reason = ReadLong(ref json, RejectReason.OutOfRange, ref wide);
        value = (int)Math.Min(wide, int.MaxValue);
        return reason != RejectReason.None ? reason : wide > max ? RejectReason.OutOfRange : RejectReason.None;
    }

    /// <summary>Reads any number.</summary>
    public static RejectReason ReadDouble(ref JsonCursor json, ref double value)
    {
        RejectReason reason = ReadNumber(ref json, out ReadOnlySpan<byte> number, out _);
        if (reason == RejectReason.None)
        {
            value = DecimalText.ToDouble(number);
        }

        return reason;
    }

    /// <summary>Takes a number as it is written.</summary>
    public static RejectReason ReadNumber(scoped ref JsonCursor json, out ReadOnlySpan<byte> number, out bool isInteger)
    {
        number = default;
        isInteger = false;
        return !json.IsNumberNext ? WrongType(ref json)
            : json.TryReadNumber(out number, out isInteger) ? RejectReason.None
            : RejectReason.MalformedJson;
    }
}
