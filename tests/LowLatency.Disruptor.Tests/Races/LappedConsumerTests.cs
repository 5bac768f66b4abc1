using Disruptor;
using Disruptor.Dsl;

namespace LowLatency.Disruptor.Tests.Races;

/// <summary>
/// Consumers that one producer does not wait for. It may overwrite what they have not seen, so that they see later laps, or
/// parts of them: but each sequence comes in order, and they reach the end.
/// </summary>
[Collection(nameof(Spinning))]
public sealed class LappedConsumerTests
{
    private const int Laps = 20;

    public static TheoryData<Payload> Kinds { get; } = [.. Subject.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_processor_that_nobody_waits_for_reaches_the_cursor(Payload kind)
    {
        using var subject = Subject.Make(kind, ProducerType.Single, 8);
        var slow = new Slow();
        using var processor = subject.NewProcessor(slow);
        await processor.Start(TaskScheduler.Default).Within();
        for (var i = 0; i < Laps * subject.Size; i++)
        {
            subject.Publish();
        }

        Assert.True(
            Race.Await(() => processor.Sequence.Value == subject.Ring.Cursor, Patience.Limit / 4),
            $"It stays at {processor.Sequence.Value} of {subject.Ring.Cursor}.");
        await processor.Halt().Within();
        AssertInOrder(subject, slow);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_poller_that_nobody_waits_for_reaches_the_cursor(Payload kind)
    {
        using var subject = Subject.Make(kind, ProducerType.Single, 8);
        var slow = new Slow();
        var (poll, sequence) = subject.NewPoller(slow);
        var deadline = Race.For(20);
        await Race.Run(
            deadline,
            () =>
            {
                for (var i = 0; i < Laps * subject.Size; i++)
                {
                    subject.Publish();
                }
            },
            () => Race.Await(() => poll() != EventPoller.PollState.Processing && subject.Ring.Cursor == (Laps * subject.Size) - 1, Patience.Limit / 4));
        poll();
        Assert.Equal(subject.Ring.Cursor, sequence.Value);
        AssertInOrder(subject, slow);
    }

    private static void AssertInOrder(Subject subject, Slow slow)
    {
        Assert.Equal(0, slow[Outcome.OutOfPlace]);
        Assert.Equal(0, slow[Outcome.Older]);
        Assert.Equal(subject.Ring.Cursor, slow.Seen);
    }

    private sealed class Slow : Witness
    {
        protected override void Linger(long sequence, bool endOfBatch) => Race.Spin(20_000);
    }
}
