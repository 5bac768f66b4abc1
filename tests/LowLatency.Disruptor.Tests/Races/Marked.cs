using System.Runtime.CompilerServices;

namespace LowLatency.Disruptor.Tests.Races;

/// <summary>An event all of whose fields are functions of one number, the mark: it shows when it is torn or of another lap.</summary>
public interface IMarked
{
    /// <summary>What <see cref="Read"/> gives where the fields do not belong together.</summary>
    const long Torn = long.MinValue;

    /// <summary>The producer's: writes every field, and takes away the note.</summary>
    void Write(long mark);

    /// <summary>The mark, if every field agrees with it.</summary>
    long Read();

    /// <summary>One consumer's own word in the event, gone when the producer writes again. Events of one field have none.</summary>
    void Note(long word);

    bool HasNote(long word);
}

/// <summary>Eight slots to a cache line, stamp included four.</summary>
public struct Event8 : IMarked
{
    private long _mark;

    public void Write(long mark) => _mark = mark;

    public readonly long Read() => _mark;

    public readonly void Note(long word)
    {
    }

    public readonly bool HasNote(long word) => true;
}

/// <summary>The largest event that shares a cache line with its stamp.</summary>
public struct Event56 : IMarked
{
    private Seven _fields;

    public void Write(long mark) => Fields.Write(_fields, mark);

    public readonly long Read() => Fields.Read(_fields);

    public void Note(long word) => _fields[^1] = word;

    public readonly bool HasNote(long word) => _fields[^1] == word;
}

/// <summary>An event of several cache lines.</summary>
public struct Event256 : IMarked
{
    private ThirtyTwo _fields;

    public void Write(long mark) => Fields.Write(_fields, mark);

    public readonly long Read() => Fields.Read(_fields);

    public void Note(long word) => _fields[^1] = word;

    public readonly bool HasNote(long word) => _fields[^1] == word;
}

public sealed class EventObject : IMarked
{
    private Seven _fields;

    public void Write(long mark) => Fields.Write(_fields, mark);

    public long Read() => Fields.Read(_fields);

    public void Note(long word) => _fields[^1] = word;

    public bool HasNote(long word) => _fields[^1] == word;
}

[InlineArray(7)]
public struct Seven
{
    private long _first;
}

[InlineArray(32)]
public struct ThirtyTwo
{
    private long _first;
}

/// <summary>The fields of an event: the mark, functions of it, and the note.</summary>
internal static class Fields
{
    public static void Write(Span<long> fields, long mark)
    {
        for (var i = 0; i < fields.Length - 1; i++)
        {
            fields[i] = Of(mark, i);
        }

        fields[^1] = 0;
    }

    /// <summary>From the last to the first: against the order of writing, so that an event under way shows.</summary>
    public static long Read(ReadOnlySpan<long> fields)
    {
        var last = fields[^2];
        for (var i = fields.Length - 3; i >= 0; i--)
        {
            if (fields[i] - Of(0, i) != last - Of(0, fields.Length - 2))
            {
                return IMarked.Torn;
            }
        }

        return fields[0];
    }

    private static long Of(long mark, int i) => mark + (i * 0x1234_5678_9ABC);
}
