using Disruptor.Dsl;

namespace LowLatency.Disruptor.Tests;

/// <summary>What a sequencer is, without a thought for speed: what is claimed, what is published in each slot, where consumers are.</summary>
internal sealed class SequencerModel(ProducerType producer, int size)
{
    private readonly long[] _published = [.. Enumerable.Repeat(-1L, size)];

    public List<long> Consumers { get; } = [];

    public long Claimed { get; private set; } = -1;

    /// <summary>Claimed and not yet published, in ascending order.</summary>
    public SortedSet<long> Pending { get; } = [];

    public long Cursor { get; private set; } = -1;

    public long MinimumSequence => Consumers.Append(Cursor).Min();

    public long RemainingCapacity => size - (Claimed - Slowest);

    /// <summary>The highest sequence a consumer that has seen everything may have reached.</summary>
    public long Readable => Pending.Count == 0 ? Claimed : Pending.Min - 1;

    private bool IsSingle => producer == ProducerType.Single;

    private long Slowest => Consumers.Append(Claimed).Min();

    /// <summary>
    /// Whether a tape may try to claim: one producer has published what it claimed before it claims past the first lap. What
    /// becomes of unpublished sequences otherwise is not agreed.
    /// </summary>
    public bool MayTry(int n) => !IsSingle || Pending.Count == 0 || Claimed + n < size;

    public bool HasRoom(int n) => Claimed + n - Slowest <= size;

    public long Claim(int n)
    {
        for (var i = 0; i < n; i++)
        {
            Pending.Add(++Claimed);
        }

        Cursor = IsSingle ? Cursor : Claimed;
        return Claimed;
    }

    public void Publish(long lo, long hi)
    {
        // One producer publishes all below at once.
        foreach (var sequence in Pending.Where(s => s <= hi && (IsSingle || s >= lo)).ToArray())
        {
            Pending.Remove(sequence);
            _published[sequence % size] = sequence;
        }

        Cursor = IsSingle ? hi : Cursor;
    }

    public bool IsAvailable(long sequence) => _published[sequence % size] == sequence;

    /// <summary>One producer answers for what it has published; who asks about more gets it back.</summary>
    public long HighestPublished(long lo, long hi)
    {
        for (var sequence = lo; !IsSingle && sequence <= hi; sequence++)
        {
            if (!IsAvailable(sequence))
            {
                return sequence - 1;
            }
        }

        return hi;
    }
}
