using Disruptor;

namespace LowLatency.Disruptor.Tests;

public sealed class DependentSequenceGroupTests
{
    [Fact]
    public void Without_dependencies_a_group_waits_for_the_cursor()
    {
        var cursor = new Sequence(42);
        var group = new DependentSequenceGroup(cursor);
        Assert.True(group.DependsOnCursor);
        Assert.Equal(1, group.DependentSequenceCount);
        Assert.Equal(42, group.CursorValue);
        Assert.Equal(42, group.Value);
        cursor.SetValue(43);
        Assert.Equal(43, group.CursorValue);
        Assert.Equal(43, group.Value);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void With_dependencies_it_waits_for_the_slowest_of_them_wherever_that_stands(int count)
    {
        var cursor = new Sequence(9);
        var sequences = Enumerable.Range(0, count).Select(i => new Sequence(20 + i)).ToArray();
        var group = new DependentSequenceGroup(cursor, sequences);
        Assert.False(group.DependsOnCursor);
        Assert.Equal(count, group.DependentSequenceCount);
        Assert.Equal(9, group.CursorValue);
        Assert.Equal(20, group.Value);
        foreach (var slowest in sequences)
        {
            var before = slowest.Value;
            slowest.SetValue(3);
            Assert.Equal(3, group.Value);
            slowest.SetValue(before);
        }
    }

    [Fact]
    public void The_cursor_among_others_is_one_of_them_and_alone_is_the_cursor()
    {
        var cursor = new Sequence(5);
        var other = new Sequence(7);
        Assert.True(new DependentSequenceGroup(cursor, cursor).DependsOnCursor);
        var both = new DependentSequenceGroup(cursor, cursor, other);
        Assert.False(both.DependsOnCursor);
        Assert.Equal(2, both.DependentSequenceCount);
        Assert.Equal(5, both.Value);
        other.SetValue(1);
        Assert.Equal(1, both.Value);
    }

    [Fact]
    public void Groups_are_the_same_if_cursor_and_dependencies_are_in_their_order()
    {
        Sequence cursor = new(), a = new(), b = new();
        var ab = new DependentSequenceGroup(cursor, a, b);
        Assert.True(ab.HasSameDependencies(ab));
        Assert.True(ab.HasSameDependencies(new DependentSequenceGroup(cursor, a, b)));
        Assert.False(ab.HasSameDependencies(new DependentSequenceGroup(cursor, b, a)));
        Assert.False(ab.HasSameDependencies(new DependentSequenceGroup(cursor, a)));
        Assert.False(ab.HasSameDependencies(new DependentSequenceGroup(cursor)));
        Assert.False(ab.HasSameDependencies(new DependentSequenceGroup(new Sequence(), a, b)));
        Assert.False(ab.HasSameDependencies(new DependentSequenceGroup(cursor, a, new Sequence())));
        Assert.True(new DependentSequenceGroup(cursor).HasSameDependencies(new DependentSequenceGroup(cursor, cursor)));
        Assert.False(new DependentSequenceGroup(cursor).HasSameDependencies(new DependentSequenceGroup(new Sequence())));
    }

    [Fact]
    public void A_tag_stays_where_it_was_put()
    {
        var group = new DependentSequenceGroup(new Sequence());
        Assert.Null(group.Tag);
        group.Tag = HybridSpinWaitStrategy.AggressiveSpinWaitTag;
        Assert.Same(HybridSpinWaitStrategy.AggressiveSpinWaitTag, group.Tag);
        group.Tag = null;
        Assert.Null(group.Tag);
    }
}
