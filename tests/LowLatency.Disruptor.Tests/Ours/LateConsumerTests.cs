using Disruptor;
using Disruptor.Dsl;
using LowLatency.Disruptor.Tests.Races;

namespace LowLatency.Disruptor.Tests;

/// <summary>What a producer remembers of its consumers, or of having none, must not lie beyond where a new one starts.</summary>
public sealed class LateConsumerTests
{
    public static TheoryData<ProducerType> Types { get; } = [.. Subject.ProducerTypes];

    [Theory]
    [MemberData(nameof(Types))]
    public void A_consumer_added_between_claims_and_their_publication_gates_too(ProducerType type)
    {
        foreach (var claims in Enumerable.Range(1, 4))
        {
            foreach (var before in Enumerable.Range(0, 9))
            {
                var sequencer = Make(type, 4);
                for (var i = 0; i < before; i++)
                {
                    sequencer.Publish(sequencer.Next());
                }

                var last = -1L;
                for (var i = 0; i < claims; i++)
                {
                    last = sequencer.Next();
                }

                var late = new Sequence();
                sequencer.AddGatingSequences(late);
                sequencer.Publish(before, last);
                while (sequencer.TryNext(out var next))
                {
                    Assert.InRange(next, 0, late.Value + 4);
                    sequencer.Publish(next);
                }

                Assert.Equal(late.Value + 4, sequencer.Cursor);
            }
        }
    }

    private static ISequencer Make(ProducerType type, int size) => SequencerFactory.Create(type, size, new YieldingWaitStrategy());
}
