using Disruptor.Dsl;

namespace LowLatency.Disruptor.Tests.Races;

/// <summary>
/// Whole graphs of random shape: one to four publishers, one to four handlers, every wait strategy, small rings and larger
/// ones, random batches, random stalls on both sides. Every handler sees every event exactly once, whole, in the order of
/// the sequences, in the order of its publisher, and after the handlers it depends on.
/// </summary>
[Collection(nameof(Spinning))]
public sealed class GraphRaceTests
{
    public static MatrixTheoryData<string, int> Graphs { get; } = new(Strategy.Names, [1, 2, 4, 8, 64, 256]);

    [Theory]
    [MemberData(nameof(Graphs))]
    public async Task Every_handler_sees_every_event_once_in_order(string strategy, int size)
    {
        var random = new Random(size + Array.IndexOf(Strategy.Names, strategy));
        var whole = Race.For(180);
        do
        {
            var kind = random.GetItems(Subject.Kinds, 1)[0];
            var shape = random.GetItems(Enum.GetValues<Shape>(), 1)[0];
            var publishers = random.Next(1, 5);
            var producers = publishers > 1 ? ProducerType.Multi : random.GetItems(Subject.ProducerTypes, 1)[0];
            var handlers = random.Next(1, 5);
            try
            {
                using var subject = Subject.Make(kind, producers, size, Strategy.Make(strategy));
                await Run(subject, shape, publishers, handlers, whole.Part(0.4));
            }
            catch (Exception ex)
            {
                throw new InvalidOperationException($"{publishers} publishers ({producers}) of {kind}, {handlers} handlers ({shape})", ex);
            }
        }
        while (!whole.IsOver);
    }

    private static async Task Run(Subject subject, Shape shape, int publishers, int handlers, Deadline deadline)
    {
        Checker[] checkers = [.. Enumerable.Range(0, handlers).Select(i => new Checker(publishers, i))];
        subject.Wire(shape, checkers);
        await subject.Start().Within();
        var published = new long[publishers];
        await Race.Run(
            deadline,
            [.. Enumerable.Range(0, publishers).Select(i => (Action)(() => published[i] = Publish(subject, i, deadline)))]);
        await subject.Shutdown().Within();
        foreach (var checker in checkers)
        {
            checker.AssertOnlyWhole();
            Assert.Equal(subject.Ring.Cursor, checker.Seen);
            Assert.Equal(checker.Seen, subject.SequenceOf(checker));
            Assert.Equal(published, checker.SeenOf);
        }
    }

    /// <returns>How many events it published.</returns>
    private static long Publish(Subject subject, int publisher, Deadline deadline)
    {
        var random = new Random(publisher);
        var ring = subject.Ring;
        var ordinal = 0L;
        do
        {
            var count = random.Next(4) == 0 ? random.Next(1, Math.Min(subject.Size, 16) + 1) : 1;
            if (random.Next(4) != 0 || !ring.TryNext(count, out var hi))
            {
                hi = ring.Next(count);
            }

            for (var sequence = hi - count + 1; sequence <= hi; sequence++)
            {
                subject.Write(sequence, Checker.Mark(publisher, ordinal++));
            }

            Race.Stall(random);
            ring.Publish(hi - count + 1, hi);
            Race.Stall(random);
        }
        while (!deadline.IsOver);
        return ordinal;
    }

    /// <summary>Knows which event of each publisher comes next.</summary>
    private sealed class Checker(int publishers, int seed) : Witness
    {
        private const int OrdinalBits = 40;

        private readonly Random _random = new(seed);

        /// <summary>How many events of each publisher it has seen.</summary>
        public long[] SeenOf { get; } = new long[publishers];

        public static long Mark(int publisher, long ordinal) => ((long)publisher << OrdinalBits) | ordinal;

        protected override Outcome Judge(long mark, long sequence)
        {
            var publisher = mark >> OrdinalBits;
            if (publisher < 0 || publisher >= SeenOf.Length)
            {
                return Outcome.Torn;
            }

            var ordinal = mark & ((1L << OrdinalBits) - 1);
            var expected = SeenOf[publisher]++;
            return ordinal == expected ? Outcome.Whole : ordinal < expected ? Outcome.Older : Outcome.Later;
        }

        protected override void Linger(long sequence, bool endOfBatch) => Race.Stall(_random);
    }
}
