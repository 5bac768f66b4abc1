using Disruptor;
using Disruptor.Dsl;
using Disruptor.Processing;

namespace LowLatency.Disruptor.Tests.Races;

/// <summary>Graphs that are halted, shut down or restarted at any moment, while publishers run.</summary>
[Collection(nameof(Spinning))]
public sealed class HaltRaceTests
{
    private const int Size = 16;

    public static MatrixTheoryData<Payload, ProducerType> Rings { get; } =
        new([Payload.Value56, Payload.Reference], Subject.ProducerTypes);

    [Theory]
    [MemberData(nameof(Rings))]
    public Task After_a_halt_no_handler_is_called_and_what_was_seen_is_a_prefix(Payload kind, ProducerType producers) =>
        Repeat(kind, producers, async (subject, witnesses, random) =>
        {
            using var over = new CancellationTokenSource();
            var published = Task.WhenAll(Enumerable.Range(0, producers == ProducerType.Single ? 1 : 2)
                .Select(_ => Patience.OnThread(() => PublishUntil(subject, over.Token))));
            var started = subject.Start();
            Race.Spin(random.NextInt64(1L << random.Next(21)));
            await subject.Halt().Within();
            var seen = Array.ConvertAll(witnesses, w => w.Close());
            Race.Spin(random.Next(50_000));
            await over.CancelAsync();
            await published.Within();
            await started.Within();
            for (var i = 0; i < witnesses.Length; i++)
            {
                Assert.Equal(seen[i], witnesses[i].Seen);
                Assert.Equal(seen[i], subject.SequenceOf(witnesses[i]));
                Assert.All(witnesses[i].Before, w => Assert.InRange(seen[i], -1, w.Seen));
                Assert.InRange(seen[i], -1, subject.Ring.Cursor);
            }
        });

    [Theory]
    [MemberData(nameof(Rings))]
    public Task A_shutdown_at_any_moment_loses_nothing(Payload kind, ProducerType producers) =>
        Repeat(kind, producers, async (subject, witnesses, random) =>
        {
            // As much as fits is there before the start, at times; the rest comes while the handlers start.
            var left = random.Next(1, 4 * Size);
            while (random.Next(4) == 0 && left > 1 && subject.TryPublish())
            {
                left--;
            }

            _ = subject.Start();
            Race.Spin(random.NextInt64(1L << random.Next(21)));
            for (; left > 0; left--)
            {
                subject.Publish();
            }

            await subject.Shutdown().Within();
            foreach (var witness in witnesses)
            {
                Assert.Equal(subject.Ring.Cursor, witness.Close());
                Assert.Equal(witness.Seen, subject.SequenceOf(witness));
                Assert.NotEqual(-1, witness.Seen);
            }
        });

    [Theory]
    [MemberData(nameof(Rings))]
    public async Task A_processor_that_halts_and_starts_again_and_again_sees_every_event_once(Payload kind, ProducerType producers)
    {
        var deadline = Race.For(300);
        var random = new Random(2);
        foreach (var strategy in (string[])["Blocking", "Yielding"])
        {
            using var subject = Subject.Make(kind, producers, Size, Strategy.Make(strategy));
            using var over = new CancellationTokenSource();
            var witness = new Closing(1);
            using var processor = subject.NewProcessor(witness);
            subject.Ring.AddGatingSequences(processor.Sequence);
            var published = Patience.OnThread(() => PublishUntil(subject, over.Token));
            var part = deadline.Part(strategy == "Blocking" ? 0.5 : 1);
            var runs = 0;
            for (; !part.IsOver; runs++)
            {
                await processor.Start().Within();
                Race.Spin(random.NextInt64(1L << random.Next(18)));
                await processor.Halt().Within();
                Assert.Equal(witness.Close(), processor.Sequence.Value);
                Assert.False(processor.IsRunning);
                witness.Open();
            }

            await over.CancelAsync();
            await published.Within();
            await processor.Start().Within();
            Assert.True(Race.Await(() => witness.Seen == subject.Ring.Cursor, Patience.Limit));
            await processor.Halt().Within();
            witness.AssertOnlyWhole();
            Assert.Equal((runs + 1, runs + 1), (witness.Starts, witness.Stops));
        }
    }

    /// <summary>Runs stories, each with a graph of its own that has not started.</summary>
    private static async Task Repeat(Payload kind, ProducerType producers, Func<Subject, Closing[], Random, Task> story)
    {
        var random = new Random(4);
        var deadline = Race.For(400);
        var stories = 0;
        for (; !deadline.IsOver; stories++)
        {
            using var subject = Subject.Make(kind, producers, Size, Strategy.Make(random.GetItems(Strategy.Names, 1)[0]));
            Closing[] witnesses = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => new Closing(random.Next()))];
            subject.Wire(random.GetItems(Enum.GetValues<Shape>(), 1)[0], witnesses);
            await story(subject, witnesses, random);
            foreach (var witness in witnesses)
            {
                witness.Count(Outcome.Whole);
                witness.AssertOnlyWhole();
                Assert.Equal((1, 1), (witness.Starts, witness.Stops));
            }
        }

        Assert.NotEqual(0, stories);
    }

    /// <summary>Publishes where there is room: behind a halted graph there is none.</summary>
    private static void PublishUntil(Subject subject, CancellationToken over)
    {
        var random = new Random(8);
        while (!over.IsCancellationRequested)
        {
            if (!subject.TryPublish(random.Next(1, 5)))
            {
                Thread.Yield();
            }
        }
    }

    /// <summary>Counts whatever it is told once it is closed.</summary>
    private sealed class Closing(int seed) : Witness
    {
        private readonly Random _random = new(seed);
        private volatile bool _closed;

        public int Starts { get; private set; }

        public int Stops { get; private set; }

        /// <returns>The last sequence seen.</returns>
        public long Close()
        {
            _closed = true;
            return Seen;
        }

        public void Open() => _closed = false;

        public override void OnStart()
        {
            CountIfClosed();
            Starts++;
        }

        public override void OnBatchStart(long batchSize) => CountIfClosed();

        public override void OnShutdown()
        {
            CountIfClosed();
            Stops++;
        }

        protected override void Linger(long sequence, bool endOfBatch)
        {
            CountIfClosed();
            Race.Stall(_random);
        }

        private void CountIfClosed()
        {
            if (_closed)
            {
                Count(Outcome.OutOfPlace);
            }
        }
    }
}
