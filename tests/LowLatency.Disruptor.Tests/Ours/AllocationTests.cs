using Disruptor;
using Disruptor.Dsl;
using LowLatency.Disruptor.Tests.Races;

namespace LowLatency.Disruptor.Tests;

/// <summary>Bytes per thread between a warm event and the last one, on both sides of the ring: 0, in Debug too.</summary>
[Collection(nameof(Spinning))]
public sealed class AllocationTests
{
    private const int WarmUp = 1_000;
    private const int Events = 2_000;
    private const int Size = 64;

    public static MatrixTheoryData<string, ProducerType, Payload, bool> Graphs { get; } =
        new(Strategy.Names, Subject.ProducerTypes, Subjects.TwoKinds, [false, true]);

    public static MatrixTheoryData<ProducerType, Payload> Rings { get; } = new(Subject.ProducerTypes, Subjects.TwoKinds);

    [Theory]
    [MemberData(nameof(Graphs))]
    public async Task Publishing_and_handling_allocate_nothing(string strategy, ProducerType producers, Payload kind, bool fused)
    {
        var (produced, handled) = await Measure(strategy, producers, kind, fused, _ => { });
        Assert.Equal(0, produced);
        Assert.Equal([0, 0], handled);
    }

    [Fact]
    public async Task The_measurement_sees_a_handler_that_allocates()
    {
        var (_, handled) = await Measure(
            "Yielding", ProducerType.Single, Payload.Value56, fused: false, s => GC.KeepAlive(s % 100 == 0 ? new byte[8] : null));
        Assert.InRange(handled[0], 1, long.MaxValue);
        Assert.Equal(0, handled[1]);
    }

    [Fact]
    public void The_measurement_sees_a_publisher_that_allocates()
    {
        var meter = new Meter(_ => GC.KeepAlive(new byte[8]));
        meter.Linger(WarmUp);
        meter.Linger(WarmUp + 1);
        Assert.InRange(meter.Bytes, 1, long.MaxValue);
    }

    [Theory]
    [MemberData(nameof(Rings))]
    public async Task Polling_allocates_nothing(ProducerType producers, Payload kind)
    {
        using var subject = Subject.Make(kind, producers, Size);
        var meter = new Meter(_ => { });
        var (poll, sequence) = subject.NewPoller(meter);
        subject.Ring.AddGatingSequences(sequence);
        using var allPublished = new CancellationTokenSource();
        var polled = Patience.OnThread(() =>
        {
            bool isLast;
            do
            {
                isLast = allPublished.IsCancellationRequested;
            }
            while (poll() == EventPoller.PollState.Processing || !isLast);

            // An idle poll must not allocate either.
            var before = GC.GetAllocatedBytesForCurrentThread();
            var state = poll();
            var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.Equal((EventPoller.PollState.Idle, 0), (state, bytes));
        });
        await Patience.OnThread(() => Publish(subject, WarmUp + Events)).Within();
        await allPublished.CancelAsync();
        await polled.Within();
        Assert.Equal(subject.Ring.Cursor, meter.Seen);
        Assert.Equal(0, meter.Bytes);
    }

    [Theory]
    [InlineData("Blocking", false)]
    [InlineData("Blocking", true)]
    [InlineData("Yielding", false)]
    [InlineData("Yielding", true)]
    public async Task A_timeout_allocates_nothing(string strategy, bool fused)
    {
        IWaitStrategy waitStrategy = strategy == "Blocking"
            ? new TimeoutBlockingWaitStrategy(TimeSpan.FromMilliseconds(1))
            : new TimeoutYieldingWaitStrategy(TimeSpan.FromMilliseconds(1));
        using var subject = Subject.Make(Payload.Value56, ProducerType.Single, Size, waitStrategy);
        Timed first = new(), second = new();
        subject.Wire(Shape.Chain, first, second);
        await subject.Start(fused).Within();
        Assert.True(Race.Await(() => first.Timeouts >= Timed.Last && second.Timeouts >= Timed.Last, Patience.Limit));
        await subject.Halt().Within();
        Assert.Equal((0, 0), (first.Bytes, second.Bytes));
    }

    private static async Task<(long Produced, long[] Handled)> Measure(
        string strategy, ProducerType producers, Payload kind, bool fused, Action<long> onEvent)
    {
        using var subject = Subject.Make(kind, producers, Size, Strategy.Make(strategy));
        Meter[] meters = [new(onEvent), new(_ => { })];
        subject.Wire(Shape.Chain, meters);
        await subject.Start(fused).Within();
        long produced = 0;
        await Patience.OnThread(() =>
        {
            Publish(subject, WarmUp);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Publish(subject, Events);
            produced = GC.GetAllocatedBytesForCurrentThread() - before;
        }).Within();
        await subject.Shutdown().Within();
        Assert.All(meters, m => Assert.InRange(m.Seen, WarmUp + Events - 1, long.MaxValue));
        return (produced, Array.ConvertAll(meters, m => m.Bytes));
    }

    /// <summary>Each way to claim and to publish, with pauses in which consumers fall asleep.</summary>
    private static void Publish(Subject subject, int count)
    {
        for (var i = 0; i < count; i += 12)
        {
            subject.Publish();
            subject.Publish(2);
            subject.PublishScope();
            subject.PublishScope(2);
            while (!subject.TryPublish() || !subject.TryPublish(2) || !subject.TryPublishScope() || !subject.TryPublishScope(2))
            {
                Thread.Yield();
            }

            if (i % 1_200 == 0)
            {
                Race.Spin(100_000);
            }
        }
    }

    private sealed class Meter(Action<long> onEvent) : Witness
    {
        private long _before;

        public long Bytes { get; private set; }

        public void Linger(long sequence) => Linger(sequence, endOfBatch: true);

        protected override void Linger(long sequence, bool endOfBatch)
        {
            onEvent(sequence);
            if (sequence == WarmUp)
            {
                _before = GC.GetAllocatedBytesForCurrentThread();
            }
            else if (sequence > WarmUp)
            {
                Bytes = GC.GetAllocatedBytesForCurrentThread() - _before;
            }
        }
    }

    private sealed class Timed : Witness
    {
        public const int Last = 30;
        private const int First = 10;

        private long _before;
        private int _timeouts;

        public int Timeouts => Volatile.Read(ref _timeouts);

        public long Bytes { get; private set; }

        public override void OnTimeout(long sequence)
        {
            if (_timeouts == First)
            {
                _before = GC.GetAllocatedBytesForCurrentThread();
            }
            else if (_timeouts > First)
            {
                Bytes = GC.GetAllocatedBytesForCurrentThread() - _before;
            }

            Volatile.Write(ref _timeouts, _timeouts + 1);
        }
    }
}
