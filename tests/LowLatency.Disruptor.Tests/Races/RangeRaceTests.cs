using Disruptor;
using Disruptor.Dsl;

namespace LowLatency.Disruptor.Tests.Races;

/// <summary>
/// A range that one producer publishes at once is seen at once.
/// <code>
/// consumer, idle                        producer
///   what is published?                    claim n, write n, publish n
///
/// allowed     none of them, or all n
/// forbidden   1 to n - 1 of them
/// </code>
/// Each range is published some nanoseconds to microseconds after the consumer was seen to be done with the one before.
/// </summary>
[Collection(nameof(Spinning))]
public sealed class RangeRaceTests
{
    // Large, so that a range takes its time; below the size from which batches are portions of the ring.
    private const int Size = 1_024;

    public static TheoryData<Payload> Kinds { get; } = [.. Subject.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_handler_that_was_idle_gets_the_whole_range_in_one_batch(Payload kind)
    {
        foreach (var strategy in (string[])["Yielding", "Blocking", "BusySpin"])
        {
            using var subject = Subject.Make(kind, ProducerType.Single, Size, Strategy.Make(strategy));
            var batches = new Batches();
            subject.Wire(Shape.Parallel, batches);
            await subject.Start().Within();
            var published = new List<long>();
            var deadline = Race.For(80);
            await Race.Run(deadline, () => PublishRanges(subject, batches, deadline, published), Race.Interrupt(deadline));
            await subject.Shutdown().Within();
            batches.AssertOnlyWhole();
            Assert.Equal(published, batches.Sizes);
            Assert.Equal(published, batches.Ends);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_poll_finds_the_whole_range_or_nothing(Payload kind)
    {
        using var subject = Subject.Make(kind, ProducerType.Single, Size);
        var batches = new Batches();
        var (poll, sequence) = subject.NewPoller(batches);
        subject.Ring.AddGatingSequences(sequence);
        var published = new List<long>();
        var deadline = Race.For(150);
        var over = false;
        await Race.Run(
            deadline,
            Race.Interrupt(deadline),
            () =>
            {
                PublishRanges(subject, batches, deadline, published);
                Volatile.Write(ref over, true);
            },
            () =>
            {
                while (!Volatile.Read(ref over))
                {
                    poll();
                }
            });
        batches.AssertOnlyWhole();
        Assert.Equal(published, batches.Ends);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_barrier_tells_of_the_whole_range_or_nothing(Payload kind)
    {
        using var subject = Subject.Make(kind, ProducerType.Single, Size);
        var batches = new Batches();
        var sequence = new Sequence();
        subject.Ring.AddGatingSequences(sequence);
        var barrier = subject.Ring.NewBarrier(SequenceWaiterOwner.Unknown);
        var published = new List<long>();
        var deadline = Race.For(150);
        using var over = new CancellationTokenSource();
        await Race.Run(
            deadline,
            Race.Interrupt(deadline),
            () =>
            {
                PublishRanges(subject, batches, deadline, published);
                over.Cancel();
            },
            () =>
            {
                try
                {
                    while (true)
                    {
                        var available = barrier.WaitFor(batches.Seen + 1, over.Token).UnsafeAvailableSequence;
                        batches.Sizes.Add(available - batches.Seen);
                        sequence.SetValue(available);
                        batches.StartAfter(available);
                    }
                }
                catch (OperationCanceledException)
                {
                }
            });
        Assert.Equal(published, batches.Sizes);
    }

    private static void PublishRanges(Subject subject, Batches batches, Deadline deadline, List<long> published)
    {
        var random = new Random(5);
        do
        {
            var count = random.Next(2, Size + 1);
            subject.Publish(count);
            published.Add(count);
            Assert.True(Race.Await(() => batches.Seen == subject.Ring.Cursor, Patience.Limit));
            Race.Spin(random.NextInt64(1L << random.Next(14)));
        }
        while (!deadline.IsOver);
    }

    /// <summary>Notes how long batches are, by what is said before and after.</summary>
    private sealed class Batches : Witness
    {
        private long _lastEnd = -1;

        public List<long> Sizes { get; } = [];

        public List<long> Ends { get; } = [];

        public override void OnBatchStart(long batchSize) => Sizes.Add(batchSize);

        protected override void Linger(long sequence, bool endOfBatch)
        {
            if (endOfBatch)
            {
                Ends.Add(sequence - _lastEnd);
                _lastEnd = sequence;
            }
        }
    }
}
