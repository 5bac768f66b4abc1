using Disruptor;

namespace LowLatency.Disruptor.Tests;

public sealed class SequenceWaitResultTests
{
    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(long.MaxValue)]
    public void A_result_has_its_sequence(long sequence)
    {
        var result = new SequenceWaitResult(sequence);
        Assert.False(result.IsTimeout);
        Assert.Equal(sequence, result.UnsafeAvailableSequence);
        Assert.Equal(sequence, result.AvailableSequence);
        SequenceWaitResult converted = sequence;
        Assert.Equal(result, converted);
        Assert.True(result == converted);
        Assert.True(result != new SequenceWaitResult(sequence - 1));
        Assert.NotEqual(SequenceWaitResult.Timeout, result);
        Assert.Equal(result.GetHashCode(), converted.GetHashCode());
    }

    [Fact]
    public void A_timeout_has_none()
    {
        Assert.True(SequenceWaitResult.Timeout.IsTimeout);
        Assert.Null(SequenceWaitResult.Timeout.AvailableSequence);
        Assert.Equal(SequenceWaitResult.Timeout, SequenceWaitResult.Timeout);
    }
}
