using Disruptor;
using LowLatency.Disruptor.Tests.Races;

namespace LowLatency.Disruptor.Tests;

/// <summary>What can be done with a disruptor of any kind of event, beyond the public surface that the package has too.</summary>
internal static class Subjects
{
    public static Payload[] TwoKinds { get; } = [Payload.Value56, Payload.Reference];

    public static Task StartFused(this Subject subject) => subject switch
    {
        ValueSubject<Event8> s => s.Disruptor.StartFused(),
        ValueSubject<Event56> s => s.Disruptor.StartFused(),
        ValueSubject<Event256> s => s.Disruptor.StartFused(),
        ObjectSubject s => s.Disruptor.StartFused(),
        _ => throw new NotSupportedException(),
    };

    public static Task Start(this Subject subject, bool fused) => fused ? subject.StartFused() : subject.Start();

    public static bool IsRunning(this Subject subject) => subject switch
    {
        ValueSubject<Event56> s => s.Disruptor.IsRunning,
        ObjectSubject s => s.Disruptor.IsRunning,
        _ => throw new NotSupportedException(),
    };

    /// <summary>Exceptions of handlers are told, and the graph goes on.</summary>
    public static void Forgive(this Subject subject, Action<Exception, long> tell)
    {
        switch (subject)
        {
            case ValueSubject<Event8> s:
                s.Disruptor.SetDefaultExceptionHandler(new Forgiver<Event8>(tell));
                break;
            case ValueSubject<Event56> s:
                s.Disruptor.SetDefaultExceptionHandler(new Forgiver<Event56>(tell));
                break;
            case ValueSubject<Event256> s:
                s.Disruptor.SetDefaultExceptionHandler(new Forgiver<Event256>(tell));
                break;
            case ObjectSubject s:
                s.Disruptor.SetDefaultExceptionHandler(new ObjectForgiver(tell));
                break;
            default:
                throw new NotSupportedException();
        }
    }

    /// <summary>Waits until every witness has passed what is published.</summary>
    public static void AwaitQuiet(this Subject subject, params Witness[] witnesses) =>
        Assert.True(Race.Await(() => witnesses.All(w => subject.SequenceOf(w) == subject.Ring.Cursor), Patience.Limit));

    public static void AssertEveryClaimThrows(this Subject subject, Exception? cause)
    {
        var ring = subject.Ring;
        Action[] claims =
        [
            () => ring.Next(), () => ring.Next(2), () => ring.TryNext(out _), () => ring.TryNext(2, out _),
            () => subject.PublishScope(), () => subject.PublishScope(2), () => subject.TryPublishScope(), () => subject.TryPublishScope(2),
        ];
        Assert.All(claims, claim => Assert.Same(cause, Assert.Throws<InvalidOperationException>(claim).InnerException));
    }

    private sealed class Forgiver<T>(Action<Exception, long> tell) : IValueExceptionHandler<T>
        where T : struct
    {
        public void HandleEventException(Exception ex, long sequence, ref T evt) => tell(ex, sequence);

        public void HandleOnTimeoutException(Exception ex, long sequence) => tell(ex, sequence);

        public void HandleOnStartException(Exception ex) => tell(ex, -1);

        public void HandleOnShutdownException(Exception ex) => tell(ex, -1);
    }

    private sealed class ObjectForgiver(Action<Exception, long> tell) : IExceptionHandler<EventObject>
    {
        public void HandleEventException(Exception ex, long sequence, EventObject evt) => tell(ex, sequence);

        public void HandleEventException(Exception ex, long sequence, EventBatch<EventObject> batch) => tell(ex, sequence);

        public void HandleOnTimeoutException(Exception ex, long sequence) => tell(ex, sequence);

        public void HandleOnStartException(Exception ex) => tell(ex, -1);

        public void HandleOnShutdownException(Exception ex) => tell(ex, -1);
    }
}
