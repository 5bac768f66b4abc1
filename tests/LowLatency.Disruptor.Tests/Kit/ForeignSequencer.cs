using Disruptor;

namespace LowLatency.Disruptor.Tests;

/// <summary>A sequencer of somebody else: does what another one does, and is none of the library's types.</summary>
public sealed class ForeignSequencer(ISequencer inner) : ISequencer
{
    public int BufferSize => inner.BufferSize;

    public long Cursor => inner.Cursor;

    public bool HasAvailableCapacity(int requiredCapacity) => inner.HasAvailableCapacity(requiredCapacity);

    public long GetRemainingCapacity() => inner.GetRemainingCapacity();

    public long Next() => inner.Next();

    public long Next(int n) => inner.Next(n);

    public bool TryNext(out long sequence) => inner.TryNext(out sequence);

    public bool TryNext(int n, out long sequence) => inner.TryNext(n, out sequence);

    public void Publish(long sequence) => inner.Publish(sequence);

    public void Publish(long lo, long hi) => inner.Publish(lo, hi);

    public void Claim(long sequence) => inner.Claim(sequence);

    public bool IsAvailable(long sequence) => inner.IsAvailable(sequence);

    public long GetHighestPublishedSequence(long nextSequence, long availableSequence) =>
        inner.GetHighestPublishedSequence(nextSequence, availableSequence);

    public void AddGatingSequences(params Sequence[] gatingSequences) => inner.AddGatingSequences(gatingSequences);

    public bool RemoveGatingSequence(Sequence sequence) => inner.RemoveGatingSequence(sequence);

    public long GetMinimumSequence() => inner.GetMinimumSequence();

    public SequenceBarrier NewBarrier(SequenceWaiterOwner owner, params Sequence[] sequencesToTrack)
    {
        // The barrier asks this sequencer, not the one inside.
        using var barrier = inner.NewBarrier(owner, sequencesToTrack);
        return new SequenceBarrier(this, new Waiter(barrier.DependentSequences), barrier.DependentSequences);
    }

    public EventPoller<T> NewPoller<T>(IDataProvider<T> provider, params Sequence[] gatingSequences)
        where T : class =>
        inner.NewPoller(provider, gatingSequences);

    public ValueEventPoller<T> NewPoller<T>(IValueDataProvider<T> provider, params Sequence[] gatingSequences)
        where T : struct =>
        inner.NewPoller(provider, gatingSequences);

    private sealed class Waiter(DependentSequenceGroup dependentSequences) : ISequenceWaiter
    {
        public SequenceWaitResult WaitFor(long sequence, CancellationToken cancellationToken)
        {
            while (dependentSequences.Value < sequence)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Thread.Yield();
            }

            return dependentSequences.Value;
        }

        public void Cancel()
        {
        }

        public void Dispose()
        {
        }
    }
}
