using Disruptor;
using Disruptor.Dsl;
using Disruptor.Processing;

namespace LowLatency.Disruptor.Tests;

internal sealed class ValueTestDisruptor(ValueDisruptor<Tape> disruptor) : TestDisruptor
{
    public override TestRing Ring { get; } = new ValueTestRing<Tape>(disruptor.RingBuffer, static (ref Tape t) => ref t);

    public override bool HasStarted => disruptor.HasStarted;

    public override bool IsRunning => disruptor.IsRunning;

    public override TestGroup HandleEventsWith(params Probe[] probes) => new Group(disruptor.HandleEventsWith(probes));

    public override TestGroup HandleEventsWith(params Creator[] creators) => new Group(disruptor.HandleEventsWith(Typed(creators)));

    public override TestGroup HandleEventsWith(params IEventProcessor[] processors) => new Group(disruptor.HandleEventsWith(processors));

    public override TestGroup After(params Probe[] probes) => new Group(disruptor.After(probes));

    public override TestGroup After(params IEventProcessor[] processors) => new Group(disruptor.After(processors));

    public override void SetDefaultExceptionHandler(Forgiving forgiving) => disruptor.SetDefaultExceptionHandler(forgiving);

    public override void SetExceptionHandler(Probe probe, Forgiving forgiving) => disruptor.SetExceptionHandler(probe, forgiving);

    public override void HandleExceptionsFor(Probe probe, Forgiving forgiving) => disruptor.HandleExceptionsFor(probe).With(forgiving);

    public override IEventProcessor NewProcessor(SequenceBarrier barrier, Probe probe, Forgiving? forgiving = null)
    {
        var processor = EventProcessorFactory.Create(disruptor.RingBuffer, barrier, probe);
        processor.SetExceptionHandler(forgiving ?? new Forgiving());
        return processor;
    }

    public override void PublishByScopes(int ones, int batch)
    {
        for (var i = 0; i < ones; i++)
        {
            using var scope = disruptor.PublishEvent();
            scope.Event().Write(scope.Sequence);
        }

        using var all = disruptor.PublishEvents(batch);
        for (var i = 0; i < batch; i++)
        {
            all.Event(i).Write(all.StartSequence + i);
        }
    }

    public override Task Start() => disruptor.Start();

    public override Task Halt() => disruptor.Halt();

    public override Task Shutdown() => disruptor.Shutdown();

    public override Task Shutdown(TimeSpan timeout) => disruptor.Shutdown(timeout);

    public override void Dispose() => disruptor.Dispose();

    private static ValueEventProcessorCreator<Tape>[] Typed(Creator[] creators) =>
        Array.ConvertAll<Creator, ValueEventProcessorCreator<Tape>>(creators, c => (_, barrier) => c(barrier));

    private sealed class Group(ValueEventHandlerGroup<Tape> group) : TestGroup
    {
        private ValueEventHandlerGroup<Tape> Typed => group;

        public override TestGroup Then(params Probe[] probes) => new Group(group.Then(probes));

        public override TestGroup Then(params Creator[] creators) => new Group(group.Then(ValueTestDisruptor.Typed(creators)));

        public override TestGroup HandleEventsWith(params Probe[] probes) => new Group(group.HandleEventsWith(probes));

        public override TestGroup And(TestGroup other) => new Group(group.And(((Group)other).Typed));

        public override TestGroup And(params IEventProcessor[] processors) => new Group(group.And(processors));

        public override SequenceBarrier AsSequenceBarrier() => group.AsSequenceBarrier();
    }
}
