using CsCheck;
using Disruptor;
using Xunit;

namespace LowLatency.Tests.Disruptor;

public sealed class SingleProducerSequencerTests
{
    private static readonly int[] _sizes = [1, 2, 4, 8, 16];

    private static SingleProducerSequencer Make(int size) => new(size, new YieldingWaitStrategy());

    [Theory]
    [InlineData(0)]
    [InlineData(-4)]
    [InlineData(3)]
    public void A_size_that_is_not_a_power_of_two_is_refused(int size) =>
        Assert.Throws<ArgumentException>(() => Make(size));

    [Fact]
    public void A_full_ring_gives_one_slot_for_each_event_consumed_and_not_one_more()
    {
        foreach (var size in _sizes)
        {
            var sequencer = Make(size);
            var consumer = new Sequence();
            sequencer.AddGatingSequences(consumer);
            for (var i = 0; i < size; i++)
            {
                Assert.True(sequencer.TryNext(out var claimed));
                Assert.Equal(i, claimed);
                sequencer.Publish(claimed);
            }

            for (var lap = 0; lap < 3 * size; lap++)
            {
                Assert.False(sequencer.TryNext(out _), $"size {size}: slot {lap % size} is unread");
                Assert.Equal(0, sequencer.GetRemainingCapacity());
                consumer.SetValue(lap);
                Assert.True(sequencer.HasAvailableCapacity(1));
                Assert.False(sequencer.HasAvailableCapacity(2));
                Assert.True(sequencer.TryNext(out var claimed));
                sequencer.Publish(claimed);
            }
        }
    }

    [Fact]
    public void Claims_agree_with_a_counter_of_free_slots_on_random_tapes() =>
        Gen.Select(Gen.Int[0, 4], Gen.Select(Gen.Bool, Gen.Int[1, 17]).Array[1, 60]).Sample((log2, tape) =>
        {
            var size = 1 << log2;
            var sequencer = Make(size);
            Sequence[] consumers = [new(), new()];
            sequencer.AddGatingSequences(consumers);
            long published = -1;
            foreach (var (produce, n) in tape)
            {
                var slowest = Math.Min(consumers[0].Value, consumers[1].Value);
                var free = size - (published - slowest);
                Assert.Equal(free, sequencer.GetRemainingCapacity());
                if (!produce)
                {
                    var mover = consumers[n % 2];
                    mover.SetValue(Math.Min(published, mover.Value + n));
                }
                else if (n > size)
                {
                    Assert.Throws<ArgumentOutOfRangeException>(() => sequencer.TryNext(n, out _));
                }
                else
                {
                    Assert.Equal(n <= free, sequencer.TryNext(n, out var claimed));
                    if (n <= free)
                    {
                        Assert.Equal(published + n, claimed);
                        sequencer.Publish(claimed - n + 1, claimed);
                        published = claimed;
                    }
                }
            }
        });

    [Fact]
    public async Task Next_waits_until_the_slowest_consumer_has_left_the_slot()
    {
        var sequencer = Make(4);
        Sequence fast = new(), slow = new();
        sequencer.AddGatingSequences(fast, slow);
        sequencer.Publish(sequencer.Next(4));
        fast.SetValue(3);
        slow.SetValue(0);
        long claimed = -1;
        using var asked = new ManualResetEventSlim();
        var producer = Patience.OnThread(() =>
        {
            asked.Set();
            Volatile.Write(ref claimed, sequencer.Next(3));
        });
        asked.Wait(TestContext.Current.CancellationToken);
        slow.SetValue(1);
        await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.Equal(-1, Volatile.Read(ref claimed));
        slow.SetValue(2);
        await producer.Within();
        Assert.Equal(6, claimed);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    public void A_claim_below_one_or_above_the_size_is_refused(int n)
    {
        var sequencer = Make(8);
        Assert.Throws<ArgumentOutOfRangeException>(() => sequencer.Next(n));
        Assert.Throws<ArgumentOutOfRangeException>(() => sequencer.TryNext(n, out _));
        Assert.Equal(7, sequencer.Next(8));
    }

    [Fact]
    public void A_claim_that_would_wait_for_its_own_unpublished_slots_throws_instead_of_hanging()
    {
        var sequencer = Make(4);
        sequencer.AddGatingSequences(new Sequence());
        var claimed = sequencer.Next(3);
        Assert.Throws<InvalidOperationException>(() => sequencer.Next(2));
        sequencer.Publish(claimed);
        Assert.Equal(2, sequencer.Cursor);
        Assert.Equal(3, sequencer.Next());
    }

    [Fact]
    public void A_consumer_added_late_starts_at_the_cursor_and_gates_from_there()
    {
        var sequencer = Make(4);
        sequencer.Publish(sequencer.Next(3));
        sequencer.Publish(sequencer.Next(3));
        var late = new Sequence();
        sequencer.AddGatingSequences(late);
        Assert.Equal(5, late.Value);
        Assert.True(sequencer.TryNext(4, out var claimed));
        sequencer.Publish(claimed);
        Assert.False(sequencer.TryNext(out _));
        Assert.Equal(5, sequencer.GetMinimumSequence());
        Assert.True(sequencer.RemoveGatingSequence(late));
        Assert.False(sequencer.RemoveGatingSequence(late));
        Assert.True(sequencer.TryNext(out _));
    }

    [Fact]
    public void A_sequence_is_available_from_its_publication_until_its_slot_is_claimed_again()
    {
        var sequencer = Make(2);
        var first = sequencer.Next();
        Assert.False(sequencer.IsAvailable(first));
        sequencer.Publish(first);
        Assert.True(sequencer.IsAvailable(first));
        sequencer.Publish(sequencer.Next());
        Assert.True(sequencer.IsAvailable(first));
        sequencer.Next();
        Assert.False(sequencer.IsAvailable(first));
    }

    [Fact]
    public async Task Debug_builds_refuse_a_second_producer_while_a_claim_is_unpublished()
    {
        Assert.SkipUnless(IsDebugBuild, "The check exists in Debug builds only.");
        var sequencer = Make(4);
        var claimed = sequencer.Next();
        await Assert.ThrowsAsync<InvalidOperationException>(() => Patience.OnThread(() => sequencer.Next()).Within());
        await Assert.ThrowsAsync<InvalidOperationException>(() => Patience.OnThread(() => sequencer.TryNext(out _)).Within());
        await Assert.ThrowsAsync<InvalidOperationException>(() => Patience.OnThread(() => sequencer.Publish(claimed)).Within());
    }

    [Fact]
    public async Task Debug_builds_refuse_a_second_producer_while_the_first_waits_for_room()
    {
        Assert.SkipUnless(IsDebugBuild, "The check exists in Debug builds only.");
        var sequencer = Make(1);
        var consumer = new Sequence();
        sequencer.AddGatingSequences(consumer);
        sequencer.Publish(sequencer.Next());
        using var asked = new ManualResetEventSlim();
        var first = Patience.OnThread(() =>
        {
            asked.Set();
            sequencer.Next();
        });
        asked.Wait(TestContext.Current.CancellationToken);
        await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.Throws<InvalidOperationException>(() => sequencer.Next());
        consumer.SetValue(0);
        await first.Within();
    }

    [Fact]
    public async Task The_producer_may_move_to_another_thread_between_publications()
    {
        var sequencer = Make(4);
        sequencer.AddGatingSequences(new Sequence());
        for (var i = 0; i < 4; i++)
        {
            await Patience.OnThread(() => sequencer.Publish(sequencer.Next())).Within();
        }

        // A refused claim leaves nothing behind either.
        await Patience.OnThread(() => Assert.False(sequencer.TryNext(out _))).Within();
        await Patience.OnThread(() => Assert.False(sequencer.TryNext(out _))).Within();
        Assert.Equal(3, sequencer.Cursor);
    }

    [Fact]
    public void Debug_builds_refuse_to_publish_twice_or_unclaimed()
    {
        Assert.SkipUnless(IsDebugBuild, "The check exists in Debug builds only.");
        var sequencer = Make(4);
        Assert.Throws<InvalidOperationException>(() => sequencer.Publish(0));
        var claimed = sequencer.Next();
        Assert.Throws<InvalidOperationException>(() => sequencer.Publish(claimed + 1));
        sequencer.Publish(claimed);
        Assert.Throws<InvalidOperationException>(() => sequencer.Publish(claimed));
    }

    private static bool IsDebugBuild =>
#if DEBUG
        true;
#else
        false;
#endif
}
