using Disruptor;
using Disruptor.Dsl;
using LowLatency.Disruptor.Tests.Races;

namespace LowLatency.Disruptor.Tests;

/// <summary>
/// A failure that no exception handler forgives stops the whole graph: the handlers beside, before and behind it end, a
/// producer that waits for room gets the cause, and so does every later claim.
/// </summary>
[Collection(nameof(Spinning))]
public sealed class ExceptionHandlingTests
{
    private const int Size = 4;

    public static MatrixTheoryData<Payload, ProducerType, Callback> Failures { get; } =
        new(Subjects.TwoKinds, Subject.ProducerTypes, Enum.GetValues<Callback>());

    public static MatrixTheoryData<Payload, ProducerType> Rings { get; } = new(Subjects.TwoKinds, Subject.ProducerTypes);

    /// <summary>Where a handler throws.</summary>
    public enum Callback
    {
        Start,
        BatchStart,
        Event,
        Timeout,
        Shutdown,
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task A_failure_in_any_callback_stops_the_graph_and_reaches_whoever_asks(Payload kind, ProducerType producers, Callback callback)
    {
        using var subject = Subject.Make(kind, producers, Size, new TimeoutBlockingWaitStrategy(TimeSpan.FromMilliseconds(1)));
        var failing = new Failing(callback);
        Failing before = new(null), behind = new(null);
        subject.Wire(Shape.Chain, before, failing, behind);
        if (callback is Callback.Event or Callback.BatchStart)
        {
            subject.Publish(2);
        }

        var started = subject.Start();
        if (callback == Callback.Start)
        {
            await Assert.ThrowsAsync<ApplicationException>(() => started.Within());
        }

        if (callback == Callback.Shutdown)
        {
            await started.Within();
            Assert.True(subject.IsRunning());
        }
        else
        {
            Assert.True(Race.Await(() => !subject.IsRunning(), Patience.Limit));
        }

        var end = await Assert.ThrowsAsync<ApplicationException>(() => subject.Halt().Within());
        Assert.Equal($"{callback}", Assert.IsType<FormatException>(end.InnerException).Message);
        subject.AssertEveryClaimThrows(end);
        Assert.All([before, failing, behind], f => Assert.Equal(1, f.Stops));

        // What the failing one had not passed, nobody behind it has seen.
        Assert.Equal(-1, subject.SequenceOf(failing));
        Assert.Equal(-1, behind.Seen);
    }

    [Theory]
    [MemberData(nameof(Rings))]
    public async Task A_producer_that_waits_for_room_gets_the_cause(Payload kind, ProducerType producers)
    {
        using var subject = Subject.Make(kind, producers, Size, new BlockingWaitStrategy());
        using var gate = new ManualResetEventSlim();
        var failing = new Failing(Callback.Event, atSequence: 2, gate);
        subject.Wire(Shape.Parallel, failing, new Failing(null));
        await subject.Start().Within();
        var producer = Patience.OnThread(() =>
        {
            subject.Publish(Size);
            Fill(subject);
        });
        Assert.True(Race.Await(() => subject.Ring.Cursor >= Size - 1, Patience.Limit));
        gate.Set();

        // It gets room for what the failing one has passed, and no more.
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => producer.Within());
        Assert.IsType<FormatException>(refused.InnerException!.InnerException);
        Assert.InRange(subject.Ring.Cursor, Size - 1, producers == ProducerType.Single ? Size + 1 : Size + 2);
        Assert.Equal(1, subject.SequenceOf(failing));
        Assert.True(Race.Await(() => !subject.IsRunning(), Patience.Limit));
        await Assert.ThrowsAsync<ApplicationException>(() => subject.Shutdown().Within());
        subject.AssertEveryClaimThrows(refused.InnerException);
    }

    [Theory]
    [MemberData(nameof(Rings))]
    public async Task The_first_cause_stays(Payload kind, ProducerType producers)
    {
        using var subject = Subject.Make(kind, producers, Size, new BlockingWaitStrategy());
        subject.Wire(Shape.Parallel, new Failing(Callback.Event), new Failing(Callback.Shutdown));
        subject.Publish();
        await subject.Start().Within();
        var end = await Record.ExceptionAsync(() => subject.Shutdown().Within());
        Assert.IsType<ApplicationException>(end);
        var refused = Assert.Throws<InvalidOperationException>(() => subject.Ring.Next());
        Assert.Equal(nameof(Callback.Event), refused.InnerException!.InnerException!.Message);
    }

    [Theory]
    [MemberData(nameof(Rings))]
    public async Task Handlers_that_sleep_are_woken_and_end(Payload kind, ProducerType producers)
    {
        using var subject = Subject.Make(kind, producers, Size, new BlockingWaitStrategy());
        Failing failing = new(Callback.Event), beside = new(null);
        subject.Wire(Shape.Parallel, beside, failing);
        await subject.Start().Within();
        subject.Publish();
        Assert.True(Race.Await(() => beside.Stops == 1 && failing.Stops == 1, Patience.Limit));
        await Assert.ThrowsAsync<ApplicationException>(() => subject.Halt().Within());
    }

    [Theory]
    [MemberData(nameof(Rings))]
    public async Task Halt_releases_a_producer_that_waits_for_room(Payload kind, ProducerType producers)
    {
        using var subject = Subject.Make(kind, producers, Size, new BlockingWaitStrategy());
        using var gate = new ManualResetEventSlim();
        subject.Wire(Shape.Parallel, new Failing(null, atSequence: 0, gate));
        await subject.Start().Within();
        var producer = Patience.OnThread(() => Fill(subject));
        Assert.True(Race.Await(() => subject.Ring.Cursor >= Size - 1, Patience.Limit));
        var halted = subject.Halt();
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => producer.Within());
        Assert.Null(refused.InnerException);
        gate.Set();
        await halted.Within();
    }

    [Theory]
    [MemberData(nameof(Rings))]
    public async Task Shutdown_of_a_failed_graph_does_not_wait_for_what_nobody_will_process(Payload kind, ProducerType producers)
    {
        using var subject = Subject.Make(kind, producers, Size, new BlockingWaitStrategy());
        subject.Wire(Shape.Chain, new Failing(Callback.Event, atSequence: 1), new Failing(null));
        subject.Publish(Size);
        await subject.Start().Within();
        await Assert.ThrowsAsync<ApplicationException>(() => Patience.OnThread(() => subject.Shutdown().GetAwaiter().GetResult()).Within());
    }

    private static void Fill(Subject subject)
    {
        while (true)
        {
            subject.Publish();
        }
    }

    /// <summary>Throws in one callback, at one sequence.</summary>
    /// <param name="callback">Null for never.</param>
    /// <param name="atSequence">The event.</param>
    /// <param name="gate">What it waits for there.</param>
    private sealed class Failing(Callback? callback, long atSequence = 0, ManualResetEventSlim? gate = null) : Witness
    {
        private int _stops;

        public int Stops => Volatile.Read(ref _stops);

        public override void OnStart() => ThrowIf(Callback.Start);

        public override void OnBatchStart(long batchSize) => ThrowIf(Callback.BatchStart);

        public override void OnTimeout(long sequence) => ThrowIf(Callback.Timeout);

        public override void OnShutdown()
        {
            Interlocked.Increment(ref _stops);
            ThrowIf(Callback.Shutdown);
        }

        protected override void Linger(long sequence, bool endOfBatch)
        {
            if (sequence == atSequence)
            {
                gate?.Wait(Patience.Limit);
                ThrowIf(Callback.Event);
            }
        }

        private void ThrowIf(Callback current)
        {
            if (current == callback)
            {
                throw new FormatException($"{current}");
            }
        }
    }
}
