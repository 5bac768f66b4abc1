using System.Reflection;
using System.Runtime.CompilerServices;
using Disruptor;
using Disruptor.Dsl;
using LowLatency.Disruptor.Tests.Races;
using Xunit.Sdk;

namespace LowLatency.Disruptor.Tests;

/// <summary>What different threads write lies on different lines, and what all read lies apart from it: by addresses of live objects.</summary>
public sealed class LayoutTests
{
    /// <summary>Lines are fetched in pairs.</summary>
    internal const int PaddedLineBytes = 128;

    private static readonly BlockingWaitStrategy _strategy = new();

    public static TheoryData<Payload> Kinds { get; } = [.. Subject.Kinds];

    [Fact]
    public void A_sequence_has_a_padded_line_to_itself()
    {
        var map = FieldMap.Of(new Sequence());
        Assert.Equal(sizeof(long), Assert.Single(map.Fields).Size);
        AssertApart(map, [.. map.Fields]);
    }

    [Fact]
    public void What_one_producer_writes_is_apart_from_what_everybody_reads()
    {
        var sequencer = new SingleProducerSequencer(1, _strategy);
        var map = FieldMap.Of(sequencer);
        AssertApart(map, map.Group("_shared."), map.Group("_producer."));
        AssertWritten(map, map.Group("_producer."), () => sequencer.Publish(sequencer.Next()));
    }

    [Fact]
    public void What_producers_remember_of_the_consumers_is_apart_from_what_everybody_reads()
    {
        var sequencer = new MultiProducerSequencer(1, _strategy);
        var map = FieldMap.Of(sequencer);
        AssertApart(map, map.Group("_shared."), map.Group("_gating."));
        AssertWritten(map, map.Group("_gating."), () => sequencer.Publish(sequencer.Next()));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_fields_of_a_ring_have_a_padded_line_to_themselves_and_nobody_writes_them(Payload kind)
    {
        using var subject = Subject.Make(kind, ProducerType.Single, 4);
        var map = FieldMap.Of(subject.Ring);
        AssertApart(map, map.Group("_shared."));
        byte[] before, after;
        int collections;
        do
        {
            // A collection moves what the fields refer to, and so writes them.
            collections = GC.CollectionCount(0);
            before = map.Bytes();
            subject.Publish(3);
            after = map.Bytes();
        }
        while (GC.CollectionCount(0) != collections);

        Assert.Equal(before, after);
    }

    [Theory]
    [InlineData(ProducerType.Single)]
    [InlineData(ProducerType.Multi)]
    public void No_two_threads_of_a_graph_write_the_same_padded_line(ProducerType producers)
    {
        using var subject = Subject.Make(Payload.Value56, producers, 4);
        subject.Wire(Shape.Diamond, new Witness(), new Witness(), new Witness(), new Witness());
        var sequencer = ValueOf(ValueOf(subject.Ring, "_shared"), "Any");
        var cursor = FieldMap.Of(ValueOf(ValueOf(sequencer, "_shared"), "Cursor"));
        var state = FieldMap.Of(sequencer);
        List<(FieldMap Map, Field Field)[]> writers =
        [
            [.. cursor.Fields.Select(f => (cursor, f))],
            [.. state.Fields.Where(f => !f.Path.StartsWith("_shared.", StringComparison.Ordinal)).Select(f => (state, f))],
        ];
        foreach (var processor in ProcessorsOf(subject))
        {
            var looks = FieldMap.Of(processor);
            var position = FieldMap.Of(processor.Sequence);
            Assert.NotEmpty(looks.Group("_looks."));
            writers.Add([.. looks.Group("_looks.").Select(f => (looks, f)), .. position.Fields.Select(f => (position, f))]);
        }

        Assert.Equal(6, writers.Count);
        HashSet<nint>[] lines;
        int collections;
        do
        {
            // A collection moves objects.
            collections = GC.CollectionCount(0);
            lines = [.. writers.Select(w => w.Select(f => f.Map.AddressOf(f.Field) / PaddedLineBytes).ToHashSet())];
        }
        while (GC.CollectionCount(0) != collections);

        // The cursor is written by whoever writes the rest of the producers' state, and is still polled by all.
        Assert.Equal(lines.SelectMany(l => l).Distinct().Count(), lines.Sum(l => l.Count));
    }

    [Fact]
    public void The_check_sees_a_class_that_is_not_padded()
    {
        var map = FieldMap.Of(new Unpadded());
        Assert.Throws<TrueException>(() => AssertApart(map, [.. map.Fields]));
        Assert.Throws<TrueException>(() => AssertApart(map, map.Group("_a"), map.Group("_b")));
        var half = FieldMap.Of(new PaddedInFront());
        Assert.Throws<TrueException>(() => AssertApart(half, [.. half.Fields]));
    }

    [Fact]
    public void The_check_knows_where_fields_are()
    {
        var target = new Unpadded { _a = 0x0102030405060708, _b = 0x1112131415161718 };
        var map = FieldMap.Of(target);
        Assert.Equal(2 * sizeof(long), map.Size);
        Assert.Equal(target._b, BitConverter.ToInt64(map.Bytes(), Assert.Single(map.Group("_b")).Offset));
        AssertWritten(map, map.Group("_a"), () => target._a++);
        Assert.Throws<TrueException>(() => AssertWritten(map, map.Group("_b"), () => target._a++));
    }

    /// <summary>These groups are all there is in the object, and a padded line lies between any two, before the first and behind the last.</summary>
    private static void AssertApart(FieldMap map, params Field[][] groups)
    {
        Assert.All(groups, Assert.NotEmpty);
        Assert.Equal(map.Fields.Count, groups.Sum(g => g.Length));
        var ends = groups.Select(g => (Begin: g.Min(f => f.Offset), End: g.Max(f => f.End))).OrderBy(g => g.Begin).ToArray();
        var before = 0;
        foreach (var (begin, end) in ends)
        {
            Assert.True(begin - before >= PaddedLineBytes, $"{begin - before} bytes between {before} and {begin} of {map.Size}");
            before = end;
        }

        Assert.True(map.Size - before >= PaddedLineBytes, $"{map.Size - before} bytes behind {before}");
    }

    /// <summary>Some bytes of the group change, and none outside.</summary>
    private static void AssertWritten(FieldMap map, Field[] group, Action write)
    {
        byte[] before, after;
        int collections;
        do
        {
            // A collection may move what the object refers to, and with it the bytes of a reference.
            collections = GC.CollectionCount(0);
            before = map.Bytes();
            write();
            write();
            after = map.Bytes();
        }
        while (GC.CollectionCount(0) != collections);

        var written = Enumerable.Range(0, map.Size).Where(i => before[i] != after[i]).ToArray();
        Assert.True(written.Length > 0, "Nothing is written.");
        Assert.True(written.All(i => group.Any(f => f.Offset <= i && i < f.End)), $"Written: {string.Join(' ', written)}");
    }

    internal static object ValueOf(object target, string field)
    {
        for (var type = target.GetType(); type is not null; type = type.BaseType)
        {
            if (type.GetField(field, BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic) is { } found)
            {
                return found.GetValue(target)!;
            }
        }

        throw new MissingFieldException(target.GetType().Name, field);
    }

    private static IEnumerable<global::Disruptor.Processing.IEventProcessor> ProcessorsOf(Subject subject)
    {
        var disruptor = ((ValueSubject<Event56>)subject).Disruptor;
        foreach (var consumer in (System.Collections.IEnumerable)ValueOf(ValueOf(disruptor, "_graph"), "_consumers"))
        {
            yield return (global::Disruptor.Processing.IEventProcessor)consumer.GetType().GetProperty("Processor")!.GetValue(consumer)!;
        }
    }

    private sealed class Unpadded
    {
        public long _a;
        public long _b;
    }

    private sealed class PaddedInFront
    {
        private Seven _a, _b, _c;
        private readonly long _value = 1;

        public long Sum => _a[0] + _b[0] + _c[0] + _value;

        public void Set() => _a[0] = _b[0] = _c[0] = 1;
    }
}
