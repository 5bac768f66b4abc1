namespace LowLatency.Disruptor.Tests;

/// <summary>An event that shows when it is torn, stale or out of place: every field is a function of the sequence.</summary>
public struct Tape
{
    public long Sequence;
    public long Mixed;
    public long SeenByA;
    public long SeenByB;
    public long Last;

    public static long Mix(long sequence) => (sequence + 1) * unchecked((long)0x9E3779B97F4A7C15);

    public void Write(long sequence)
    {
        Sequence = sequence;
        Mixed = Mix(sequence);
        SeenByA = -1;
        SeenByB = -1;
        Last = ~Mixed;
    }

    public readonly bool IsWhole(long sequence) =>
        Sequence == sequence && Mixed == Mix(sequence) && Last == ~Mix(sequence);

    public override readonly string ToString() => $"tape {Sequence}";
}

/// <summary>The same event as an object.</summary>
public sealed class Page
{
    public Tape Tape;

    public override string ToString() => $"page {Tape.Sequence}";
}

/// <summary>The same event as a struct that holds a reference.</summary>
public struct Note
{
    public string? Text;
    public Tape Tape;
}
