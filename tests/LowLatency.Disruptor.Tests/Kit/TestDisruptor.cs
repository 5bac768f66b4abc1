using Disruptor;
using Disruptor.Dsl;
using Disruptor.Processing;

namespace LowLatency.Disruptor.Tests;

/// <summary>What the handlers of a graph are.</summary>
public enum HandlerKind
{
    /// <summary>Of structs, in place.</summary>
    Value,

    /// <summary>Of objects, one at a time.</summary>
    Class,

    /// <summary>Of objects, a batch at a time.</summary>
    Batch,
}

/// <summary>A disruptor of any kind of handler, seen the same way.</summary>
internal abstract class TestDisruptor : IDisposable
{
    public delegate IEventProcessor Creator(SequenceBarrier barrier);

    public abstract TestRing Ring { get; }

    public abstract bool HasStarted { get; }

    public abstract bool IsRunning { get; }

    public static TestDisruptor Make(
        HandlerKind kind, ProducerType producer, int size = 8, IWaitStrategy? waitStrategy = null, TaskScheduler? scheduler = null)
    {
        waitStrategy ??= new BlockingWaitStrategy();
        scheduler ??= TaskScheduler.Default;
        return kind switch
        {
            HandlerKind.Value => new ValueTestDisruptor(new ValueDisruptor<Tape>(() => default, size, scheduler, producer, waitStrategy)),
            HandlerKind.Class => new ClassTestDisruptor(new Disruptor<Page>(() => new Page(), size, scheduler, producer, waitStrategy)),
            HandlerKind.Batch => new BatchTestDisruptor(new Disruptor<Page>(() => new Page(), size, scheduler, producer, waitStrategy)),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        };
    }

    public abstract TestGroup HandleEventsWith(params Probe[] probes);

    public abstract TestGroup HandleEventsWith(params Creator[] creators);

    public abstract TestGroup HandleEventsWith(params IEventProcessor[] processors);

    public abstract TestGroup After(params Probe[] probes);

    public abstract TestGroup After(params IEventProcessor[] processors);

    public abstract void SetDefaultExceptionHandler(Forgiving forgiving);

    public abstract void SetExceptionHandler(Probe probe, Forgiving forgiving);

    public abstract void HandleExceptionsFor(Probe probe, Forgiving forgiving);

    /// <summary>Makes a processor as somebody outside the disruptor does.</summary>
    public abstract IEventProcessor NewProcessor(SequenceBarrier barrier, Probe probe, Forgiving? forgiving = null);

    /// <summary>Claims, fills and publishes by the scopes of the disruptor itself.</summary>
    public abstract void PublishByScopes(int ones, int batch);

    public abstract Task Start();

    public abstract Task Halt();

    public abstract Task Shutdown();

    public abstract Task Shutdown(TimeSpan timeout);

    public abstract void Dispose();

    /// <summary>Starts, lets everything published be processed, and halts.</summary>
    public async Task Run()
    {
        await Start().Within();
        await Shutdown(Patience.Limit).Within();
    }
}

/// <summary>A group of consumers of any kind.</summary>
internal abstract class TestGroup
{
    public abstract TestGroup Then(params Probe[] probes);

    public abstract TestGroup Then(params TestDisruptor.Creator[] creators);

    /// <summary>The same as <see cref="Then(Probe[])"/>, by its other name.</summary>
    public abstract TestGroup HandleEventsWith(params Probe[] probes);

    public abstract TestGroup And(TestGroup other);

    public abstract TestGroup And(params IEventProcessor[] processors);

    public abstract SequenceBarrier AsSequenceBarrier();
}
