using Disruptor;

namespace LowLatency.Disruptor.Tests;

public sealed class EventBatchTests
{
    private static readonly string[] _array = ["a", "b", "c", "d", "e"];

    /// <summary>Every part of an array of five, empty ones too.</summary>
    public static TheoryData<int, int> Parts
    {
        get
        {
            var parts = new TheoryData<int, int>();
            for (var begin = 0; begin <= 5; begin++)
            {
                for (var length = 0; length <= 5 - begin; length++)
                {
                    parts.Add(begin, length);
                }
            }

            return parts;
        }
    }

    /// <summary>What is not a part of five.</summary>
    public static TheoryData<int, int> NotParts => new()
    {
        { -1, 0 }, { -1, 1 }, { 0, -1 }, { 2, -1 }, { 0, 6 }, { 1, 5 }, { 5, 1 }, { 6, 0 }, { 6, -1 },
        { int.MaxValue, 1 }, { 1, int.MaxValue }, { int.MinValue, int.MinValue }, { 3, int.MinValue },
    };

    [Theory]
    [MemberData(nameof(Parts))]
    public void A_batch_is_a_part_of_its_array_however_it_is_read(int begin, int length)
    {
        var batch = new EventBatch<string>(_array, begin, length);
        var expected = _array.Skip(begin).Take(length).ToArray();
        Assert.Equal(length, batch.Length);
        Assert.Equal(expected, batch.ToArray());
        Assert.NotSame(_array, batch.ToArray());
        Assert.Equal(expected, batch.AsEnumerable());
        Assert.Equal(expected, batch.AsSpan().ToArray());
        Assert.Equal(expected, Enumerable.Range(0, length).Select(i => batch[i]));
        var enumerated = new List<string>();
        foreach (var item in batch)
        {
            enumerated.Add(item);
        }

        Assert.Equal(expected, enumerated);
    }

    [Theory]
    [MemberData(nameof(NotParts))]
    public void What_is_not_inside_is_refused(int begin, int length)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new EventBatch<string>(_array, begin, length));
        string[] larger = ["x", .. _array, "y"];
        Assert.Throws<ArgumentOutOfRangeException>(() => new EventBatch<string>(larger, 1, 5).Slice(begin, length));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    public void An_index_outside_is_refused(int index) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new EventBatch<string>(_array, 1, 3)[index]);

    [Theory]
    [MemberData(nameof(Parts))]
    public void A_slice_is_a_part_of_its_batch(int begin, int length)
    {
        string[] larger = ["x", .. _array, "y"];
        var slice = new EventBatch<string>(larger, 1, 5).Slice(begin, length);
        Assert.Equal(_array.Skip(begin).Take(length), slice.ToArray());
        Assert.Equal(slice.Length, slice.Slice(0, length).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => slice.Slice(0, length + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => slice[length]);
    }

    [Fact]
    public void The_default_batch_is_empty()
    {
        EventBatch<string> batch = default;
        Assert.Equal(0, batch.Length);
        Assert.Empty(batch.ToArray());
        Assert.Empty(batch.AsEnumerable());
        Assert.True(batch.AsSpan().IsEmpty);
        Assert.False(batch.GetEnumerator().MoveNext());
        Assert.Equal(0, batch.Slice(0, 0).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => batch[0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => batch.Slice(0, 1));
    }

    [Fact]
    public void An_enumerator_stays_at_the_end()
    {
        var enumerator = new EventBatch<string>(_array, 3, 2).GetEnumerator();
        Assert.True(enumerator.MoveNext());
        Assert.Equal("d", enumerator.Current);
        Assert.True(enumerator.MoveNext());
        Assert.Equal("e", enumerator.Current);
        Assert.False(enumerator.MoveNext());
        Assert.False(enumerator.MoveNext());
    }

    [Fact]
    public void A_batch_of_derived_events_is_one_of_their_base() =>
        Assert.Equal(["b", "c"], new EventBatch<object>(_array, 1, 2).AsEnumerable());
}
