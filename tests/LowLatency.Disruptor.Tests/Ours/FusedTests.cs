using Disruptor;
using Disruptor.Dsl;
using Disruptor.Processing;
using LowLatency.Disruptor.Tests.Races;

namespace LowLatency.Disruptor.Tests;

/// <summary>All handlers of a graph on one thread.</summary>
[Collection(nameof(Spinning))]
public sealed class FusedTests
{
    public static MatrixTheoryData<Payload, Shape> Graphs { get; } = new(Subject.Kinds, Enum.GetValues<Shape>());

    [Theory]
    [MemberData(nameof(Graphs))]
    public async Task Every_callback_of_every_handler_comes_on_one_thread_of_its_own(Payload kind, Shape shape)
    {
        using var subject = Subject.Make(kind, ProducerType.Single, 8, new TimeoutBlockingWaitStrategy(TimeSpan.FromMilliseconds(1)));
        Caller[] callers = [new(), new(), new(), new()];
        subject.Wire(shape, callers);
        await subject.StartFused().Within();
        await Patience.OnThread(() =>
        {
            for (var i = 0; i < 100; i++)
            {
                subject.Publish(1 + (i % 8));
            }
        }).Within();
        Assert.True(Race.Await(() => callers.All(c => c.Timeouts > 0), Patience.Limit));
        await subject.Shutdown().Within();
        var thread = Assert.Single(callers.SelectMany(c => c.Threads).Distinct());
        Assert.NotSame(Thread.CurrentThread, thread);
        Assert.All(callers, c =>
        {
            c.AssertOnlyWhole();
            Assert.Equal(subject.Ring.Cursor, c.Seen);
            Assert.Equal(subject.Ring.Cursor, subject.SequenceOf(c));
            Assert.Equal((1, 1), (c.Starts, c.Stops));
            Assert.True(c.BatchStarts > 0);
            Assert.False(c.IsOnThreadPool);
        });
    }

    [Theory]
    [MemberData(nameof(Graphs))]
    public async Task What_a_handler_writes_out_at_the_end_of_its_batch_is_out_when_the_next_sees_those_events(Payload kind, Shape shape)
    {
        using var subject = Subject.Make(kind, ProducerType.Single, 8);
        var first = new Writer { Limit = 3 };
        var second = new Writer();
        var third = new Writer { Limit = 2 };
        subject.Wire(shape, first, second, third);
        await subject.StartFused().Within();
        await Patience.OnThread(() =>
        {
            for (var i = 0; i < 500; i++)
            {
                subject.Publish(1 + (i % 8));
            }
        }).Within();
        await subject.Shutdown().Within();
        Assert.All((Writer[])[first, second, third], w =>
        {
            w.AssertOnlyWhole();
            Assert.Equal(subject.Ring.Cursor, w.Written);
        });
    }

    [Fact]
    public async Task Handlers_of_batches_are_fused_too()
    {
        using var disruptor = new Disruptor<EventObject>(() => new EventObject(), 8);
        var batches = new Batches();
        var behind = new Caller();
        disruptor.HandleEventsWith(batches).Then(new ObjectWitness(behind));
        using (var scope = disruptor.PublishEvents(5))
        {
            for (var i = 0; i < 5; i++)
            {
                scope.Event(i).Write(i);
            }
        }

        await disruptor.StartFused().Within();
        await disruptor.Shutdown(Patience.Limit).Within();
        Assert.Equal([(0, 5)], batches.Seen);
        Assert.Equal(4, behind.Seen);
        Assert.Same(batches.Thread, Assert.Single(behind.Threads));
    }

    /// <summary>Gathers events and writes them out at the end of the batch; those before it have written what it sees.</summary>
    private sealed class Writer : Witness
    {
        public int? Limit { get; init; }

        public long Written { get; private set; } = -1;

        public override int? MaxBatchSize => Limit;

        protected override void Linger(long sequence, bool endOfBatch)
        {
            foreach (var writer in Before)
            {
                if (((Writer)writer).Written < sequence)
                {
                    Count(Outcome.Early);
                }
            }

            if (endOfBatch)
            {
                Written = sequence;
            }
        }
    }

    private sealed class Batches : IBatchEventHandler<EventObject>
    {
        public List<(long Sequence, int Length)> Seen { get; } = [];

        public Thread? Thread { get; private set; }

        public void OnBatch(EventBatch<EventObject> batch, long sequence)
        {
            Thread = Thread.CurrentThread;
            Seen.Add((sequence, batch.Length));
        }
    }
}
