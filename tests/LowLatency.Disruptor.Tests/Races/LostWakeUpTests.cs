using Disruptor;
using Disruptor.Dsl;

namespace LowLatency.Disruptor.Tests.Races;

/// <summary>
/// Store buffering: no event is published past a consumer that falls asleep at that moment.
/// <code>
/// consumer                              producer
///   announce that it sleeps               publish
///   is it published? if not, sleep        does anybody sleep? if so, wake them
///
/// allowed     the consumer finds the event, or the producer finds the sleeper, or both
/// forbidden   neither: the consumer sleeps on a published event
/// </code>
/// Each event is published some nanoseconds to microseconds after the consumers were seen to be done with the one before:
/// about when they fall asleep. Nothing else is published meanwhile, so a lost wake-up shows as a consumer left behind.
/// </summary>
[Collection(nameof(Spinning))]
public sealed class LostWakeUpTests
{
    private static readonly TimeSpan _lossLimit = TimeSpan.FromSeconds(2);

    public static MatrixTheoryData<string, int, int> Sleepers { get; } =
        new(["Blocking", "BlockingSpinWait", "TimeoutBlocking", "PhasedBackoffWithLock"], [1, 3], [1, 3]);

    [Theory]
    [MemberData(nameof(Sleepers))]
    public async Task No_consumer_sleeps_on_a_published_event(string strategy, int sleepers, int publishers)
    {
        Payload[] kinds = [Payload.Value8, Payload.Reference];
        ProducerType[] producerTypes = publishers == 1 ? Subject.ProducerTypes : [ProducerType.Multi];
        var rings = kinds.SelectMany(_ => producerTypes, (kind, producers) => (kind, producers)).ToArray();
        var whole = Race.For(700);
        for (var i = 0; i < rings.Length; i++)
        {
            using var subject = Subject.Make(rings[i].kind, rings[i].producers, 64, Strategy.Make(strategy));
            Witness[] witnesses = [.. Enumerable.Range(0, sleepers).Select(_ => new Witness())];
            subject.Wire(i % 2 == 0 ? Shape.Parallel : Shape.Chain, witnesses);
            await subject.Start().Within();
            await new Rounds(subject, witnesses, publishers).Run(whole.Part(1.0 / (rings.Length - i)));
            Assert.All(witnesses, w => w.AssertOnlyWhole());
            await subject.Shutdown().Within();
        }
    }

    /// <summary>In each round every publisher publishes once, and all wait until every consumer has seen that.</summary>
    private sealed class Rounds(Subject subject, Witness[] witnesses, int publishers)
    {
        // Of a binary order of magnitude each: until a consumer really sleeps takes it from one to some hundred microseconds.
        private const int LongestDelay = 18;

        private long _round;
        private long _done;
        private volatile bool _over;

        public Task Run(Deadline deadline) => Race.Run(
            deadline,
            [() => Lead(deadline), .. Enumerable.Range(1, publishers - 1).Select(i => (Action)(() => Follow(i)))]);

        private void Lead(Deadline deadline)
        {
            var random = new Random(0);
            for (var round = 1L; !deadline.IsOver; round++)
            {
                Volatile.Write(ref _round, round);
                PublishSoon(random);
                var published = (round * publishers) - 1;
                Race.Await(() => Volatile.Read(ref _done) == published + 1, Patience.Limit);
                foreach (var witness in witnesses)
                {
                    if (!Race.Await(() => witness.Seen >= published, _lossLimit))
                    {
                        witness.Count(Outcome.LeftBehind);
                        _over = true;
                        return;
                    }
                }
            }

            _over = true;
        }

        private void Follow(int seed)
        {
            var random = new Random(seed);
            for (var round = 1L; ; round++)
            {
                var spin = new SpinWait();
                while (Volatile.Read(ref _round) < round)
                {
                    if (_over)
                    {
                        return;
                    }

                    spin.SpinOnce(sleep1Threshold: -1);
                }

                PublishSoon(random);
            }
        }

        private void PublishSoon(Random random)
        {
            Race.Spin(random.NextInt64(1L << random.Next(LongestDelay)));
            subject.Publish();
            Interlocked.Increment(ref _done);
        }
    }
}
