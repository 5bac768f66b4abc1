using CsCheck;
using Disruptor;
using Disruptor.Dsl;

namespace LowLatency.Disruptor.Tests;

/// <summary>Who sees an event after whom.</summary>
public sealed class GraphTests
{
    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task Handlers_side_by_side_need_not_wait_for_each_other(HandlerKind kind, ProducerType producer)
    {
        using var gate = new ManualResetEventSlim();
        using var disruptor = TestDisruptor.Make(kind, producer);
        Probe slow = new() { Event = (ref Tape _, long _, bool _) => gate.Await() }, quick = new();
        disruptor.HandleEventsWith(slow, quick);
        await disruptor.Start().Within();
        disruptor.Ring.PublishRange(4);
        Patience.Until(() => quick.Position.Value == 3);
        Assert.Equal(-1, slow.Position.Value);
        Assert.Equal(-1, disruptor.Ring.Ring.GetMinimumGatingSequence());
        gate.Set();
        await disruptor.Shutdown(Patience.Limit).Within();
        Assert.Equal([0, 1, 2, 3], slow.Sequences);
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task In_a_chain_nobody_sees_an_event_before_those_before_him_are_done(HandlerKind kind, ProducerType producer)
    {
        using var gates = new SemaphoreSlim(0);
        using var disruptor = TestDisruptor.Make(kind, producer);
        Probe a = Gated(), b = Gated(), c = Gated();
        disruptor.HandleEventsWith(a).Then(b).HandleEventsWith(c);
        await disruptor.Start().Within();
        disruptor.Ring.Publish(1);
        foreach (var (now, later) in new[] { (a, b), (b, c), (c, null) })
        {
            Patience.Never(() => later?.Count > 0);
            gates.Release();
            Patience.Until(() => now.Position.Value == 0);
        }

        await disruptor.Shutdown(Patience.Limit).Within();
        Assert.Equal([0], c.Sequences);

        Probe Gated() => new() { Event = (ref Tape _, long _, bool _) => Assert.True(gates.Wait(Patience.Limit)) };
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task The_end_of_a_diamond_waits_for_both_sides(HandlerKind kind, ProducerType producer)
    {
        foreach (var shape in new[] { "together", "and", "after", "after and" })
        {
            using var gate = new ManualResetEventSlim();
            using var disruptor = TestDisruptor.Make(kind, producer);
            Probe quick = new(), slow = new() { Event = (ref Tape _, long _, bool _) => gate.Await() }, end = new(), behind = new();
            switch (shape)
            {
                case "together":
                    disruptor.HandleEventsWith(quick, slow).Then(end).Then(behind);
                    break;
                case "and":
                    disruptor.HandleEventsWith(slow).And(disruptor.HandleEventsWith(quick)).Then(end).Then(behind);
                    break;
                case "after":
                    disruptor.HandleEventsWith(quick, slow);
                    disruptor.After(quick, slow).HandleEventsWith(end);
                    disruptor.After(end).Then(behind);
                    break;
                default:
                    disruptor.HandleEventsWith(slow);
                    var group = disruptor.HandleEventsWith(quick);
                    disruptor.After(slow).And(group).Then(end).HandleEventsWith(behind);
                    break;
            }

            await disruptor.Start().Within();
            disruptor.Ring.PublishRange(3);
            Patience.Until(() => quick.Position.Value == 2);
            Patience.Never(() => end.Count > 0);
            gate.Set();
            await disruptor.Shutdown(Patience.Limit).Within();
            Assert.Equal([0, 1, 2], end.Sequences);
            Assert.Equal([0, 1, 2], behind.Sequences);
        }
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task The_producer_waits_for_the_ends_of_chains(HandlerKind kind, ProducerType producer)
    {
        using var gate = new ManualResetEventSlim();
        using var disruptor = TestDisruptor.Make(kind, producer, 4);
        Probe first = new(), last = new() { Event = (ref Tape _, long _, bool _) => gate.Await() };
        disruptor.HandleEventsWith(first).Then(last);
        await disruptor.Start().Within();
        disruptor.Ring.PublishRange(4);
        Patience.Until(() => first.Position.Value == 3);
        Assert.False(disruptor.Ring.Ring.TryNext(out _));
        Assert.Equal(-1, disruptor.Ring.Ring.GetMinimumGatingSequence());
        Assert.False(disruptor.Ring.Ring.RemoveGatingSequence(first.Position));
        gate.Set();
        disruptor.Ring.PublishRange(4);
        await disruptor.Shutdown(Patience.Limit).Within();
        Assert.Equal(8, last.Sequences.Count);
        Assert.True(disruptor.Ring.Ring.RemoveGatingSequence(last.Position));
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public void Nobody_comes_after_a_handler_that_was_not_added(HandlerKind kind, ProducerType producer)
    {
        using var disruptor = TestDisruptor.Make(kind, producer);
        disruptor.HandleEventsWith(new Probe());
        Assert.Throws<ArgumentException>(() => disruptor.After(new Probe()));
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public async Task A_group_of_nobody_changes_nothing(HandlerKind kind, ProducerType producer)
    {
        using var disruptor = TestDisruptor.Make(kind, producer, 4);
        var probe = new Probe();
        var group = disruptor.HandleEventsWith(probe);
        group.Then(Array.Empty<Probe>());
        disruptor.Ring.PublishRange(4);
        Assert.False(disruptor.Ring.Ring.TryNext(out _));
        await disruptor.Run();
        Assert.Equal(4, probe.Sequences.Count);
    }

    [Theory]
    [MemberData(nameof(Cases.Graphs), MemberType = typeof(Cases))]
    public void In_a_random_graph_everybody_sees_each_event_once_after_those_before_him(HandlerKind kind, ProducerType producer)
    {
        const int count = 40;
        var before = Gen.Int[0, 15].Array[1, 4];
        before.Sample(
            masks =>
            {
                using var disruptor = TestDisruptor.Make(kind, producer, 4);
                var done = masks.Select(_ => new int[count]).ToArray();
                var wrong = 0;
                var probes = new List<Probe>();
                for (var i = 0; i < masks.Length; i++)
                {
                    var (me, predecessors) = (i, Enumerable.Range(0, i).Where(p => (masks[i] >> p & 1) != 0).ToArray());
                    var probe = new Probe
                    {
                        Event = (ref Tape t, long s, bool _) =>
                        {
                            var inOrder = t.IsWhole(s) && predecessors.All(p => Volatile.Read(ref done[p][s]) == 1);
                            Interlocked.Add(ref wrong, inOrder ? 0 : 1);
                            Interlocked.Increment(ref done[me][s]);
                        },
                    };
                    var added = predecessors.Length == 0
                        ? disruptor.HandleEventsWith(probe)
                        : disruptor.After([.. predecessors.Select(p => probes[p])]).Then(probe);
                    probes.Add(probe);
                }

                _ = disruptor.Start();
                for (var left = count; left > 0; left -= 2)
                {
                    disruptor.Ring.Publish(1);
                    disruptor.Ring.PublishRange(1);
                }

                Assert.True(disruptor.Shutdown(Patience.Limit).Wait(Patience.Limit));
                Assert.Equal(0, wrong);
                Assert.All(done, events => Assert.All(events, times => Assert.Equal(1, times)));
            },
            iter: 12,
            threads: 1);
    }
}
