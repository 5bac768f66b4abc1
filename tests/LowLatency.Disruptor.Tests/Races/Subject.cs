using Disruptor;
using Disruptor.Dsl;
using Disruptor.Processing;

namespace LowLatency.Disruptor.Tests.Races;

/// <summary>What kind of event a ring holds.</summary>
public enum Payload
{
    Value8,
    Value56,
    Value256,
    Reference,
}

/// <summary>How the consumers of a graph depend on each other.</summary>
public enum Shape
{
    Parallel,
    Chain,

    /// <summary>The first, then those in the middle side by side, then the last. With three: two side by side, then the last.</summary>
    Diamond,
}

/// <summary>A disruptor of any kind of event, through its public surface alone.</summary>
public abstract class Subject(ProducerType producers, int size) : IDisposable
{
    public static Payload[] Kinds { get; } = Enum.GetValues<Payload>();

    public static ProducerType[] ProducerTypes { get; } = [ProducerType.Single, ProducerType.Multi];

    public ProducerType Producers { get; } = producers;

    public int Size { get; } = size;

    /// <summary>Claims and publications.</summary>
    public abstract RingBuffer Ring { get; }

    public static Subject Make(Payload kind, ProducerType producers, int size, IWaitStrategy? waitStrategy = null)
    {
        waitStrategy ??= new YieldingWaitStrategy();
        return kind switch
        {
            Payload.Value8 => new ValueSubject<Event8>(producers, size, waitStrategy),
            Payload.Value56 => new ValueSubject<Event56>(producers, size, waitStrategy),
            Payload.Value256 => new ValueSubject<Event256>(producers, size, waitStrategy),
            _ => new ObjectSubject(producers, size, waitStrategy),
        };
    }

    /// <summary>Adds handlers and tells them who is before them.</summary>
    public void Wire(Shape shape, params Witness[] witnesses)
    {
        Witness[][] stages = shape switch
        {
            Shape.Parallel => [witnesses],
            Shape.Diamond when witnesses.Length > 2 => witnesses.Length == 3
                ? [witnesses[..2], witnesses[2..]]
                : [witnesses[..1], witnesses[1..^1], witnesses[^1..]],
            _ => Array.ConvertAll(witnesses, w => new[] { w }),
        };
        Witness[] before = [];
        foreach (var stage in stages)
        {
            Array.ForEach(stage, w => w.Before = before);
            before = stage;
        }

        Wire(stages);
    }

    public abstract void Write(long sequence, long mark);

    /// <summary>Reads the slot of a sequence as its consumer does.</summary>
    public abstract void See(Witness witness, long sequence);

    /// <summary>A poller that nobody waits for yet: its poll, and its position.</summary>
    public abstract (Func<EventPoller.PollState> Poll, Sequence Sequence) NewPoller(Witness witness);

    /// <summary>A processor behind the cursor that nobody waits for yet.</summary>
    public abstract IEventProcessor NewProcessor(Witness witness);

    /// <summary>What the handler of a witness has passed.</summary>
    public abstract long SequenceOf(Witness witness);

    public abstract Task Start();

    public abstract Task Halt();

    public abstract Task Shutdown();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Claims, waiting for room, writes the sequence as the mark, and publishes at once.</summary>
    public void Publish(int count = 1)
    {
        var hi = count == 1 ? Ring.Next() : Ring.Next(count);
        WriteAndPublish(hi - count + 1, hi);
    }

    /// <summary>As <see cref="Publish"/>, where there is room.</summary>
    public bool TryPublish(int count = 1)
    {
        if (!(count == 1 ? Ring.TryNext(out var hi) : Ring.TryNext(count, out hi)))
        {
            return false;
        }

        WriteAndPublish(hi - count + 1, hi);
        return true;
    }

    /// <summary>As <see cref="Publish"/>, by a scope.</summary>
    public abstract void PublishScope();

    public abstract void PublishScope(int count);

    /// <summary>As <see cref="TryPublish"/>, by a scope.</summary>
    public abstract bool TryPublishScope();

    public abstract bool TryPublishScope(int count);

    protected abstract void Wire(Witness[][] stages);

    protected abstract void Dispose(bool disposing);

    private void WriteAndPublish(long lo, long hi)
    {
        for (var sequence = lo; sequence <= hi; sequence++)
        {
            Write(sequence, sequence);
        }

        if (lo == hi)
        {
            Ring.Publish(hi);
        }
        else
        {
            Ring.Publish(lo, hi);
        }
    }
}
