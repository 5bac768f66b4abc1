using System.Diagnostics;
using Disruptor;
using Disruptor.Dsl;

namespace LowLatency.Pipeline;

/// <summary>
/// A ring of events and the stages behind it, each after the one before. Configured, started and stopped by one thread; one
/// thread at a time publishes. This file alone knows whose ring it is: src/LowLatency.Disruptor, or, in a build with
/// <c>-p:UseDisruptorNet=true</c>, the package of the same names. Decisions are the same, speed is not.
/// </summary>
public sealed class EventRing : IDisposable
{
    private readonly ValueDisruptor<PipelineEvent> _disruptor;
    private readonly ThreadPlan _plan;
    private bool _isRunning;

    /// <summary>Makes a ring.</summary>
    /// <param name="size">Slots: a power of two.</param>
    /// <param name="plan">How its stages run and wait.</param>
    public EventRing(int size, ThreadPlan plan)
    {
        _plan = plan;
        _disruptor = new ValueDisruptor<PipelineEvent>(
            static () => default, size, TaskScheduler.Default, ProducerType.Single, plan.NewWaitStrategy());
    }

    /// <summary>Where events are published.</summary>
    public ValueRingBuffer<PipelineEvent> Buffer => _disruptor.RingBuffer;

    /// <summary>Adds the stages. Once, before the start.</summary>
    public void Handle(params IValueEventHandler<PipelineEvent>[] stages)
    {
#if DISRUPTOR_NET
        if (_plan.Topology == Topology.Fused)
        {
            _disruptor.HandleEventsWith(new FusedStages(stages));
            return;
        }
#endif
        ValueEventHandlerGroup<PipelineEvent> group = _disruptor.HandleEventsWith(stages[0]);
        foreach (IValueEventHandler<PipelineEvent> stage in stages.AsSpan(1))
        {
            group = group.Then(stage);
        }
    }

    /// <summary>Starts the threads.</summary>
    public void Start()
    {
        _isRunning = true;
#if DISRUPTOR_NET
        _ = _disruptor.Start();
#else
        _ = _plan.Topology == Topology.Fused ? _disruptor.StartFused() : _disruptor.Start();
#endif
    }

    /// <summary>Handles what has been published, then stops the stages. To stop what was not started is to do nothing.</summary>
    /// <exception cref="TimeoutException">Events are left.</exception>
    public Task StopAsync(TimeSpan timeout)
    {
        if (!_isRunning)
        {
            return Task.CompletedTask;
        }

        _isRunning = false;
#if DISRUPTOR_NET_6
        _disruptor.Shutdown(timeout);
        return Task.CompletedTask;
#else
        return _disruptor.Shutdown(timeout);
#endif
    }

    /// <summary>Stops at once, if it has not been stopped.</summary>
    public void Dispose()
    {
#if DISRUPTOR_NET_6
        if (_isRunning)
        {
            _disruptor.Halt();
        }
#else
        _disruptor.Dispose();
#endif
        _isRunning = false;
    }

#if DISRUPTOR_NET
    /// <summary>The package has no fused threads: several stages as one handler, an event through all of them and then the next, a batch of its own.</summary>
    private sealed class FusedStages(IValueEventHandler<PipelineEvent>[] stages) : IValueEventHandler<PipelineEvent>
    {
        public void OnEvent(ref PipelineEvent data, long sequence, bool endOfBatch)
        {
            foreach (IValueEventHandler<PipelineEvent> stage in stages)
            {
                stage.OnEvent(ref data, sequence, endOfBatch: true);
            }
        }

        public void OnStart()
        {
            foreach (IValueEventHandler<PipelineEvent> stage in stages)
            {
                stage.OnStart();
            }
        }

        public void OnShutdown()
        {
            foreach (IValueEventHandler<PipelineEvent> stage in stages)
            {
                stage.OnShutdown();
            }
        }
    }
#endif
}

/// <summary>What the ring's checks in Debug builds are told.</summary>
internal static class EventRingChecks
{
    /// <summary>Another thread publishes from now on, ordered behind the one before.</summary>
    [Conditional("DEBUG")]
    public static void HandOver(this ValueRingBuffer<PipelineEvent> ring)
    {
#if !DISRUPTOR_NET
        ring.HandOverProducer();
#endif
    }
}
