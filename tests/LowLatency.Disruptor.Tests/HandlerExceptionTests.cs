using Disruptor;
using Disruptor.Dsl;

namespace LowLatency.Disruptor.Tests;

/// <summary>Exceptions in the callbacks of handlers, with an exception handler that returns.</summary>
public sealed class HandlerExceptionTests
{
    [Theory]
    [MemberData(nameof(Cases.SingleEventGraphs), MemberType = typeof(Cases))]
    public async Task A_failure_anywhere_in_a_batch_skips_that_event_only_and_others_go_on(HandlerKind kind, ProducerType producer)
    {
        for (var failing = 0; failing < 5; failing++)
        {
            using var disruptor = TestDisruptor.Make(kind, producer);
            var probe = FailingAt(failing);
            Probe behind = new(), beside = new();
            var forgiving = new Forgiving();
            disruptor.HandleEventsWith(probe).Then(behind);
            disruptor.HandleEventsWith(beside);
            disruptor.HandleExceptionsFor(probe, forgiving);
            disruptor.Ring.Publish(5);
            await disruptor.Run();
            Assert.Equal([0, 1, 2, 3, 4], probe.Sequences);
            Assert.Equal([0, 1, 2, 3, 4], behind.Sequences);
            Assert.Equal([0, 1, 2, 3, 4], beside.Sequences);
            Assert.Equal(4, probe.Position.Value);
            var (sequence, cause) = Assert.Single(forgiving.Told);
            Assert.Equal(failing, sequence);
            Assert.IsType<FormatException>(cause);
            Assert.Equal("event", Assert.Single(forgiving.Places));
            Assert.Equal(kind == HandlerKind.Value ? $"tape {failing}" : $"page {failing}", Assert.Single(forgiving.Events));

            // What is left of the batch is a batch.
            Assert.Equal(failing == 4 ? [5] : [5, 4 - failing], probe.BatchSizes);
            Assert.Equal([4], probe.BatchEnds);
        }
    }

    [Theory]
    [MemberData(nameof(Cases.SingleEventGraphs), MemberType = typeof(Cases))]
    public async Task A_failure_on_the_last_event_of_a_batch_lets_producer_and_dependents_on_at_once(HandlerKind kind, ProducerType producer)
    {
        using var disruptor = TestDisruptor.Make(kind, producer, 4);
        var probe = FailingAt(3);
        var behind = new Probe();
        disruptor.SetDefaultExceptionHandler(new Forgiving());
        disruptor.HandleEventsWith(probe).Then(behind);
        await disruptor.Start().Within();
        disruptor.Ring.PublishRange(4);

        // Nothing is published behind it that could move the sequence instead.
        Patience.Until(() => probe.Position.Value == 3);
        Patience.Until(() => behind.Position.Value == 3);
        Assert.Equal(4, disruptor.Ring.Ring.GetRemainingCapacity());
        disruptor.Ring.PublishRange(4);
        await disruptor.Shutdown(Patience.Limit).Within();
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], behind.Sequences);
    }

    [Theory]
    [MemberData(nameof(Cases.SingleEventGraphs), MemberType = typeof(Cases))]
    public async Task Every_event_may_fail(HandlerKind kind, ProducerType producer)
    {
        using var disruptor = TestDisruptor.Make(kind, producer);
        var forgiving = new Forgiving();
        var probe = new Probe { MaxBatchSize = 3, Event = (ref Tape _, long _, bool _) => throw new FormatException() };
        var amended = 0;
        var behind = new Probe { Event = (ref Tape t, long s, bool _) => amended += t.SeenByA == s ? 1 : 0 };
        disruptor.HandleEventsWith(probe).Then(behind);
        disruptor.SetExceptionHandler(probe, forgiving);
        await disruptor.Start().Within();
        disruptor.Ring.Publish(100);
        await disruptor.Shutdown(Patience.Limit).Within();
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (long)i), probe.Sequences);
        Assert.Equal(probe.Sequences, forgiving.Told.Select(t => t.Sequence));

        // The exception handler has the event itself.
        Assert.Equal(100, amended);
    }

    [Theory]
    [MemberData(nameof(Cases.Producers), MemberType = typeof(Cases))]
    public async Task A_failure_of_a_batch_handler_skips_its_batch_only(ProducerType producer)
    {
        using var disruptor = TestDisruptor.Make(HandlerKind.Batch, producer);
        var probe = new Probe
        {
            MaxBatchSize = 3,
            Event = (ref Tape _, long s, bool _) => _ = s is 1 or 3 or 7 ? throw new FormatException($"at {s}") : 0,
        };
        var behind = new Probe();
        var forgiving = new Forgiving();
        disruptor.HandleEventsWith(probe).Then(behind);
        disruptor.HandleExceptionsFor(probe, forgiving);
        disruptor.Ring.Publish(8);
        await disruptor.Run();
        Assert.Equal([0, 1, 3, 6, 7], probe.Sequences);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], behind.Sequences);
        Assert.Equal([(0, "at 1"), (3, "at 3"), (6, "at 7")], forgiving.Told.Select(t => (t.Sequence, t.Cause.Message)));
        Assert.Equal(["3 from page 0", "3 from page 3", "2 from page 6"], forgiving.Events);
        Assert.Equal(["batch", "batch", "batch"], forgiving.Places);
        Assert.Equal(7, probe.Position.Value);
    }

    [Theory]
    [MemberData(nameof(Cases.SingleEventGraphs), MemberType = typeof(Cases))]
    public async Task A_failure_of_a_batch_start_counts_as_one_of_its_first_event(HandlerKind kind, ProducerType producer)
    {
        using var disruptor = TestDisruptor.Make(kind, producer);
        var probe = new Probe { BatchStart = n => _ = n == 5 ? throw new FormatException() : 0 };
        var forgiving = new Forgiving();
        disruptor.SetDefaultExceptionHandler(forgiving);
        disruptor.HandleEventsWith(probe);
        disruptor.Ring.Publish(5);
        await disruptor.Run();
        Assert.Equal([1, 2, 3, 4], probe.Sequences);
        Assert.Equal([5, 4], probe.BatchSizes);
        Assert.Equal(0, Assert.Single(forgiving.Told).Sequence);
    }

    [Theory]
    [MemberData(nameof(Cases.SingleEventGraphs), MemberType = typeof(Cases))]
    public async Task A_cancellation_of_the_handlers_own_is_an_exception_like_others(HandlerKind kind, ProducerType producer)
    {
        using var disruptor = TestDisruptor.Make(kind, producer);
        var forgiving = new Forgiving();
        var probe = new Probe { Event = (ref Tape _, long s, bool _) => _ = s == 1 ? throw new OperationCanceledException() : 0 };
        disruptor.SetDefaultExceptionHandler(forgiving);
        disruptor.HandleEventsWith(probe);
        disruptor.Ring.Publish(3);
        await disruptor.Run();
        Assert.Equal([0, 1, 2], probe.Sequences);
        Assert.IsType<OperationCanceledException>(Assert.Single(forgiving.Told).Cause);
    }

    private static Probe FailingAt(long sequence) => new()
    {
        Event = (ref Tape _, long s, bool _) => _ = s == sequence ? throw new FormatException($"at {s}") : 0,
    };
}
