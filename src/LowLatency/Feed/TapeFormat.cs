using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace LowLatency.Feed;

/// <summary>What one record of a tape is.</summary>
public enum TapeRecordKind : byte
{
    /// <summary>A text message.</summary>
    Text = 1,

    /// <summary>A binary message.</summary>
    Binary,

    /// <summary>A connection was opened.</summary>
    Connected,

    /// <summary>An open connection was lost.</summary>
    Interrupted,

    /// <summary>Records that the tape had no room for; the payload is their number, eight bytes.</summary>
    Lost,
}

/// <summary>
/// The bytes of a tape, little endian. The file begins with a header of 24 bytes: <c>LLTAPE</c>, version u16, format u8,
/// seven zeros, start of the recording in Unix milliseconds i64. Each record is a header of 20 bytes (payload length u32,
/// kind u8, three zeros, arrival in nanoseconds since the start i64, CRC-32C u32 over the 16 bytes before and the payload) and
/// its payload.
/// </summary>
internal static class TapeFormat
{
    public const ushort Version = 1;
    public const int FileHeaderBytes = 24;
    public const int RecordHeaderBytes = 20;
    public const int MaxPayloadBytes = WebSocketFrameDecoder.DefaultMaxMessageBytes;

    private const int VersionAt = 6, FormatAt = 8, StartAt = 16;
    private const int KindAt = 4, ArrivalAt = 8, ChecksumAt = 16;

    private static ReadOnlySpan<byte> Magic => "LLTAPE"u8;

    public static void WriteFileHeader(Span<byte> header, FeedFormat format, long startUtcMs)
    {
        header.Clear();
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header[VersionAt..], Version);
        header[FormatAt] = (byte)format;
        BinaryPrimitives.WriteInt64LittleEndian(header[StartAt..], startUtcMs);
    }

    /// <summary>Null where the header is a tape's, otherwise what is wrong with it.</summary>
    public static string? ReadFileHeader(ReadOnlySpan<byte> header, out FeedFormat format, out long startUtcMs)
    {
        format = (FeedFormat)header[FormatAt];
        startUtcMs = BinaryPrimitives.ReadInt64LittleEndian(header[StartAt..]);
        ushort version = BinaryPrimitives.ReadUInt16LittleEndian(header[VersionAt..]);
        return !header.StartsWith(Magic) ? "it is no tape"
            : version != Version ? $"it is a tape of version {version}; this program reads version {Version}"
            : !Enum.IsDefined(format) || startUtcMs is < 0 or > SnapshotParser.MaxTimestampMs ? "its header is damaged"
            : null;
    }

    public static void WriteRecord(Span<byte> record, TapeRecordKind kind, long arrivalNs, ReadOnlySpan<byte> payload)
    {
        BinaryPrimitives.WriteInt32LittleEndian(record, payload.Length);
        BinaryPrimitives.WriteInt32LittleEndian(record[KindAt..], (int)kind);
        BinaryPrimitives.WriteInt64LittleEndian(record[ArrivalAt..], arrivalNs);
        BinaryPrimitives.WriteUInt32LittleEndian(record[ChecksumAt..], Checksum(record[..ChecksumAt], payload));
        payload.CopyTo(record[RecordHeaderBytes..]);
    }

    public static void ReadRecordHeader(ReadOnlySpan<byte> header, out uint length, out TapeRecordKind kind, out long arrivalNs, out uint checksum)
    {
        length = BinaryPrimitives.ReadUInt32LittleEndian(header);
        uint kindBits = BinaryPrimitives.ReadUInt32LittleEndian(header[KindAt..]);
        kind = kindBits is >= (uint)TapeRecordKind.Text and <= (uint)TapeRecordKind.Lost ? (TapeRecordKind)kindBits : 0;
        arrivalNs = BinaryPrimitives.ReadInt64LittleEndian(header[ArrivalAt..]);
        checksum = BinaryPrimitives.ReadUInt32LittleEndian(header[ChecksumAt..]);
    }

    /// <summary>CRC-32C over a record's header without its last field, and its payload.</summary>
    public static uint Checksum(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload) => ~Append(Append(uint.MaxValue, header[..ChecksumAt]), payload);

    private static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (ulong word in MemoryMarshal.Cast<byte, ulong>(bytes))
        {
            crc = BitOperations.Crc32C(crc, word);
        }

        foreach (byte rest in bytes[(bytes.Length & ~7)..])
        {
            crc = BitOperations.Crc32C(crc, rest);
        }

        return crc;
    }
}
