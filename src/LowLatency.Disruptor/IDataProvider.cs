namespace Disruptor;

/// <summary>Gives the events of sequences. Any thread that owns the sequence.</summary>
/// <typeparam name="T">The event.</typeparam>
public interface IDataProvider<T>
    where T : class
{
    /// <summary>The event of <paramref name="sequence"/>.</summary>
    /// <param name="sequence">A claimed or published sequence.</param>
    T this[long sequence] { get; }

    /// <summary>The events from <paramref name="lo"/> to <paramref name="hi"/>, or only as many as lie side by side: at least one.</summary>
    /// <param name="lo">The first sequence.</param>
    /// <param name="hi">The last sequence.</param>
    EventBatch<T> GetBatch(long lo, long hi);
}
