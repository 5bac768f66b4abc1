using Disruptor;
using Disruptor.Dsl;
using Disruptor.Processing;

namespace LowLatency.Disruptor.Tests;

/// <summary>Handlers of objects, one event at a time.</summary>
internal sealed class ClassTestDisruptor(Disruptor<Page> disruptor) : PageTestDisruptor(disruptor)
{
    private readonly Disruptor<Page> _disruptor = disruptor;

    public override TestGroup HandleEventsWith(params Probe[] probes) => Group(_disruptor.HandleEventsWith((IEventHandler<Page>[])probes));

    public override TestGroup After(params Probe[] probes) => Group(_disruptor.After((IEventHandler<Page>[])probes));

    public override void SetExceptionHandler(Probe probe, Forgiving forgiving) =>
        _disruptor.SetExceptionHandler((IEventHandler<Page>)probe, forgiving);

    public override void HandleExceptionsFor(Probe probe, Forgiving forgiving) =>
        _disruptor.HandleExceptionsFor((IEventHandler<Page>)probe).With(forgiving);

    protected override EventHandlerGroup<Page> Then(EventHandlerGroup<Page> group, Probe[] probes) => group.Then((IEventHandler<Page>[])probes);

    protected override EventHandlerGroup<Page> HandleEventsWith(EventHandlerGroup<Page> group, Probe[] probes) =>
        group.HandleEventsWith((IEventHandler<Page>[])probes);

    protected override IEventProcessor<Page> NewProcessor(SequenceBarrier barrier, Probe probe) =>
        EventProcessorFactory.Create(_disruptor.RingBuffer, barrier, (IEventHandler<Page>)probe);
}

/// <summary>Handlers of objects, a batch at a time.</summary>
internal sealed class BatchTestDisruptor(Disruptor<Page> disruptor) : PageTestDisruptor(disruptor)
{
    private readonly Disruptor<Page> _disruptor = disruptor;

    public override TestGroup HandleEventsWith(params Probe[] probes) => Group(_disruptor.HandleEventsWith((IBatchEventHandler<Page>[])probes));

    public override TestGroup After(params Probe[] probes) => Group(_disruptor.After((IBatchEventHandler<Page>[])probes));

    public override void SetExceptionHandler(Probe probe, Forgiving forgiving) =>
        _disruptor.SetExceptionHandler((IBatchEventHandler<Page>)probe, forgiving);

    public override void HandleExceptionsFor(Probe probe, Forgiving forgiving) =>
        _disruptor.HandleExceptionsFor((IBatchEventHandler<Page>)probe).With(forgiving);

    protected override EventHandlerGroup<Page> Then(EventHandlerGroup<Page> group, Probe[] probes) => group.Then((IBatchEventHandler<Page>[])probes);

    protected override EventHandlerGroup<Page> HandleEventsWith(EventHandlerGroup<Page> group, Probe[] probes) =>
        group.HandleEventsWith((IBatchEventHandler<Page>[])probes);

    protected override IEventProcessor<Page> NewProcessor(SequenceBarrier barrier, Probe probe) =>
        EventProcessorFactory.Create(_disruptor.RingBuffer, barrier, (IBatchEventHandler<Page>)probe);
}

/// <summary>What disruptors of objects share.</summary>
internal abstract class PageTestDisruptor(Disruptor<Page> disruptor) : TestDisruptor
{
    public override TestRing Ring { get; } = new ClassTestRing(disruptor.RingBuffer);

    public override bool HasStarted => disruptor.HasStarted;

    public override bool IsRunning => disruptor.IsRunning;

    public override TestGroup HandleEventsWith(params Creator[] creators) => Group(disruptor.HandleEventsWith(Typed(creators)));

    public override TestGroup HandleEventsWith(params IEventProcessor[] processors) => Group(disruptor.HandleEventsWith(processors));

    public override TestGroup After(params IEventProcessor[] processors) => Group(disruptor.After(processors));

    public override void SetDefaultExceptionHandler(Forgiving forgiving) => disruptor.SetDefaultExceptionHandler(forgiving);

    public override IEventProcessor NewProcessor(SequenceBarrier barrier, Probe probe, Forgiving? forgiving = null)
    {
        var processor = NewProcessor(barrier, probe);
        processor.SetExceptionHandler(forgiving ?? new Forgiving());
        return processor;
    }

    public override void PublishByScopes(int ones, int batch)
    {
        for (var i = 0; i < ones; i++)
        {
            using var scope = disruptor.PublishEvent();
            scope.Event().Tape.Write(scope.Sequence);
        }

        using var all = disruptor.PublishEvents(batch);
        for (var i = 0; i < batch; i++)
        {
            all.Event(i).Tape.Write(all.StartSequence + i);
        }
    }

    public override Task Start() => disruptor.Start();

    public override Task Halt() => disruptor.Halt();

    public override Task Shutdown() => disruptor.Shutdown();

    public override Task Shutdown(TimeSpan timeout) => disruptor.Shutdown(timeout);

    public override void Dispose() => disruptor.Dispose();

    protected TestGroup Group(EventHandlerGroup<Page> group) => new PageGroup(this, group);

    protected abstract EventHandlerGroup<Page> Then(EventHandlerGroup<Page> group, Probe[] probes);

    protected abstract EventHandlerGroup<Page> HandleEventsWith(EventHandlerGroup<Page> group, Probe[] probes);

    protected abstract IEventProcessor<Page> NewProcessor(SequenceBarrier barrier, Probe probe);

    private static EventProcessorCreator<Page>[] Typed(Creator[] creators) =>
        Array.ConvertAll<Creator, EventProcessorCreator<Page>>(creators, c => (_, barrier) => c(barrier));

    private sealed class PageGroup(PageTestDisruptor owner, EventHandlerGroup<Page> group) : TestGroup
    {
        private EventHandlerGroup<Page> Typed => group;

        public override TestGroup Then(params Probe[] probes) => owner.Group(owner.Then(group, probes));

        public override TestGroup Then(params Creator[] creators) => owner.Group(group.Then(PageTestDisruptor.Typed(creators)));

        public override TestGroup HandleEventsWith(params Probe[] probes) => owner.Group(owner.HandleEventsWith(group, probes));

        public override TestGroup And(TestGroup other) => owner.Group(group.And(((PageGroup)other).Typed));

        public override TestGroup And(params IEventProcessor[] processors) => owner.Group(group.And(processors));

        public override SequenceBarrier AsSequenceBarrier() => group.AsSequenceBarrier();
    }
}
