using Disruptor;
using Disruptor.Dsl;

namespace LowLatency.Disruptor.Tests;

/// <summary>What a disruptor tells about its handlers.</summary>
public sealed class DisruptorQueryTests
{
    [Theory]
    [MemberData(nameof(Cases.Producers), MemberType = typeof(Cases))]
    public async Task The_sequence_of_a_handler_is_where_it_stands(ProducerType producer)
    {
        using var values = new ValueDisruptor<Tape>(() => default, 8, TaskScheduler.Default, producer, new BlockingWaitStrategy());
        using var objects = new Disruptor<Page>(() => new Page(), 8, TaskScheduler.Default, producer, new BlockingWaitStrategy());
        Probe value = new(), page = new();
        values.PublishEvents(3).Dispose();
        objects.PublishEvents(2).Dispose();
        values.HandleEventsWith(value);
        objects.HandleEventsWith((IEventHandler<Page>)page);
        Assert.Equal(2, values.GetSequenceValueFor(value));
        Assert.Equal(1, objects.GetSequenceValueFor((IEventHandler<Page>)page));
        values.PublishEvents(4).Dispose();
        objects.PublishEvents(4).Dispose();
        await Task.WhenAll(values.Start(), objects.Start()).Within();
        Patience.Until(() => values.GetSequenceValueFor(value) == 6 && objects.GetSequenceValueFor((IEventHandler<Page>)page) == 5);
        await Task.WhenAll(values.Halt(), objects.Halt()).Within();
        Assert.Throws<ArgumentException>(() => values.GetSequenceValueFor(new Probe()));
        Assert.Throws<ArgumentException>(() => objects.GetSequenceValueFor((IEventHandler<Page>)new Probe()));
    }

    [Theory]
    [MemberData(nameof(Cases.Producers), MemberType = typeof(Cases))]
    public void What_a_handler_waits_for_is_to_be_seen_and_tagged(ProducerType producer)
    {
        var strategy = new StubStrategy();
        using var values = new ValueDisruptor<Tape>(() => default, 8, TaskScheduler.Default, producer, strategy);
        using var objects = new Disruptor<Page>(() => new Page(), 8, TaskScheduler.Default, producer, strategy);
        Probe[] v = [new(), new(), new(), new()], o = [new(), new(), new(), new()];
        values.HandleEventsWith(v[0]).Then(v[1], v[2]).Then(v[3]);
        objects.HandleEventsWith((IEventHandler<Page>)o[0]).Then((IEventHandler<Page>)o[1], o[2]).Then((IEventHandler<Page>)o[3]);
        values.PublishEvents(5).Dispose();
        objects.PublishEvents(5).Dispose();
        Check([.. v.Select(h => values.GetDependentSequencesFor(h)!)]);
        Check([.. o.Select(h => objects.GetDependentSequencesFor((IEventHandler<Page>)h)!)]);
        Assert.Null(values.GetDependentSequencesFor(new Probe()));
        Assert.Null(objects.GetDependentSequencesFor((IEventHandler<Page>)new Probe()));

        // The waiter was given the very same group, for this handler.
        Assert.Equal([.. v, .. o], strategy.Waiters.Select(w => w.Owner.Handler));
        Assert.Same(strategy.Waiters[1].DependentSequences, values.GetDependentSequencesFor(v[1]));
        values.GetDependentSequencesFor(v[1])!.Tag = "mark";
        Assert.Equal("mark", strategy.Waiters[1].DependentSequences.Tag);
        Assert.Null(strategy.Waiters[2].DependentSequences.Tag);

        static void Check(DependentSequenceGroup[] groups)
        {
            Assert.Equal([true, false, false, false], groups.Select(g => g.DependsOnCursor));
            Assert.Equal([1, 1, 1, 2], groups.Select(g => g.DependentSequenceCount));
            Assert.Equal([4, 4, 4, 4], groups.Select(g => g.CursorValue));
            Assert.Equal([4, -1, -1, -1], groups.Select(g => g.Value));
            Assert.True(groups[1].HasSameDependencies(groups[2]));
            Assert.False(groups[0].HasSameDependencies(groups[1]));
            Assert.False(groups[1].HasSameDependencies(groups[3]));
        }
    }

    [Theory]
    [MemberData(nameof(Cases.Producers), MemberType = typeof(Cases))]
    public async Task Handlers_are_told_apart_by_identity(ProducerType producer)
    {
        using var values = new ValueDisruptor<Tape>(() => default, 8, TaskScheduler.Default, producer, new BlockingWaitStrategy());
        using var objects = new Disruptor<Page>(() => new Page(), 8, TaskScheduler.Default, producer, new BlockingWaitStrategy());
        SameAsAll[] v = [new(), new()], o = [new(), new()];
        values.HandleEventsWith(v[0]).Then(v[1]);
        objects.HandleEventsWith((IEventHandler<Page>)o[0]).Then((IEventHandler<Page>)o[1]);
        Assert.False(values.GetDependentSequencesFor(v[0])!.HasSameDependencies(values.GetDependentSequencesFor(v[1])!));
        Assert.False(objects.GetDependentSequencesFor(o[0])!.HasSameDependencies(objects.GetDependentSequencesFor(o[1])!));
        Assert.Throws<ArgumentException>(() => values.GetSequenceValueFor(new SameAsAll()));
        Assert.Throws<ArgumentException>(() => objects.GetSequenceValueFor(new SameAsAll()));
        values.PublishEvents(4).Dispose();
        objects.PublishEvents(4).Dispose();
        await Task.WhenAll(values.Start(), objects.Start()).Within();
        await Task.WhenAll(values.Shutdown(Patience.Limit), objects.Shutdown(Patience.Limit)).Within();
        Assert.All((SameAsAll[])[.. v, .. o], h => Assert.Equal(4, h.Seen));
    }

    [Theory]
    [MemberData(nameof(Cases.SingleEventGraphs), MemberType = typeof(Cases))]
    public async Task A_handler_that_is_added_twice_sees_every_event_twice(HandlerKind kind, ProducerType producer)
    {
        using var disruptor = TestDisruptor.Make(kind, producer);
        var probe = new Probe();
        disruptor.HandleEventsWith(probe).Then(new Probe());
        var first = probe.Position;
        disruptor.After(probe).Then(probe);
        Assert.NotSame(first, probe.Position);

        // Asked by its handler, the later processor answers.
        var behind = new Probe();
        disruptor.After(probe).Then(behind);
        disruptor.Ring.Publish(3);
        await disruptor.Run();
        Assert.Equal(6, probe.Sequences.Count);
        Assert.Equal([0, 1, 2], behind.Sequences);
        Assert.Equal(2, first.Value);
        Assert.Equal(2, probe.Position.Value);
    }

    [Fact]
    public void A_disruptor_made_without_more_has_its_size_and_takes_many_producers()
    {
        using var values = new ValueDisruptor<Tape>(() => default, 8, new StubStrategy());
        using var scheduled = new ValueDisruptor<Tape>(() => default, 16, TaskScheduler.Default);
        using var objects = new Disruptor<Page>(() => new Page(), 8, new StubStrategy());
        Assert.Equal(8, values.RingBuffer.BufferSize);
        Assert.Equal(16, scheduled.RingBuffer.BufferSize);
        Assert.Equal(8, objects.RingBuffer.BufferSize);

        // Where many publish, what is claimed moves the cursor.
        values.RingBuffer.Next();
        scheduled.RingBuffer.Next();
        objects.RingBuffer.Next();
        Assert.Equal((0, 0, 0), (values.RingBuffer.Cursor, scheduled.RingBuffer.Cursor, objects.RingBuffer.Cursor));
    }

    /// <summary>Equal to every other one.</summary>
    private sealed class SameAsAll : IValueEventHandler<Tape>, IEventHandler<Page>
    {
        public int Seen { get; private set; }

        public void OnEvent(ref Tape data, long sequence, bool endOfBatch) => Seen++;

        public void OnEvent(Page data, long sequence, bool endOfBatch) => Seen++;

        public override bool Equals(object? obj) => obj is SameAsAll;

        public override int GetHashCode() => 1;
    }
}
