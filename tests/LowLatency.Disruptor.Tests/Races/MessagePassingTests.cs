using Disruptor;
using Disruptor.Dsl;

namespace LowLatency.Disruptor.Tests.Races;

/// <summary>
/// Message passing: an event is complete when its sequence is visible.
/// <code>
/// producer                      consumer
///   write all fields              sequence visible? (stamp, cursor, poll, barrier)
///   publish the sequence          read all fields
///
/// allowed     the event of that sequence, whole, and a cursor that has reached it
/// forbidden   that of an older lap, parts of two, one of a later lap; a cursor below
/// </code>
/// </summary>
[Collection(nameof(Spinning))]
public sealed class MessagePassingTests
{
    private const int Size = 16;

    public static MatrixTheoryData<Payload, ProducerType> Rings { get; } = new(Subject.Kinds, Subject.ProducerTypes);

    [Theory]
    [MemberData(nameof(Rings))]
    public async Task A_handler_finds_each_event_complete(Payload kind, ProducerType producers)
    {
        foreach (var interrupted in (bool[])[false, true])
        {
            using var subject = Subject.Make(kind, producers, Size);
            var witness = new CursorWitness(subject);
            subject.Wire(Shape.Chain, witness);
            await subject.Start().Within();
            var deadline = Race.For(130);
            Action[] others = interrupted ? [Race.Interrupt(deadline)] : [];
            await Race.Run(deadline, [.. Publishers(subject, deadline), .. others]);
            await subject.Shutdown().Within();
            AssertAllSeen(subject, witness);
        }
    }

    [Theory]
    [MemberData(nameof(Rings))]
    public async Task A_poller_finds_each_event_complete(Payload kind, ProducerType producers)
    {
        using var subject = Subject.Make(kind, producers, Size);
        var witness = new CursorWitness(subject);
        var (poll, sequence) = subject.NewPoller(witness);
        subject.Ring.AddGatingSequences(sequence);
        using var allPublished = new CancellationTokenSource();
        await RunBeside(subject, allPublished, () =>
        {
            while (!allPublished.IsCancellationRequested || witness.Seen < subject.Ring.Cursor)
            {
                if (poll() != EventPoller.PollState.Processing)
                {
                    Thread.Yield();
                }
            }
        });
        AssertAllSeen(subject, witness);
    }

    [Theory]
    [MemberData(nameof(Rings))]
    public async Task Whoever_waits_at_a_barrier_finds_each_event_complete(Payload kind, ProducerType producers)
    {
        using var subject = Subject.Make(kind, producers, Size);
        var witness = new CursorWitness(subject);
        var sequence = new Sequence();
        subject.Ring.AddGatingSequences(sequence);
        var barrier = subject.Ring.NewBarrier(SequenceWaiterOwner.Unknown);
        using var allPublished = new CancellationTokenSource();
        await RunBeside(subject, allPublished, () =>
        {
            while (!allPublished.IsCancellationRequested || witness.Seen < subject.Ring.Cursor)
            {
                var available = Available(subject, barrier, witness.Seen + 1, allPublished.Token);
                while (witness.Seen < available)
                {
                    subject.See(witness, witness.Seen + 1);
                }

                sequence.SetValue(witness.Seen);
            }
        });
        AssertAllSeen(subject, witness);
    }

    private static Action[] Publishers(Subject subject, Deadline deadline) =>
        [.. Enumerable.Range(0, subject.Producers == ProducerType.Single ? 1 : 2).Select(i => (Action)(() =>
        {
            var random = new Random(i);
            do
            {
                switch (random.Next(8))
                {
                    case 0:
                        subject.Publish(random.Next(1, Size));
                        break;
                    case 1:
                        subject.PublishScope(random.Next(1, Size));
                        break;
                    case 2:
                        subject.PublishScope();
                        break;
                    default:
                        subject.Publish();
                        break;
                }

                Race.Stall(random);
            }
            while (!deadline.IsOver);
        }))];

    /// <summary>What alone may be read at a barrier: of several producers WaitFor tells what they have claimed.</summary>
    private static long Available(Subject subject, SequenceBarrier barrier, long next, CancellationToken allPublished)
    {
        try
        {
            return subject.Producers == ProducerType.Single
                ? barrier.WaitFor(next, allPublished).UnsafeAvailableSequence
                : barrier.WaitForPublishedSequence(next, allPublished).UnsafeAvailableSequence;
        }
        catch (OperationCanceledException)
        {
            return subject.Ring.Cursor;
        }
    }

    /// <summary>Runs a consumer, which ends when all is published and seen, beside the publishers.</summary>
    private static Task RunBeside(Subject subject, CancellationTokenSource allPublished, Action consumer)
    {
        var deadline = Race.For(200);
        var publishers = Publishers(subject, deadline);
        var left = publishers.Length;
        return Race.Run(deadline, [consumer, .. publishers.Select(publish => (Action)(() =>
        {
            publish();
            if (Interlocked.Decrement(ref left) == 0)
            {
                allPublished.Cancel();
            }
        }))]);
    }

    private static void AssertAllSeen(Subject subject, Witness witness)
    {
        witness.AssertOnlyWhole();
        Assert.Equal(subject.Ring.Cursor, witness.Seen);
        Assert.Equal(witness.Seen + 1, witness[Outcome.Whole]);
        Assert.NotEqual(-1, witness.Seen);
    }

    /// <summary>Whoever sees an event sees a cursor that has passed it, whichever of the two it went by.</summary>
    private sealed class CursorWitness(Subject subject) : Witness
    {
        protected override void Linger(long sequence, bool endOfBatch)
        {
            if (subject.Ring.Cursor < sequence)
            {
                Count(Outcome.Early);
            }
        }
    }
}
