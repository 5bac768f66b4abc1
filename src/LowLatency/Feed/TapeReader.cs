namespace LowLatency.Feed;

/// <summary>Where and why a tape ends.</summary>
public enum TapeEnd : byte
{
    /// <summary>It has not ended yet.</summary>
    NotYet,

    /// <summary>After its last record.</summary>
    Whole,

    /// <summary>Within a record: the recorder was cut off. Everything before is good.</summary>
    TornTail,

    /// <summary>At a record whose checksum is wrong. Nothing behind it can be trusted.</summary>
    WrongChecksum,

    /// <summary>At a record of an impossible length, kind or time.</summary>
    BadRecord,
}

/// <summary>One record. Its payload is valid until the next is read.</summary>
public readonly ref struct TapeRecord
{
    /// <summary>What it is.</summary>
    public TapeRecordKind Kind { get; init; }

    /// <summary>Nanoseconds from the start of the tape to its arrival.</summary>
    public long ArrivalNs { get; init; }

    /// <summary>The message; empty where there is none.</summary>
    public ReadOnlySpan<byte> Payload { get; init; }
}

/// <summary>Reads a tape record by record, up to the last whole one. One thread; one buffer, as long as the longest record.</summary>
public sealed class TapeReader : IDisposable
{
    private const int InitialBufferBytes = 64 << 10;

    private readonly Stream _file;
    private byte[] _buffer = new byte[InitialBufferBytes];
    private int _from;
    private int _to;
    private long _lastArrivalNs;

    /// <summary>Opens a tape and owns the file from then on.</summary>
    /// <exception cref="InvalidDataException">It is no tape, or not of this version.</exception>
    public TapeReader(Stream file)
    {
        _file = file;
        FeedFormat format = default;
        long startUtcMs = 0;
        string? problem = TryFill(TapeFormat.FileHeaderBytes)
            ? TapeFormat.ReadFileHeader(_buffer.AsSpan(0, TapeFormat.FileHeaderBytes), out format, out startUtcMs)
            : "it is too short for a tape";
        if (problem is not null)
        {
            file.Dispose();
            throw new InvalidDataException($"the tape cannot be read: {problem}");
        }

        _from = TapeFormat.FileHeaderBytes;
        (Format, StartUtcMs) = (format, startUtcMs);
    }

    /// <summary>What the feed's text messages were.</summary>
    public FeedFormat Format { get; }

    /// <summary>When the recording began, Unix milliseconds.</summary>
    public long StartUtcMs { get; }

    /// <summary>Why there are no more records; <see cref="TapeEnd.NotYet"/> while there may be.</summary>
    public TapeEnd End { get; private set; }

    /// <summary>Bytes of the file that belong to whole records, its header included.</summary>
    public long GoodBytes { get; private set; } = TapeFormat.FileHeaderBytes;

    /// <summary>Reads the next record; false at the <see cref="End"/>.</summary>
    public bool TryRead(out TapeRecord record)
    {
        record = default;
        if (End != TapeEnd.NotYet)
        {
            return false;
        }

        if (!TryFill(TapeFormat.RecordHeaderBytes))
        {
            End = _from == _to ? TapeEnd.Whole : TapeEnd.TornTail;
            return false;
        }

        TapeFormat.ReadRecordHeader(_buffer.AsSpan(_from), out uint length, out TapeRecordKind kind, out long arrivalNs, out uint checksum);
        if (length > TapeFormat.MaxPayloadBytes || kind == 0 || arrivalNs < 0)
        {
            End = TapeEnd.BadRecord;
            return false;
        }

        int whole = TapeFormat.RecordHeaderBytes + (int)length;
        if (!TryFill(whole))
        {
            End = TapeEnd.TornTail;
            return false;
        }

        ReadOnlySpan<byte> payload = _buffer.AsSpan(_from + TapeFormat.RecordHeaderBytes, (int)length);
        if (TapeFormat.Checksum(_buffer.AsSpan(_from, TapeFormat.RecordHeaderBytes), payload) != checksum)
        {
            End = TapeEnd.WrongChecksum;
            return false;
        }

        // Arrivals of one connection never go back; a clock that did is read as standing.
        _lastArrivalNs = Math.Max(_lastArrivalNs, arrivalNs);
        _from += whole;
        GoodBytes += whole;
        record = new TapeRecord { Kind = kind, ArrivalNs = _lastArrivalNs, Payload = payload };
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    // Has that many bytes ready, or all that are left.
    private bool TryFill(int wanted)
    {
        while (_to - _from < wanted)
        {
            if (_buffer.Length - _from < wanted)
            {
                byte[] target = wanted > _buffer.Length ? new byte[wanted] : _buffer;
                _buffer.AsSpan(_from, _to - _from).CopyTo(target);
                (_buffer, _from, _to) = (target, 0, _to - _from);
            }

            int read = _file.Read(_buffer, _to, _buffer.Length - _to);
            if (read == 0)
            {
                return false;
            }

            _to += read;
        }

        return true;
    }
}
