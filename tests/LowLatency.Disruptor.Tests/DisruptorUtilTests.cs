using Disruptor;
using Disruptor.Dsl;

namespace LowLatency.Disruptor.Tests;

public sealed class DisruptorUtilTests
{
    [Theory]
    [InlineData(int.MinValue, 2)]
    [InlineData(-1, 2)]
    [InlineData(0, 2)]
    [InlineData(1, 2)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(4, 4)]
    [InlineData(5, 8)]
    [InlineData(1_000, 1_024)]
    [InlineData(1_024, 1_024)]
    [InlineData(1_025, 2_048)]
    [InlineData((1 << 30) - 1, 1 << 30)]
    [InlineData(1 << 30, 1 << 30)]
    public void The_next_power_of_two_is_at_least_two(int x, int power) => Assert.Equal(power, DisruptorUtil.CeilingNextPowerOfTwo(x));

    [Fact]
    public void The_smallest_sequence_is_no_greater_than_the_given_minimum()
    {
        Sequence[] sequences = [new(7), new(3), new(12)];
        Assert.Equal(3, DisruptorUtil.GetMinimumSequence(sequences));
        Assert.Equal(3, DisruptorUtil.GetMinimumSequence(sequences, 3));
        Assert.Equal(2, DisruptorUtil.GetMinimumSequence(sequences, 2));
        Assert.Equal(long.MaxValue, DisruptorUtil.GetMinimumSequence([]));
        Assert.Equal(5, DisruptorUtil.GetMinimumSequence([], 5));
        sequences[2].SetValue(-1);
        Assert.Equal(-1, DisruptorUtil.GetMinimumSequence(sequences, long.MaxValue));
    }

    [Fact]
    public void The_sequences_of_processors_are_in_their_order()
    {
        using var disruptor = TestDisruptor.Make(HandlerKind.Value, ProducerType.Single);
        Probe[] probes = [new(), new(), new()];
        var processors = probes.Select(p => disruptor.NewProcessor(disruptor.Ring.Ring.NewBarrier(SequenceWaiterOwner.Unknown), p)).ToArray();
        Assert.Equal(probes.Select(p => p.Position), DisruptorUtil.GetSequencesFor(processors));
        Assert.Empty(DisruptorUtil.GetSequencesFor());
    }
}
