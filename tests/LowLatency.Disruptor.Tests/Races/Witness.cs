using Disruptor;

namespace LowLatency.Disruptor.Tests.Races;

/// <summary>What a consumer can find where it expects an event.</summary>
public enum Outcome
{
    /// <summary>All fields, as they were published. The only one that is allowed.</summary>
    Whole,

    /// <summary>What was in the slot before: the sequence was visible before the event.</summary>
    Older,

    /// <summary>What belongs to a later lap: the producer has overtaken the consumer.</summary>
    Later,

    /// <summary>Fields of different events.</summary>
    Torn,

    /// <summary>A sequence twice, not at all, or before its turn.</summary>
    OutOfPlace,

    /// <summary>Whole at first, another one while the consumer was still at it.</summary>
    Overwritten,

    /// <summary>Before the cursor had reached it, or a consumer that it has to come after.</summary>
    Early,

    /// <summary>Published, and not seen for seconds.</summary>
    LeftBehind,
}

/// <summary>
/// A consumer that counts outcomes: the body of a handler or a poll, and what is asked about it. On the thread of its
/// consumer, but for <see cref="Seen"/>; the counts are read when that has ended.
/// </summary>
public class Witness
{
    private readonly long[] _counts = new long[Enum.GetValues<Outcome>().Length];
    private long _seen = -1;

    /// <summary>The last sequence seen. Any thread.</summary>
    public long Seen => Volatile.Read(ref _seen);

    /// <summary>Consumers that must see an event before this one does.</summary>
    public Witness[] Before { get; set; } = [];

    /// <summary>Whether it leaves a word in the event while it is at it. One consumer at a time can.</summary>
    public bool LeavesNote { get; init; }

    public virtual int? MaxBatchSize => null;

    public long this[Outcome outcome] => _counts[(int)outcome];

    public void Count(Outcome outcome) => _counts[(int)outcome]++;

    /// <summary>Goes on behind <paramref name="sequence"/>.</summary>
    public void StartAfter(long sequence) => Volatile.Write(ref _seen, sequence);

    /// <summary>Sees one event: first what is in it, then, when done, whether it still is.</summary>
    public void See<T>(ref T data, long sequence, bool endOfBatch)
        where T : IMarked
    {
        var mark = data.Read();
        var outcome = Judge(mark, sequence);
        Count(sequence == _seen + 1 ? outcome : Outcome.OutOfPlace);
        foreach (var witness in Before)
        {
            if (witness.Seen < sequence)
            {
                Count(Outcome.Early);
            }
        }

        if (LeavesNote)
        {
            data.Note(~sequence);
        }

        Linger(sequence, endOfBatch);
        if (data.Read() != mark || (LeavesNote && !data.HasNote(~sequence)))
        {
            Count(Outcome.Overwritten);
        }

        Volatile.Write(ref _seen, sequence);
        Done(sequence);
    }

    /// <summary>Fails unless it saw something and nothing that is forbidden.</summary>
    public void AssertOnlyWhole()
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"{this[Outcome.Whole]} whole");
        var forbidden = Enum.GetValues<Outcome>().Where(o => o != Outcome.Whole && this[o] != 0).ToArray();
        Assert.True(
            forbidden.Length == 0,
            string.Join(", ", forbidden.Select(o => $"{this[o]} {o}")) + $" beside {this[Outcome.Whole]} whole, up to {Seen}");
    }

    public virtual void OnBatchStart(long batchSize)
    {
    }

    public virtual void OnStart()
    {
    }

    public virtual void OnShutdown()
    {
    }

    public virtual void OnTimeout(long sequence)
    {
    }

    /// <summary>The mark that belongs to a sequence is the sequence itself, unless a witness knows better.</summary>
    protected virtual Outcome Judge(long mark, long sequence) =>
        mark == sequence ? Outcome.Whole
        : mark == IMarked.Torn ? Outcome.Torn
        : mark < sequence ? Outcome.Older
        : Outcome.Later;

    /// <summary>While it is at the event.</summary>
    protected virtual void Linger(long sequence, bool endOfBatch)
    {
    }

    /// <summary>After it was seen to be done with the event.</summary>
    protected virtual void Done(long sequence)
    {
    }
}

/// <summary>A witness as handler of structs.</summary>
public sealed class ValueWitness<T>(Witness witness) : IValueEventHandler<T>
    where T : struct, IMarked
{
    public int? MaxBatchSize => witness.MaxBatchSize;

    public void OnEvent(ref T data, long sequence, bool endOfBatch) => witness.See(ref data, sequence, endOfBatch);

    public void OnBatchStart(long batchSize) => witness.OnBatchStart(batchSize);

    public void OnStart() => witness.OnStart();

    public void OnShutdown() => witness.OnShutdown();

    public void OnTimeout(long sequence) => witness.OnTimeout(sequence);
}

/// <summary>A witness as handler of objects.</summary>
public sealed class ObjectWitness(Witness witness) : IEventHandler<EventObject>
{
    public int? MaxBatchSize => witness.MaxBatchSize;

    public void OnEvent(EventObject data, long sequence, bool endOfBatch) => witness.See(ref data, sequence, endOfBatch);

    public void OnBatchStart(long batchSize) => witness.OnBatchStart(batchSize);

    public void OnStart() => witness.OnStart();

    public void OnShutdown() => witness.OnShutdown();

    public void OnTimeout(long sequence) => witness.OnTimeout(sequence);
}
