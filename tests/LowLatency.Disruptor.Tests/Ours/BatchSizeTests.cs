using Disruptor;
using Disruptor.Dsl;
using LowLatency.Disruptor.Tests.Races;

namespace LowLatency.Disruptor.Tests;

/// <summary>How large a batch may be: what the handler wants, and on a large ring a portion of it; and what fails with it.</summary>
public sealed class BatchSizeTests
{
    public static MatrixTheoryData<Payload, ProducerType> Rings { get; } = new(Subjects.TwoKinds, Subject.ProducerTypes);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void A_limit_below_one_is_refused(int limit)
    {
        using var subject = Subject.Make(Payload.Value56, ProducerType.Single, 8);
        Assert.Throws<ArgumentOutOfRangeException>(() => subject.Wire(Shape.Parallel, new Counter { Limit = limit }));
        using var objects = new Disruptor<EventObject>(() => new EventObject(), 8);
        Assert.Throws<ArgumentOutOfRangeException>(() => objects.HandleEventsWith(new ObjectWitness(new Counter { Limit = limit })));
        Assert.Throws<ArgumentOutOfRangeException>(() => objects.HandleEventsWith(new Batches { MaxBatchSize = limit }));
    }

    [Theory]
    [MemberData(nameof(Rings))]
    public async Task A_batch_of_a_large_ring_is_at_most_a_sixteenth_of_it(Payload kind, ProducerType producers)
    {
        foreach (var (size, limit, expected) in ((int, int?, int)[])
            [(1_024, null, 1_024), (1_024, 100, 100), (2_048, null, 128), (2_048, 4_096, 128), (2_048, 7, 7), (8_192, null, 512)])
        {
            using var subject = Subject.Make(kind, producers, size, new BlockingWaitStrategy());
            Counter first = new() { Limit = limit }, behind = new() { Limit = limit };
            subject.Wire(Shape.Chain, first, behind);
            subject.Publish(size);
            await subject.Start().Within();
            subject.AwaitQuiet(first, behind);
            Assert.Equal(expected, first.Sizes.Max());
            Assert.All(first.Sizes[..^1], s => Assert.Equal(expected, s));
            Assert.All(behind.Sizes, s => Assert.InRange(s, 1, expected));
            Assert.Equal(size, first.Sizes.Sum());
            Assert.Equal(size, behind.Sizes.Sum());

            // Also once the ring has come round, with a stream instead of a backlog.
            await Task.Run(() => PublishALap(subject), TestContext.Current.CancellationToken).Within();
            await subject.Shutdown().Within();
            Assert.InRange(first.Sizes.Max(), 1, expected);
            Assert.InRange(behind.Sizes.Max(), 1, expected);
        }
    }

    [Fact]
    public async Task A_failed_batch_counts_as_processed_if_it_is_forgiven()
    {
        using var disruptor = new Disruptor<EventObject>(() => new EventObject(), 8, TaskScheduler.Default, ProducerType.Single, new BlockingWaitStrategy());
        var batches = new Batches { MaxBatchSize = 3, FailsAt = 3 };
        var behind = new Counter();
        disruptor.HandleEventsWith(batches).Then(new ObjectWitness(behind));
        disruptor.HandleExceptionsFor(batches).With(new IgnoreExceptionHandler<EventObject>(TextWriter.Null));
        Publish(disruptor, 8);
        await disruptor.Start().Within();
        await disruptor.Shutdown(Patience.Limit).Within();
        Assert.Equal([(0, 3), (3, 3), (6, 2)], batches.Seen);
        Assert.Equal(7, behind.Seen);
        Assert.Equal(7, disruptor.GetSequenceValueFor(batches));
    }

    [Fact]
    public async Task A_failed_batch_stops_the_graph_if_it_is_not()
    {
        using var disruptor = new Disruptor<EventObject>(() => new EventObject(), 8, TaskScheduler.Default, ProducerType.Multi, new BlockingWaitStrategy());
        var batches = new Batches { MaxBatchSize = 3, FailsAt = 3 };
        var behind = new Counter();
        disruptor.HandleEventsWith(batches).Then(new ObjectWitness(behind));
        disruptor.SetDefaultExceptionHandler(new FatalExceptionHandler<EventObject>(TextWriter.Null));
        Publish(disruptor, 8);
        await disruptor.Start().Within();
        var end = await Assert.ThrowsAsync<ApplicationException>(() => disruptor.Shutdown(Patience.Limit).Within());
        Assert.Same(end, Assert.Throws<InvalidOperationException>(() => disruptor.RingBuffer.Next()).InnerException);
        Assert.Equal([(0, 3), (3, 3)], batches.Seen);
        Assert.Equal(2, disruptor.GetSequenceValueFor(batches));
        Assert.InRange(behind.Seen, -1, 2);
    }

    private static void PublishALap(Subject subject)
    {
        for (var i = 0; i < subject.Size; i++)
        {
            subject.Publish();
        }
    }

    private static void Publish(Disruptor<EventObject> disruptor, int count)
    {
        using var scope = disruptor.PublishEvents(count);
        for (var i = 0; i < count; i++)
        {
            scope.Event(i).Write(i);
        }
    }

    private sealed class Counter : Witness
    {
        public int? Limit { get; init; }

        public List<long> Sizes { get; } = [];

        public override int? MaxBatchSize => Limit;

        public override void OnBatchStart(long batchSize) => Sizes.Add(batchSize);
    }

    private sealed class Batches : IBatchEventHandler<EventObject>
    {
        public int? MaxBatchSize { get; init; }

        public long FailsAt { get; init; } = -1;

        public List<(long Sequence, int Length)> Seen { get; } = [];

        public void OnBatch(EventBatch<EventObject> batch, long sequence)
        {
            Seen.Add((sequence, batch.Length));
            if (sequence == FailsAt)
            {
                throw new FormatException();
            }
        }
    }
}
