using Disruptor;
using Disruptor.Dsl;
using Disruptor.Processing;
using LowLatency.Disruptor.Tests.Races;

namespace LowLatency.Disruptor.Tests;

/// <summary>
/// What else a graph can be made of: processors of others, of the factory, and those that wait for consumers outside. Each is
/// either refused or works as on threads of its own.
/// </summary>
[Collection(nameof(Spinning))]
public sealed class FusedProcessorTests
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(3);

    [Fact]
    public void Processors_of_somebody_elses_making_are_refused_and_nothing_has_started()
    {
        using var objects = new Disruptor<EventObject>(() => new EventObject(), 4);
        using var values = new ValueDisruptor<Event56>(() => default, 4);
        Witness first = new(), second = new();
        objects.HandleEventsWith(new ObjectWitness(first));
        objects.HandleEventsWith(new Foreign());
        values.HandleEventsWith(new ValueWitness<Event56>(second)).Then((_, _) => new Foreign());
        Assert.Throws<InvalidOperationException>(() => { _ = objects.StartFused(); });
        Assert.Throws<InvalidOperationException>(() => { _ = values.StartFused(); });
        Assert.False(objects.HasStarted || values.HasStarted);
    }

    [Fact]
    public async Task A_processor_that_was_created_for_the_graph_stops_all_too_when_it_fails()
    {
        using var disruptor = Make();
        var witness = new Witness();
        disruptor.HandleEventsWith(new ValueWitness<Event56>(witness));
        disruptor.HandleEventsWith((ring, barrier) => ring.CreateEventProcessor(barrier, new ValueWitness<Event56>(new Failing())));
        if (!await IsStarted(disruptor))
        {
            return;
        }

        await Assert.ThrowsAsync<InvalidOperationException>(() => Patience.OnThread(() =>
        {
            while (true)
            {
                disruptor.RingBuffer.Publish(disruptor.RingBuffer.Next());
            }
        }).WaitAsync(_soon, TestContext.Current.CancellationToken));
        Assert.False(disruptor.IsRunning);
    }

    [Fact]
    public async Task A_handler_behind_a_consumer_outside_goes_on_when_that_one_does()
    {
        using var disruptor = Make();
        var ring = disruptor.RingBuffer;
        using var gate = new ManualResetEventSlim();
        Witness first = new(), behind = new();
        using var outside = EventProcessorFactory.Create(
            ring, ring.NewBarrier(SequenceWaiterOwner.Unknown), new ValueWitness<Event56>(new Waiting(gate)));
        ring.AddGatingSequences(outside.Sequence);
        disruptor.HandleEventsWith(new ValueWitness<Event56>(first));
        disruptor.After(outside).HandleEventsWith(new ValueWitness<Event56>(behind));
        if (!await IsStarted(disruptor))
        {
            return;
        }

        await outside.Start().Within();
        ring.Publish(ring.Next());
        Assert.True(Race.Await(() => first.Seen == 0, _soon));
        Race.Spin(10_000_000);
        gate.Set();
        Assert.True(Race.Await(() => behind.Seen == 0, _soon), "It waits for an event that it has not seen.");
    }

    [Fact]
    public async Task Processors_are_run_whatever_the_order_in_which_they_were_added()
    {
        using var disruptor = Make();
        var ring = disruptor.RingBuffer;
        Witness first = new(), second = new();
        var before = EventProcessorFactory.Create(ring, ring.NewBarrier(SequenceWaiterOwner.Unknown), new ValueWitness<Event56>(first));
        var after = EventProcessorFactory.Create(
            ring, ring.NewBarrier(SequenceWaiterOwner.Unknown, before.Sequence), new ValueWitness<Event56>(second));
        disruptor.HandleEventsWith(after, before);
        if (!await IsStarted(disruptor))
        {
            return;
        }

        for (var i = 0; i < 3; i++)
        {
            ring.Publish(ring.Next());
            Assert.True(Race.Await(() => second.Seen == i, _soon), "It waits for a processor that waits for it.");
        }
    }

    /// <summary>
    /// A publication moves the cursor and then the stamp. In between a handler that goes by the cursor is ahead of one that
    /// goes by the stamps, and the thread must not sleep on the next event while the other has not seen this one.
    /// </summary>
    [Fact]
    public async Task No_handler_is_left_behind_one_that_saw_the_event_a_moment_earlier()
    {
        var strategy = new BlockingWaitStrategy();
        using var disruptor = new ValueDisruptor<Event56>(() => default, 64, TaskScheduler.Default, ProducerType.Single, strategy);
        var ring = disruptor.RingBuffer;
        var cursor = (Sequence)LayoutTests.ValueOf(LayoutTests.ValueOf(SequencerOf(ring), "_shared"), "Cursor");

        // One event at a time: a dense stream, in which it looks at the cursor. The other has nothing to look for meanwhile.
        var dense = new Moving(atSequence: 5, () => cursor.SetValue(6));
        var sparse = new Witness();
        disruptor.HandleEventsWith(new ValueWitness<Event56>(dense), new ValueWitness<Event56>(sparse));
        for (var i = 0; i < 6; i++)
        {
            ring.Publish(ring.Next());
        }

        Assert.Equal(6, ring.Next());
        if (!await IsStarted(disruptor))
        {
            return;
        }

        // Whether or not the first one goes by the cursor: the rest of the publication is then seen by both.
        Race.Await(() => dense.Seen == 6, TimeSpan.FromMilliseconds(200));
        Race.Spin(10_000_000);
        Volatile.Write(ref System.Runtime.CompilerServices.Unsafe.AddByteOffset(
            ref System.Runtime.CompilerServices.Unsafe.As<Event56, long>(ref ring[6]), -sizeof(long)), 6);
        strategy.SignalAllWhenBlocking();
        Assert.True(Race.Await(() => dense.Seen == 6, _soon));
        Assert.True(Race.Await(() => sparse.Seen == 6, _soon), "It waits for an event that the other has not seen either.");
    }

    private static ValueDisruptor<Event56> Make() =>
        new(() => default, 4, TaskScheduler.Default, ProducerType.Single, new BlockingWaitStrategy());

    /// <summary>False if such a graph is refused, which is an answer too.</summary>
    private static async Task<bool> IsStarted(ValueDisruptor<Event56> disruptor)
    {
        try
        {
            await disruptor.StartFused().Within();
            return true;
        }
        catch (InvalidOperationException)
        {
            Assert.False(disruptor.HasStarted);
            return false;
        }
    }

    private static object SequencerOf(RingBuffer ring) => LayoutTests.ValueOf(LayoutTests.ValueOf(ring, "_shared"), "Any");

    private sealed class Foreign : IEventProcessor
    {
        public Sequence Sequence { get; } = new();

        public bool IsRunning => false;

        public Task Start(TaskScheduler taskScheduler) => Task.CompletedTask;

        public Task Halt() => Task.CompletedTask;
    }

    private sealed class Failing : Witness
    {
        protected override void Linger(long sequence, bool endOfBatch) => throw new FormatException();
    }

    private sealed class Waiting(ManualResetEventSlim gate) : Witness
    {
        protected override void Linger(long sequence, bool endOfBatch) => gate.Wait(Patience.Limit);
    }

    private sealed class Moving(long atSequence, Action move) : Witness
    {
        public override int? MaxBatchSize => 1;

        protected override void Linger(long sequence, bool endOfBatch)
        {
            if (sequence == atSequence)
            {
                move();
            }
        }
    }
}
