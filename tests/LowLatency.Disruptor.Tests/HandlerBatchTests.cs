using Disruptor;
using Disruptor.Dsl;

namespace LowLatency.Disruptor.Tests;

/// <summary>Where batches begin and end.</summary>
public sealed class HandlerBatchTests
{
    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task What_is_there_is_one_batch(HandlerKind kind, ProducerType producer)
    {
        for (var n = 1; n <= 8; n++)
        {
            using var disruptor = TestDisruptor.Make(kind, producer);
            var probe = new Probe();
            disruptor.HandleEventsWith(probe);
            disruptor.Ring.Publish(n);
            await disruptor.Run();
            Assert.Equal(Enumerable.Range(0, n).Select(i => (long)i), probe.Sequences);
            Assert.Equal([n - 1], probe.BatchEnds);
            Assert.Equal([n], probe.BatchSizes);
        }
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task A_batch_is_no_larger_than_the_handler_wants(HandlerKind kind, ProducerType producer)
    {
        foreach (var most in new[] { 1, 2, 3, 5, 7, 8, 9, int.MaxValue })
        {
            for (var n = 1; n <= 8; n++)
            {
                using var disruptor = TestDisruptor.Make(kind, producer);
                var probe = new Probe { MaxBatchSize = most };
                disruptor.HandleEventsWith(probe);
                disruptor.Ring.PublishRange(n);
                await disruptor.Run();
                var sizes = Enumerable.Range(0, n).Select(i => (long)i).Chunk(most).Select(c => (long)c.Length).ToArray();
                Assert.Equal(n, probe.Sequences.Count);
                Assert.Equal(sizes, probe.BatchSizes);
                Assert.Equal(sizes.Select((_, i) => sizes.Take(i + 1).Sum() - 1), probe.BatchEnds);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task Behind_another_handler_batches_are_limited_too(HandlerKind kind, ProducerType producer)
    {
        using var disruptor = TestDisruptor.Make(kind, producer);
        Probe first = new() { MaxBatchSize = 5 }, second = new() { MaxBatchSize = 2 };
        disruptor.HandleEventsWith(first).Then(second);
        disruptor.Ring.Publish(8);
        await disruptor.Run();
        Assert.Equal([4, 7], first.BatchEnds);
        Assert.Equal(8, second.Sequences.Count);
        Assert.All(second.BatchSizes, size => Assert.InRange(size, 1, 2));
        Assert.Equal(8, second.BatchSizes.Sum());
        Assert.Equal(second.BatchSizes.Count, second.BatchEnds.Count);
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task A_batch_that_goes_past_the_end_of_the_array_is_whole_but_for_a_batch_handler(HandlerKind kind, ProducerType producer)
    {
        using var disruptor = TestDisruptor.Make(kind, producer);
        disruptor.Ring.Publish(5);
        var probe = new Probe();
        disruptor.HandleEventsWith(probe);
        disruptor.Ring.Publish(8);
        await disruptor.Run();
        Assert.Equal([5, 6, 7, 8, 9, 10, 11, 12], probe.Sequences);
        Assert.Equal(kind == HandlerKind.Batch ? [3, 5] : [8], probe.BatchSizes);
        Assert.Equal(kind == HandlerKind.Batch ? [7, 12] : [12], probe.BatchEnds);
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task Limits_and_the_end_of_the_array_meet(HandlerKind kind, ProducerType producer)
    {
        using var disruptor = TestDisruptor.Make(kind, producer);
        disruptor.Ring.Publish(6);
        var probe = new Probe { MaxBatchSize = 3 };
        disruptor.HandleEventsWith(probe);
        disruptor.Ring.Publish(8);
        await disruptor.Run();
        Assert.Equal(Enumerable.Range(6, 8).Select(i => (long)i), probe.Sequences);
        Assert.Equal(kind == HandlerKind.Batch ? [2, 3, 3] : [3, 3, 2], probe.BatchSizes);
    }

    [Theory]
    [InlineData(HandlerKind.Value)]
    [InlineData(HandlerKind.Class)]
    [InlineData(HandlerKind.Batch)]
    public async Task A_range_that_one_producer_publishes_at_once_arrives_as_one_batch(HandlerKind kind)
    {
        foreach (var strategy in new[] { "Blocking", "Yielding" })
        {
            using var disruptor = TestDisruptor.Make(kind, ProducerType.Single, 8, Strategy.Make(strategy));
            var probe = new Probe();
            disruptor.HandleEventsWith(probe);
            await disruptor.Start().Within();
            int[] sizes = [1, 7, 2, 6, 3, 5, 4, 4, 8, 8, 1, 1, 6];
            foreach (var n in sizes)
            {
                disruptor.Ring.PublishRange(n);
                Patience.Until(() => probe.Position.Value == disruptor.Ring.Ring.Cursor);
            }

            await disruptor.Shutdown(Patience.Limit).Within();
            Assert.Equal(sizes.Select(n => (long)n), probe.BatchSizes);
        }
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task What_comes_during_a_batch_is_the_next_one(HandlerKind kind, ProducerType producer)
    {
        // The handler is the producer too, so that each publication falls into a known batch.
        using var disruptor = TestDisruptor.Make(kind, producer);
        var probe = new Probe
        {
            Start = () => disruptor.Ring.PublishRange(3),
            Event = (ref Tape _, long _, bool endOfBatch) => disruptor.Ring.Publish(endOfBatch ? 0 : 1),
        };
        disruptor.HandleEventsWith(probe);
        await disruptor.Run();
        Assert.Equal([0, 1, 2, 3, 4, 5], probe.Sequences);
        Assert.Equal([3, 2, 1], probe.BatchSizes);
        Assert.Equal([2, 4, 5], probe.BatchEnds);
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task The_sequence_moves_with_the_end_of_a_batch_and_not_before(HandlerKind kind, ProducerType producer)
    {
        using var disruptor = TestDisruptor.Make(kind, producer);
        var seen = new List<long>();
        Probe? probe = null;
        probe = new Probe { MaxBatchSize = 4, Event = (ref Tape _, long _, bool _) => seen.Add(probe!.Position.Value) };
        disruptor.HandleEventsWith(probe);
        disruptor.Ring.Publish(7);
        await disruptor.Run();
        Assert.Equal([-1, -1, -1, -1, 3, 3, 3], seen);
        Assert.Equal(6, probe.Position.Value);
    }

    [Theory]
    [InlineData(HandlerKind.Value)]
    [InlineData(HandlerKind.Class)]
    [InlineData(HandlerKind.Batch)]
    public async Task With_many_producers_a_batch_ends_before_the_first_gap(HandlerKind kind)
    {
        using var disruptor = TestDisruptor.Make(kind, ProducerType.Multi);
        var probe = new Probe();
        disruptor.HandleEventsWith(probe);
        var ring = disruptor.Ring;
        ring.Ring.Next(6);
        foreach (var sequence in new[] { 0, 1, 3, 5 })
        {
            ring[sequence].Write(sequence);
            ring.Ring.Publish(sequence);
        }

        await disruptor.Start().Within();
        Patience.Until(() => probe.Position.Value == 1);
        Patience.Never(() => probe.Count > 2);
        ring.Ring.Publish(4);
        Patience.Never(() => probe.Count > 2);
        ring.Ring.Publish(2);
        await disruptor.Shutdown(Patience.Limit).Within();
        Assert.Equal([0, 1, 2, 3, 4, 5], probe.Sequences);
        Assert.Equal([2, 4], probe.BatchSizes);
        Assert.Equal([1, 5], probe.BatchEnds);
    }
}
