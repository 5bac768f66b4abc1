using System.Diagnostics;
using Disruptor;
using Disruptor.Dsl;
using LowLatency.Disruptor.Tests.Races;

namespace LowLatency.Disruptor.Tests;

/// <summary>
/// A consumer in a dense stream looks at its producer's line less often. That must not be felt where it would matter: in an
/// idle stream, and on a backlog. The bounds are those of a machine that is busy with other things.
/// </summary>
[Collection(nameof(Spinning))]
public sealed class PacingTests
{
    public static MatrixTheoryData<Payload, ProducerType> Rings { get; } = new(Subject.Kinds, Subject.ProducerTypes);

    [Theory]
    [MemberData(nameof(Rings))]
    public async Task An_event_that_comes_after_the_one_before_was_handled_is_not_held_up(Payload kind, ProducerType producers)
    {
        const int rounds = 400;
        using var subject = Subject.Make(kind, producers, 64);
        var witness = new Witness();
        subject.Wire(Shape.Parallel, witness);
        await subject.Start().Within();
        var hops = new long[rounds];
        await Patience.OnThread(() =>
        {
            // A dense stream before, so that it has learnt to look less often.
            for (var i = 0; i < rounds; i++)
            {
                subject.Publish();
            }

            for (var i = 0; i < rounds; i++)
            {
                Assert.True(Race.Await(() => witness.Seen == subject.Ring.Cursor, Patience.Limit));
                var since = Stopwatch.GetTimestamp();
                subject.Publish();
                Assert.True(Race.Await(() => witness.Seen == subject.Ring.Cursor, Patience.Limit));
                hops[i] = Stopwatch.GetTimestamp() - since;
            }
        }).Within();
        await subject.Shutdown().Within();
        witness.AssertOnlyWhole();

        // The lower quartile: where both threads had a core. What is held up is held up each time.
        Array.Sort(hops);
        Assert.InRange(hops[rounds / 4] * 1e3 / Stopwatch.Frequency, 0, 1);
    }

    [Theory]
    [MemberData(nameof(Rings))]
    public async Task A_backlog_in_batches_of_one_takes_no_longer_than_its_events(Payload kind, ProducerType producers)
    {
        const int events = 10_000;
        using var subject = Subject.Make(kind, producers, 16_384);
        OneByOne first = new(), second = new();
        subject.Wire(Shape.Chain, first, second);
        for (var i = 0; i < events; i++)
        {
            subject.Publish();
        }

        var since = Stopwatch.GetTimestamp();
        await subject.Start().Within();
        await subject.Shutdown().Within();
        Assert.InRange(Stopwatch.GetElapsedTime(since), TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.All([first, second], o =>
        {
            o.AssertOnlyWhole();
            Assert.Equal(events, o[Outcome.Whole]);
        });
    }

    private sealed class OneByOne : Witness
    {
        public override int? MaxBatchSize => 1;
    }
}
