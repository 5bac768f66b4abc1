using CsCheck;
using Disruptor;
using Disruptor.Dsl;

namespace LowLatency.Disruptor.Tests;

/// <summary>Both sequencers do what the naive model does, step by step, on random tapes.</summary>
public sealed class SequencerModelTests
{
    private static readonly Gen<(int Step, int A, int B)[]> _tapes = Gen.Select(Gen.Int[0, 15], Gen.Int[0, 80], Gen.Int[0, 80]).Array[1, 150];

    [Theory]
    [MemberData(nameof(Cases.Producers), MemberType = typeof(Cases))]
    public void Asked_about_nothing_a_sequencer_returns_the_upper_end(ProducerType producer) =>
        Assert.Equal(3, SequencerFactory.Create(producer, 8).GetHighestPublishedSequence(5, 3));

    [Theory]
    [MemberData(nameof(Cases.Producers), MemberType = typeof(Cases))]
    public void A_sequencer_agrees_with_its_model(ProducerType producer) =>
        Gen.Select(Gen.Int[0, 6], _tapes).Sample((log2, tape) => Play(SequencerFactory.Create(producer, 1 << log2), producer, tape), iter: 1_500, threads: 2);

    [Theory]
    [MemberData(nameof(Cases.Kinds), MemberType = typeof(Cases))]
    public void A_ring_agrees_with_the_model_and_its_events_are_where_they_were_put(EventKind kind, ProducerType producer) =>
        Gen.Select(Gen.Int[0, 5], Gen.Select(Gen.Bool, Gen.Int[1, 40]).Array[1, 80]).Sample((log2, tape) =>
        {
            var size = 1 << log2;
            var ring = TestRing.Make(kind, producer, size);
            var consumer = new Sequence();
            ring.Ring.AddGatingSequences(consumer);
            long published = -1;
            foreach (var (produce, wanted) in tape)
            {
                var n = Math.Min(wanted, size);
                var free = size - (published - consumer.Value);
                if (produce)
                {
                    Assert.Equal(n <= free, ring.TryPublishEvents(n, (ref Tape slot, long s) => slot.Write(s)));
                    published += n <= free ? n : 0;
                }
                else
                {
                    for (var next = consumer.Value + 1; next <= Math.Min(published, consumer.Value + n); next++)
                    {
                        Assert.True(ring[next].IsWhole(next));
                    }

                    consumer.SetValue(Math.Min(published, consumer.Value + n));
                }
            }
        }, iter: 300, threads: 2);

    private static void Play(ISequencer sequencer, ProducerType producer, (int Step, int A, int B)[] tape)
    {
        var model = new SequencerModel(producer, sequencer.BufferSize);
        var consumers = new List<Sequence>();
        foreach (var (step, a, b) in tape)
        {
            Take(sequencer, model, consumers, step, a, b);
            Assert.Equal(model.Cursor, sequencer.Cursor);
            Assert.Equal(model.RemainingCapacity, sequencer.GetRemainingCapacity());
            Assert.Equal(model.MinimumSequence, sequencer.GetMinimumSequence());
            var lo = Math.Max(0, model.Claimed - a);
            var hi = Math.Min(model.Claimed, lo + b);
            Assert.Equal(model.IsAvailable(lo), sequencer.IsAvailable(lo));
            Assert.Equal(model.IsAvailable(model.Claimed + 1), sequencer.IsAvailable(model.Claimed + 1));
            if (lo <= hi)
            {
                Assert.Equal(model.HighestPublished(lo, hi), sequencer.GetHighestPublishedSequence(lo, hi));
            }
        }
    }

    private static void Take(ISequencer sequencer, SequencerModel model, List<Sequence> consumers, int step, int a, int b)
    {
        var n = 1 + (a % sequencer.BufferSize);
        switch (step)
        {
            case 0 or 1 when model.MayTry(1) && model.HasRoom(1):
                Assert.Equal(model.Claim(1), sequencer.Next());
                break;
            case 2 when model.MayTry(n) && model.HasRoom(n):
                Assert.Equal(model.Claim(n), sequencer.Next(n));
                break;
            case 3 or 4 when model.MayTry(1):
                Assert.Equal(model.HasRoom(1), sequencer.TryNext(out var one));
                Assert.Equal(model.HasRoom(1) ? model.Claim(1) : 0, one);
                break;
            case 5 or 6 when model.MayTry(n):
                Assert.Equal(model.HasRoom(n), sequencer.TryNext(n, out var several));
                Assert.Equal(model.HasRoom(n) ? model.Claim(n) : 0, several);
                break;
            case 7:
                Assert.Equal(model.HasRoom(a), sequencer.HasAvailableCapacity(a));
                break;
            case 8 or 9 or 10 when model.Pending.Count > 0:
                var sequence = model.Pending.ElementAt(a % model.Pending.Count);
                model.Publish(sequence, sequence);
                sequencer.Publish(sequence);
                break;
            case 11 or 12 when model.Pending.Count > 0:
                var lo = model.Pending.ElementAt(a % model.Pending.Count);
                var hi = lo + model.Pending.Where(s => s >= lo).TakeWhile((s, i) => s == lo + i && i <= b).Count() - 1;
                model.Publish(lo, hi);
                sequencer.Publish(lo, hi);
                break;
            case 13 or 14 when consumers.Count > 0:
                var moving = a % consumers.Count;
                model.Consumers[moving] = Math.Max(model.Consumers[moving], Math.Min(model.Readable, model.Consumers[moving] + b));
                consumers[moving].SetValue(model.Consumers[moving]);
                break;
            case 15 when a < 20 && model.Pending.Count == 0:
                consumers.Add(new Sequence());
                model.Consumers.Add(model.Cursor);
                sequencer.AddGatingSequences(consumers[^1]);
                break;
            case 15 when a > 65 && consumers.Count > 0:
                model.Consumers.RemoveAt(b % consumers.Count);
                Assert.True(sequencer.RemoveGatingSequence(consumers[b % consumers.Count]));
                consumers.RemoveAt(b % consumers.Count);
                break;
        }
    }
}
