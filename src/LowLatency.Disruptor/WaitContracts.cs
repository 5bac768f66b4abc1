namespace Disruptor;

/// <summary>What a wait gave: the highest available sequence, or a timeout.</summary>
public readonly struct SequenceWaitResult
{
    private readonly long _value;

    /// <summary>An available sequence.</summary>
    public SequenceWaitResult(long availableSequence) => _value = availableSequence;

    /// <summary>Nothing came in time.</summary>
    public static SequenceWaitResult Timeout => new(long.MinValue);

    /// <summary>Whether nothing came in time.</summary>
    public bool IsTimeout => _value == long.MinValue;

    /// <summary>The available sequence; meaningless on a timeout.</summary>
    public long UnsafeAvailableSequence => _value;
}

/// <summary>Who waits; wait strategies may treat owners differently.</summary>
public sealed class SequenceWaiterOwner
{
    private SequenceWaiterOwner(object? handler) => Handler = handler;

    /// <summary>Somebody who is no event handler.</summary>
    public static SequenceWaiterOwner Unknown { get; } = new(null);

    /// <summary>The handler on whose behalf is waited, or null.</summary>
    public object? Handler { get; }

    /// <summary>An event handler.</summary>
    public static SequenceWaiterOwner EventHandler(object handler) => new(handler);
}

/// <summary>
/// The sequences a consumer must not pass: those of the handlers before it, or the ring's cursor where there are none.
/// Any thread may read.
/// </summary>
public sealed class DependentSequenceGroup
{
    private readonly Sequence _cursor;
    private readonly Sequence[] _dependents;

    /// <summary>A group over <paramref name="dependents"/>, or over the cursor where they are none.</summary>
    public DependentSequenceGroup(Sequence cursor, params Sequence[] dependents)
    {
        _cursor = cursor;
        _dependents = dependents.Length == 0 ? [cursor] : [.. dependents];
        DependsOnCursor = dependents.Length == 0;
    }

    /// <summary>Anything a wait strategy wants to remember.</summary>
    public object? Tag { get; set; }

    /// <summary>Whether only the cursor counts.</summary>
    public bool DependsOnCursor { get; }

    /// <summary>Number of sequences in the group.</summary>
    public int DependentSequenceCount => _dependents.Length;

    /// <summary>The ring's cursor.</summary>
    public long CursorValue => _cursor.Value;

    /// <summary>The lowest sequence of the group.</summary>
    public long Value => DisruptorUtil.GetMinimumSequence(_dependents);
}

/// <summary>Waits on behalf of one consumer. Used by that consumer's thread; <see cref="Cancel"/> by any.</summary>
public interface ISequenceWaiter
{
    /// <summary>Waits until <paramref name="sequence"/> is available; throws <see cref="OperationCanceledException"/> where it was cancelled.</summary>
    SequenceWaitResult WaitFor(long sequence, CancellationToken cancellationToken);

    /// <summary>Wakes the consumer.</summary>
    void Cancel();
}

/// <summary>How consumers wait for the producer.</summary>
public interface IWaitStrategy
{
    /// <summary>Whether a publisher has to signal.</summary>
    bool IsBlockingStrategy { get; }

    /// <summary>A waiter for one consumer.</summary>
    ISequenceWaiter NewSequenceWaiter(SequenceWaiterOwner owner, DependentSequenceGroup dependentSequences);

    /// <summary>Called by the publisher after each publication where <see cref="IsBlockingStrategy"/> holds.</summary>
    void SignalAllWhenBlocking();
}

/// <summary>Arithmetic on sequences and sizes.</summary>
public static class DisruptorUtil
{
    /// <summary>The lowest of <paramref name="sequences"/>, but no more than <paramref name="minimum"/>.</summary>
    public static long GetMinimumSequence(Sequence[] sequences, long minimum = long.MaxValue)
    {
        foreach (Sequence sequence in sequences)
        {
            minimum = Math.Min(minimum, sequence.Value);
        }

        return minimum;
    }

    /// <summary>The power of two that is not below <paramref name="x"/>.</summary>
    public static int CeilingNextPowerOfTwo(int x) => (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)x);
}
