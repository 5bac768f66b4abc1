using Disruptor;

namespace LowLatency.Disruptor.Tests;

public sealed class SequenceTests
{
    [Fact]
    public void A_sequence_starts_before_the_first_event_or_where_it_is_told()
    {
        Assert.Equal(-1, Sequence.InitialCursorValue);
        Assert.Equal(-1, new Sequence().Value);
        Assert.Equal(7, new Sequence(7).Value);
        Assert.Equal("7", new Sequence(7).ToString());
    }

    [Fact]
    public void It_moves_as_each_member_says()
    {
        var sequence = new Sequence();
        sequence.SetValue(4);
        Assert.Equal(4, sequence.Value);
        sequence.SetValueVolatile(long.MaxValue - 9);
        Assert.Equal(long.MaxValue - 9, sequence.Value);
        Assert.Equal(long.MaxValue - 8, sequence.IncrementAndGet());
        Assert.Equal(long.MaxValue, sequence.AddAndGet(8));
        Assert.Equal(0, sequence.AddAndGet(-long.MaxValue));
        Assert.False(sequence.CompareAndSet(1, 2));
        Assert.Equal(0, sequence.Value);
        Assert.True(sequence.CompareAndSet(0, 2));
        Assert.Equal(2, sequence.Value);
    }

    [Fact]
    public async Task Additions_from_many_threads_are_all_counted()
    {
        const int each = 20_000;
        var sequence = new Sequence();
        await Task.WhenAll(Add(() => sequence.IncrementAndGet()), Add(() => sequence.AddAndGet(2)), Add(TryUntilItMoves)).Within();
        Assert.Equal((each * 4) - 1, sequence.Value);

        Task Add(Action add) => Patience.OnThread(() =>
        {
            for (var i = 0; i < each; i++)
            {
                add();
            }
        });

        void TryUntilItMoves()
        {
            long before;
            do
            {
                before = sequence.Value;
            }
            while (!sequence.CompareAndSet(before, before + 1));
        }
    }
}
