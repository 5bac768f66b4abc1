using Disruptor;
using Xunit;

namespace LowLatency.Tests.Disruptor;

public sealed class ValueRingBufferTests
{
    private static ValueRingBuffer<Tape> Make(int size) =>
        ValueRingBuffer<Tape>.CreateSingleProducer(() => new Tape { Mixed = 42 }, size, new YieldingWaitStrategy());

    [Fact]
    public void Every_slot_starts_as_the_factory_made_it()
    {
        var ring = Make(8);
        Assert.Equal(8, ring.BufferSize);
        Assert.Equal(-1, ring.Cursor);
        for (var i = 0; i < 8; i++)
        {
            Assert.Equal(42, ring[i].Mixed);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(16)]
    public void A_sequence_and_the_one_a_lap_later_share_a_slot_and_no_others_do(int size)
    {
        var ring = Make(size);

        // Far from 0, where the low 32 bits are negative as an int.
        var start = (3L << 32) - (size / 2);
        for (var i = 0; i < size; i++)
        {
            ring[start + i].Sequence = start + i;
        }

        for (var i = 0; i < size; i++)
        {
            Assert.Equal(start + i, ring[start + i + size].Sequence);
        }
    }

    [Fact]
    public void A_scope_publishes_its_event_when_it_is_disposed_and_not_before()
    {
        var ring = Make(4);
        using (var scope = ring.PublishEvent())
        {
            scope.Event().Write(scope.Sequence);
            Assert.Equal(-1, ring.Cursor);
        }

        Assert.Equal(0, ring.Cursor);
        Assert.True(ring[0].IsWhole(0));
    }

    [Fact]
    public void A_scope_whose_filling_throws_publishes_the_event_as_it_stands()
    {
        var ring = Make(4);
        Assert.Throws<FormatException>(() => FillHalf(ring));
        Assert.Equal(0, ring.Cursor);
        Assert.False(ring[0].IsWhole(0));
        Assert.Equal(1, ring.Next());
    }

    private static void FillHalf(ValueRingBuffer<Tape> ring)
    {
        using var scope = ring.PublishEvent();
        scope.Event().Sequence = scope.Sequence;
        throw new FormatException();
    }

    [Fact]
    public void A_barrier_returns_the_highest_published_sequence_and_ends_when_cancelled()
    {
        var ring = Make(8);
        var barrier = ring.NewBarrier(SequenceWaiterOwner.Unknown);
        Assert.True(barrier.DependentSequences.DependsOnCursor);
        ring.PublishTape(5);
        Assert.Equal(4, barrier.WaitForPublishedSequence(2, CancellationToken.None).UnsafeAvailableSequence);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => barrier.WaitFor(2, cancelled.Token));
        Assert.Throws<OperationCanceledException>(() => barrier.WaitFor(5, cancelled.Token));
    }

    [Fact]
    public void A_barrier_behind_consumers_waits_for_the_slowest_of_them()
    {
        var ring = Make(8);
        Sequence a = new(), b = new();
        var barrier = ring.NewBarrier(SequenceWaiterOwner.Unknown, a, b);
        Assert.False(barrier.DependentSequences.DependsOnCursor);
        Assert.Equal(2, barrier.DependentSequences.DependentSequenceCount);
        ring.PublishTape(5);
        a.SetValue(3);
        b.SetValue(1);
        Assert.Equal(1, barrier.WaitFor(0, CancellationToken.None).UnsafeAvailableSequence);
        Assert.Equal(4, barrier.DependentSequences.CursorValue);
    }
}
