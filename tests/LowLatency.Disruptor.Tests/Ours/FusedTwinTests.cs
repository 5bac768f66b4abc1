using CsCheck;
using Disruptor;
using Disruptor.Dsl;
using LowLatency.Disruptor.Tests.Races;

namespace LowLatency.Disruptor.Tests;

/// <summary>
/// A graph on one thread beside the same graph with threads of its own, over the same tape. Handlers are told the same,
/// in the same batches, and fail alike. Where batches depend on how fast a handler before is, only the events are compared.
/// </summary>
[Collection(nameof(Spinning))]
public sealed class FusedTwinTests
{
    private const int Size = 16;

    private static readonly Gen<Habits> _habits = Gen.Select(
        OneOf<int?>(null, null, 1, 2, 3, 5, Size, 2 * Size),
        Gen.Frequency((3, Gen.Const(0)), (1, Gen.Int[1, 7])),
        Gen.Frequency((5, Gen.Const(0)), (1, Gen.Int[1, 4])),
        (maxBatchSize, failsEvery, failsBatchesEvery) => new Habits(maxBatchSize, failsEvery, failsBatchesEvery));

    private static readonly Gen<Story> _stories = Gen.Select(
        OneOf(Subject.Kinds),
        OneOf(Subject.ProducerTypes),
        OneOf(Enum.GetValues<Shape>()),
        _habits.Array[1, 4],
        Gen.Int[1, Size].Array[1, 6],
        (kind, producers, shape, habits, ranges) => new Story(kind, producers, shape, habits, ranges));

    [Fact]
    public async Task Each_handler_is_told_the_same_as_on_a_thread_of_its_own() =>
        await _stories.SampleAsync(
            async story =>
            {
                var threads = await Run(story, fused: false);
                var fused = await Run(story, fused: true);
                for (var i = 0; i < threads.Length; i++)
                {
                    Assert.Equal(threads[i].Transcript(), fused[i].Transcript());
                    Assert.Equal(threads[i].Told, fused[i].Told);
                }
            },
            iter: 150,
            threads: 1);

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static async Task<Scribe[]> Run(Story story, bool fused)
    {
        using var subject = Subject.Make(story.Kind, story.Producers, Size, new BlockingWaitStrategy());
        Scribe[] scribes = [.. story.Habits.Select((habits, i) => new Scribe($"{i}", habits))];
        subject.Wire(story.Shape, scribes);
        subject.Forgive((ex, sequence) => scribes[int.Parse(ex.Message, null)].Told.Add(sequence));

        // The first range waits for the start; each later one comes, at once, when all is quiet.
        subject.Publish(story.Ranges[0]);
        await subject.Start(fused).Within();
        subject.AwaitQuiet(scribes);
        foreach (var count in story.Ranges[1..])
        {
            subject.Publish(count);
            subject.AwaitQuiet(scribes);
        }

        await subject.Shutdown().Within();
        return scribes;
    }

    /// <summary>What a handler does.</summary>
    /// <param name="MaxBatchSize">The largest batch it wants.</param>
    /// <param name="FailsEvery">It throws at each sequence that this divides; 0 for never.</param>
    /// <param name="FailsBatchesEvery">It throws at so many batch starts; 0 for never. Only where batches are the same on every run.</param>
    private sealed record Habits(int? MaxBatchSize, int FailsEvery, int FailsBatchesEvery)
    {
        /// <summary>Whether it passes a range in one step, so that those behind it see that as a whole too.</summary>
        public bool IsSmooth => (MaxBatchSize is null or >= Size) && FailsEvery == 0 && FailsBatchesEvery == 0;
    }

    private sealed record Story(Payload Kind, ProducerType Producers, Shape Shape, Habits[] Habits, int[] Ranges)
    {
        public override string ToString() =>
            $"{Kind} {Producers} {Shape} [{string.Join(", ", Habits.Select(h => h.ToString()))}] ranges {string.Join(' ', Ranges)}";
    }

    /// <summary>Writes down what it is told.</summary>
    private sealed class Scribe(string name, Habits habits) : Witness
    {
        private readonly List<string> _entries = [];
        private int _batches;

        public List<long> Told { get; } = [];

        public override int? MaxBatchSize => habits.MaxBatchSize;

        private bool BatchesAreTheSame => Before.All(w => w is Scribe { IsSmoothUpToHere: true });

        private bool IsSmoothUpToHere => habits.IsSmooth && BatchesAreTheSame;

        /// <summary>What it was told: without the batches where they differ from run to run.</summary>
        public string Transcript()
        {
            var entries = _entries.AsEnumerable();
            if (!BatchesAreTheSame)
            {
                entries = entries.Where(e => !e.StartsWith('[')).Select(e => e.TrimEnd(']'));
            }

            return string.Join(' ', entries);
        }

        public override void OnStart() => _entries.Add("start");

        public override void OnBatchStart(long batchSize)
        {
            _entries.Add($"[{batchSize}");
            if (habits.FailsBatchesEvery != 0 && BatchesAreTheSame && ++_batches % habits.FailsBatchesEvery == 0)
            {
                throw new FormatException(name);
            }
        }

        public override void OnShutdown() => _entries.Add("shutdown");

        protected override void Linger(long sequence, bool endOfBatch)
        {
            _entries.Add(endOfBatch ? $"{sequence}]" : $"{sequence}");
            if (habits.FailsEvery != 0 && sequence % habits.FailsEvery == 0)
            {
                throw new FormatException(name);
            }
        }
    }
}
