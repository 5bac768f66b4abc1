using Disruptor;
using Disruptor.Dsl;

namespace LowLatency.Disruptor.Tests.Races;

/// <summary>
/// A slot is written again when its slowest consumer has left it, and not before.
/// <code>
/// consumer                              producer
///   read the event, leave a note          claim the slot of the next lap
///   linger                                write all fields
///   read the event and the note again
///   own sequence moves on
///
/// allowed     the event and the note, both times
/// forbidden   an event of a later lap, or of two laps; a note that is gone
/// </code>
/// </summary>
[Collection(nameof(Spinning))]
public sealed class SlotReuseTests
{
    private static readonly int[] _sizes = [1, 2, 8];

    public static MatrixTheoryData<Payload, ProducerType> Rings { get; } = new(Subject.Kinds, Subject.ProducerTypes);

    [Theory]
    [MemberData(nameof(Rings))]
    public async Task No_producer_overtakes_the_slowest_of_several_handlers(Payload kind, ProducerType producers)
    {
        var whole = Race.For(500);
        for (var i = 0; i < _sizes.Length; i++)
        {
            using var subject = Subject.Make(kind, producers, _sizes[i]);
            Witness[] witnesses = [new(), new Slow(i) { LeavesNote = true }, new Slow(i + 1)];
            subject.Wire(Shape.Parallel, witnesses);
            await subject.Start().Within();
            var deadline = whole.Part(1.0 / (_sizes.Length - i));
            await Race.Run(deadline, Publishers(subject, deadline));
            await subject.Shutdown().Within();
            Assert.All(witnesses, w => w.AssertOnlyWhole());
            Assert.All(witnesses, w => Assert.Equal(subject.Ring.Cursor, w.Seen));
        }
    }

    [Theory]
    [MemberData(nameof(Rings))]
    public async Task No_producer_overtakes_the_slowest_of_several_pollers(Payload kind, ProducerType producers)
    {
        using var subject = Subject.Make(kind, producers, 4);
        Witness[] witnesses = [new Slow(1) { LeavesNote = true }, new Slow(2)];
        var pollers = Array.ConvertAll(witnesses, subject.NewPoller);
        subject.Ring.AddGatingSequences(Array.ConvertAll(pollers, p => p.Sequence));
        var deadline = Race.For(250);
        await Race.Run(deadline, [.. Publishers(subject, deadline), .. pollers.Select(p => (Action)(() => PollUntil(deadline, p.Poll)))]);

        // What is left, when nobody publishes any more.
        foreach (var (poll, _) in pollers)
        {
            while (poll() == EventPoller.PollState.Processing)
            {
            }
        }

        Assert.All(witnesses, w => w.AssertOnlyWhole());
    }

    /// <summary>They stop where a claim would have to wait for a consumer that has ended.</summary>
    private static Action[] Publishers(Subject subject, Deadline deadline) =>
        [.. Enumerable.Range(0, subject.Producers == ProducerType.Single ? 1 : 2).Select(i => (Action)(() =>
        {
            var random = new Random(i);
            while (!deadline.IsOver)
            {
                if (!subject.TryPublish(random.Next(1, subject.Size + 1)))
                {
                    Thread.Yield();
                }
            }
        }))];

    private static void PollUntil(Deadline deadline, Func<EventPoller.PollState> poll)
    {
        while (!deadline.IsOver)
        {
            if (poll() != EventPoller.PollState.Processing)
            {
                Thread.Yield();
            }
        }
    }

    /// <summary>Takes its time with some events, so that the producer waits for this one.</summary>
    private sealed class Slow(int seed) : Witness
    {
        private readonly Random _random = new(seed);

        protected override void Linger(long sequence, bool endOfBatch)
        {
            if (_random.Next(4) == 0)
            {
                Race.Spin(_random.Next(1_000));
            }
            else if (_random.Next(64) == 0)
            {
                Thread.Yield();
            }
        }
    }
}
