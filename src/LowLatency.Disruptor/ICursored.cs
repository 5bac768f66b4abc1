namespace Disruptor;

/// <summary>Something with a published position.</summary>
public interface ICursored
{
    /// <summary>The last published sequence, -1 before the first. Any thread.</summary>
    long Cursor { get; }
}
