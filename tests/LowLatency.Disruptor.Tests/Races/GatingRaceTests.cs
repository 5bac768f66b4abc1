using Disruptor;
using Disruptor.Dsl;

namespace LowLatency.Disruptor.Tests.Races;

/// <summary>
/// Consumers come and go while producers run.
/// <code>
/// consumer                              producer
///   add own sequence                      look at all sequences, remember the slowest
///   it now says: n is done                claim up to a lap beyond, without another look
///
/// allowed     n + 1, whole, then every one after it
/// forbidden   n + 1 or a later one overwritten before it was seen, left out, or seen twice
/// </code>
/// </summary>
[Collection(nameof(Spinning))]
public sealed class GatingRaceTests
{
    // With one slot the producer looks at the consumers for each event, with several once in a lap.
    private static readonly int[] _sizes = [1, 2, 8];

    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(5);

    public static MatrixTheoryData<Payload, ProducerType> Rings { get; } = new(Subject.Kinds, Subject.ProducerTypes);

    [Theory]
    [MemberData(nameof(Rings))]
    public Task A_consumer_that_comes_where_nobody_else_is_misses_nothing(Payload kind, ProducerType producers) =>
        Run(kind, producers, Race.For(200), others: false, Poll);

    [Theory]
    [MemberData(nameof(Rings))]
    public Task A_consumer_that_comes_beside_others_misses_nothing(Payload kind, ProducerType producers) =>
        Run(kind, producers, Race.For(150), others: true, Poll);

    [Theory]
    [MemberData(nameof(Rings))]
    public Task A_processor_that_is_started_beside_a_running_producer_misses_nothing(Payload kind, ProducerType producers) =>
        Run(kind, producers, Race.For(200), others: true, Process);

    private static async Task Run(
        Payload kind, ProducerType producers, Deadline whole, bool others, Action<Subject, Witness, int> comeAndGo)
    {
        for (var i = 0; i < _sizes.Length; i++)
        {
            using var subject = Subject.Make(kind, producers, _sizes[i]);
            await Run(subject, whole.Part(1.0 / (_sizes.Length - i)), others, comeAndGo);
        }
    }

    private static async Task Run(Subject subject, Deadline deadline, bool others, Action<Subject, Witness, int> comeAndGo)
    {
        var other = new Witness();
        if (others)
        {
            subject.Wire(Shape.Parallel, other);
            await subject.Start().Within();
        }

        var witness = new Witness();
        var visits = 0;
        using var over = new CancellationTokenSource();
        await Race.Run(deadline, [Visit, .. Publishers(subject, others && subject.Producers == ProducerType.Multi ? 2 : 1, over.Token)]);
        TestContext.Current.TestOutputHelper?.WriteLine($"{visits} visits");
        witness.AssertOnlyWhole();
        if (others)
        {
            await subject.Shutdown().Within();
            other.AssertOnlyWhole();
        }

        void Visit()
        {
            var random = new Random(3);
            for (; !deadline.IsOver && witness[Outcome.LeftBehind] == 0; visits++)
            {
                comeAndGo(subject, witness, random.Next(1, 3 * subject.Size));
                Race.Spin(random.Next(2_000));
            }

            over.Cancel();
        }
    }

    /// <summary>
    /// They publish as long as anybody comes, and without a gap: whoever they forget they overtake at once. Several only
    /// beside a consumer: with none at all they overtake each other.
    /// </summary>
    private static Action[] Publishers(Subject subject, int count, CancellationToken over) =>
        [.. Enumerable.Range(0, count).Select(i => (Action)(() =>
        {
            var random = new Random(i);
            while (!over.IsCancellationRequested)
            {
                if (!subject.TryPublish(random.Next(4) == 0 ? random.Next(1, subject.Size + 1) : 1))
                {
                    Thread.Yield();
                }
            }
        }))];

    /// <summary>Sees some events by a poller, then leaves.</summary>
    private static void Poll(Subject subject, Witness witness, int count)
    {
        var (poll, sequence) = subject.NewPoller(witness);
        subject.Ring.AddGatingSequences(sequence);
        var start = sequence.Value;
        witness.StartAfter(start);

        CountUnlessSeen(witness, start + count, () => poll());
        Assert.True(subject.Ring.RemoveGatingSequence(sequence));
    }

    /// <summary>Sees some events on a thread of its own, then leaves.</summary>
    private static void Process(Subject subject, Witness witness, int count)
    {
        using var processor = subject.NewProcessor(witness);
        subject.Ring.AddGatingSequences(processor.Sequence);
        var start = processor.Sequence.Value;
        witness.StartAfter(start);
        processor.Start(TaskScheduler.Default);
        CountUnlessSeen(witness, start + count, () => { });
        Assert.True(processor.Halt().Wait(Patience.Limit));
        Assert.True(subject.Ring.RemoveGatingSequence(processor.Sequence));
    }

    private static void CountUnlessSeen(Witness witness, long sequence, Action look)
    {
        var isSeen = Race.Await(
            () =>
            {
                look();
                return witness.Seen >= sequence;
            },
            _limit);
        if (!isSeen)
        {
            witness.Count(Outcome.LeftBehind);
        }
    }
}
