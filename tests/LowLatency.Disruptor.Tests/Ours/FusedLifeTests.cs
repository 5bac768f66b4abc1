using Disruptor.Dsl;
using LowLatency.Disruptor.Tests.Races;

namespace LowLatency.Disruptor.Tests;

/// <summary>Start, failure and end of handlers that share a thread.</summary>
[Collection(nameof(Spinning))]
public sealed class FusedLifeTests
{
    public static TheoryData<Payload> Kinds { get; } = [.. Subjects.TwoKinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_failure_of_one_stops_all_and_is_thrown_at_the_producer(Payload kind)
    {
        using var subject = Subject.Make(kind, ProducerType.Single, 4);
        Caller[] callers = [new(), new() { FailsAt = 5 }, new()];
        subject.Wire(Shape.Chain, callers);
        await subject.StartFused().Within();
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => Patience.OnThread(() =>
        {
            while (true)
            {
                subject.Publish();
            }
        }).Within());
        Assert.IsType<FormatException>(refused.InnerException!.InnerException);
        Assert.False(subject.IsRunning());
        var end = await Assert.ThrowsAsync<ApplicationException>(() => subject.Shutdown().Within());
        Assert.Same(refused.InnerException, end);
        Assert.All(callers, c => Assert.Equal((1, 1), (c.Starts, c.Stops)));
        Assert.Equal(4, subject.SequenceOf(callers[1]));
        Assert.InRange(callers[2].Seen, -1, 4);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_failure_at_the_start_stops_all(Payload kind)
    {
        using var subject = Subject.Make(kind, ProducerType.Multi, 4);
        Caller[] callers = [new(), new() { FailsAt = -1 }, new()];
        subject.Wire(Shape.Parallel, callers);
        subject.Publish();
        var failure = await Assert.ThrowsAsync<ApplicationException>(() => subject.StartFused().Within());
        Assert.IsType<FormatException>(failure.InnerException);
        await Assert.ThrowsAsync<ApplicationException>(() => subject.Halt().Within());
        Assert.Throws<InvalidOperationException>(() => subject.Ring.Next());
        Assert.All(callers, c => Assert.Equal(-1, c.Seen));
        Assert.All(callers, c => Assert.Equal(c.Starts, c.Stops));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_fused_graph_starts_once_and_is_configured_before(Payload kind)
    {
        using var subject = Subject.Make(kind, ProducerType.Single, 4);
        subject.Wire(Shape.Parallel, new Caller(), new Caller());
        await subject.StartFused().Within();
        Assert.Throws<InvalidOperationException>(() => { _ = subject.StartFused(); });
        Assert.Throws<InvalidOperationException>(() => { _ = subject.Start(); });
        Assert.Throws<InvalidOperationException>(() => subject.Wire(Shape.Parallel, new Caller()));
        await subject.Halt().Within();
    }

    [Fact]
    public async Task A_graph_without_handlers_can_be_fused()
    {
        using var subject = Subject.Make(Payload.Value56, ProducerType.Single, 4);
        await subject.StartFused().Within();
        await subject.Shutdown().Within();
    }
}
