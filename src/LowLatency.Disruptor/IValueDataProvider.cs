namespace Disruptor;

/// <summary>Gives the slots of sequences. Any thread that owns the sequence.</summary>
/// <typeparam name="T">The event.</typeparam>
public interface IValueDataProvider<T>
{
    /// <summary>The slot of <paramref name="sequence"/>.</summary>
    /// <param name="sequence">A claimed or published sequence.</param>
    ref T this[long sequence] { get; }
}
