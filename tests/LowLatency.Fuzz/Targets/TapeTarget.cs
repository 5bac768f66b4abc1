using System.Buffers.Binary;
using LowLatency.Feed;

namespace LowLatency.Fuzz.Targets;

/// <summary>
/// A tape. An even first byte: what follows is the file. An odd one: what follows is cut into records that are written as a tape
/// and then damaged in one place, so that the checksums are right up to there. Read in reads of any length it gives the same
/// records, and everything before the damage.
/// </summary>
internal static class TapeTarget
{
    private const int MaxRecords = 16;

    public static void Run(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
        {
            return;
        }

        InputHash random = new(input);
        if ((input[0] & 1) == 0)
        {
            HoldReadsAlike(input[1..].ToArray(), ref random);
            return;
        }

        (byte[] tape, List<int> ends) = Write(input[1..], ref random);
        int at = TapeFormat.FileHeaderBytes + random.Next(1 + tape.Length - TapeFormat.FileHeaderBytes);
        byte[] damaged = [.. tape];
        if (at < tape.Length && (input[0] & 2) != 0)
        {
            damaged[at] ^= (byte)(1 + random.Next(255));
        }
        else
        {
            damaged = damaged[..at];
        }

        (int records, TapeEnd end, long good) = HoldReadsAlike(damaged, ref random);
        int whole = ends.FindLastIndex(e => e <= at);
        Invariant.Hold(records == whole && good == ends[whole], "the damage costs more or less than what lies behind it");
        Invariant.Hold((end == TapeEnd.Whole) == (damaged.Length == ends[whole]), "the end of the tape is told wrongly");
    }

    private static (byte[] Tape, List<int> Ends) Write(ReadOnlySpan<byte> script, ref InputHash random)
    {
        byte[] tape = new byte[TapeFormat.FileHeaderBytes + script.Length + (MaxRecords * TapeFormat.RecordHeaderBytes)];
        TapeFormat.WriteFileHeader(tape, (FeedFormat)random.Next(3), 1_750_000_000_000);
        int at = TapeFormat.FileHeaderBytes;
        List<int> ends = [at];
        while (!script.IsEmpty && ends.Count <= MaxRecords)
        {
            int length = Math.Min(script.Length, 1 + (script[0] % 64));
            TapeFormat.WriteRecord(tape.AsSpan(at), (TapeRecordKind)(1 + random.Next(5)), random.Next(1 << 30), script[..length]);
            script = script[length..];
            at += TapeFormat.RecordHeaderBytes + length;
            ends.Add(at);
        }

        return (tape[..at], ends);
    }

    private static (int Records, TapeEnd End, long Good) HoldReadsAlike(byte[] file, ref InputHash random)
    {
        (int Records, TapeEnd End, long Good, ulong Hash) whole = Read(new MemoryStream(file));
        (int Records, TapeEnd End, long Good, ulong Hash) pieces = Read(new ShortReads(file, random));
        Invariant.Hold(whole == pieces, "short reads give other records");
        Invariant.Hold(whole.Good <= Math.Max(file.Length, TapeFormat.FileHeaderBytes), "more is good than there is");
        return (whole.Records, whole.End, whole.Good);
    }

    private static (int Records, TapeEnd End, long Good, ulong Hash) Read(Stream file)
    {
        TapeReader reader;
        try
        {
            reader = new TapeReader(file);
        }
        catch (InvalidDataException)
        {
            return (0, TapeEnd.NotYet, 0, 0);
        }

        using TapeReader tape = reader;
        int records = 0;
        long bytes = TapeFormat.FileHeaderBytes;
        long last = 0;
        ulong hash = 0;
        Span<byte> arrival = stackalloc byte[sizeof(long)];
        while (tape.TryRead(out TapeRecord record))
        {
            records++;
            bytes += TapeFormat.RecordHeaderBytes + record.Payload.Length;
            BinaryPrimitives.WriteInt64LittleEndian(arrival, record.ArrivalNs);
            hash = (hash * 31) + InputHash.Fold(record.Payload) + InputHash.Fold(arrival) + (ulong)record.Kind;
            Invariant.Hold(record.ArrivalNs >= last && Enum.IsDefined(record.Kind), "a record goes back in time or has no kind");
            last = record.ArrivalNs;
        }

        Invariant.Hold(tape.End != TapeEnd.NotYet && !tape.TryRead(out _), "an ended tape goes on");
        Invariant.Hold(bytes == tape.GoodBytes, "the good bytes are not those of the records");
        return (records, tape.End, tape.GoodBytes, hash);
    }

    /// <summary>A file whose reads are as short as the input wants.</summary>
    private sealed class ShortReads(byte[] bytes, InputHash random) : MemoryStream(bytes)
    {
        private InputHash _random = random;

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 1 + _random.Next(40)));
    }
}
