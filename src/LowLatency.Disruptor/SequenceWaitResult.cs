namespace Disruptor;

/// <summary>How a wait ended: with an available sequence, or with a timeout.</summary>
public readonly record struct SequenceWaitResult
{
    /// <summary>The wait strategy gave up before the sequence was there. Not an end: the processor tells its handler and waits again.</summary>
    public static readonly SequenceWaitResult Timeout = new(TimeoutValue);

    // Below every sequence that can be waited for or returned.
    private const long TimeoutValue = -3;

    /// <summary>Makes the result of a wait that ended well.</summary>
    /// <param name="availableSequence">The available sequence.</param>
    public SequenceWaitResult(long availableSequence) => UnsafeAvailableSequence = availableSequence;

    /// <summary>The available sequence, which may be higher than the one waited for. Meaningless after a timeout.</summary>
    public long UnsafeAvailableSequence { get; }

    /// <summary>The available sequence; null after a timeout.</summary>
    public long? AvailableSequence => IsTimeout ? null : UnsafeAvailableSequence;

    /// <summary>Whether the wait timed out.</summary>
    public bool IsTimeout => UnsafeAvailableSequence == TimeoutValue;

    /// <summary>The result of a wait that ended well.</summary>
    /// <param name="availableSequence">The available sequence.</param>
    public static implicit operator SequenceWaitResult(long availableSequence) => new(availableSequence);
}
