using Disruptor;
using Disruptor.Dsl;

namespace LowLatency.Disruptor.Tests;

public sealed class SequenceBarrierTests
{
    [Theory]
    [MemberData(nameof(Cases.Rings), MemberType = typeof(Cases))]
    public void A_barrier_returns_the_highest_published_sequence(EventKind kind, ProducerType producer, Origin origin)
    {
        var ring = TestRing.Make(kind, producer, 8, null, origin);
        var barrier = ring.Ring.NewBarrier(SequenceWaiterOwner.Unknown);
        Assert.True(barrier.DependentSequences.DependsOnCursor);
        Assert.Equal(1, barrier.DependentSequences.DependentSequenceCount);
        Assert.Equal(-1, Published(barrier, -1));
        ring.Publish(5);
        for (var next = 0; next <= 4; next++)
        {
            Assert.Equal(4, Available(barrier, next));
            Assert.Equal(4, Published(barrier, next));
        }

        ring.PublishRange(7);
        Assert.Equal(11, Available(barrier, 5));
        Assert.Equal(11, Published(barrier, 5));
        Assert.Equal(11, barrier.DependentSequences.CursorValue);
    }

    [Theory]
    [MemberData(nameof(Cases.Rings), MemberType = typeof(Cases))]
    public void Behind_consumers_it_returns_where_the_slowest_stands(EventKind kind, ProducerType producer, Origin origin)
    {
        var ring = TestRing.Make(kind, producer, 8, null, origin);
        Sequence a = new(), b = new();
        var barrier = ring.Ring.NewBarrier(SequenceWaiterOwner.Unknown, a, b);
        Assert.False(barrier.DependentSequences.DependsOnCursor);
        Assert.Equal(2, barrier.DependentSequences.DependentSequenceCount);
        ring.Publish(5);
        a.SetValue(3);
        b.SetValue(1);
        Assert.Equal(1, Available(barrier, 0));
        Assert.Equal(1, Published(barrier, 1));
        b.SetValue(4);
        Assert.Equal(3, Available(barrier, 2));
        Assert.Equal(3, Published(barrier, 3));
        Assert.Equal(4, barrier.DependentSequences.CursorValue);
    }

    [Theory]
    [InlineData(EventKind.Value)]
    [InlineData(EventKind.ValueWithReference)]
    [InlineData(EventKind.Class)]
    public void With_many_producers_a_wait_ends_with_the_claim_and_one_for_publications_before_the_gap(EventKind kind)
    {
        var ring = TestRing.Make(kind, ProducerType.Multi, 8);
        var barrier = ring.Ring.NewBarrier(SequenceWaiterOwner.Unknown);
        ring.Ring.Next(6);
        ring.Ring.Publish(0, 1);
        ring.Ring.Publish(4);
        Assert.Equal(5, Available(barrier, 0));
        Assert.Equal(1, Published(barrier, 0));
        Assert.Equal(1, Published(barrier, 2));
        Assert.Equal(4, Published(barrier, 4));
        ring.Ring.Publish(2, 3);
        Assert.Equal(4, Published(barrier, 2));
    }

    [Theory]
    [MemberData(nameof(Cases.Rings), MemberType = typeof(Cases))]
    public void A_cancelled_wait_throws_even_if_there_is_nothing_to_wait_for(EventKind kind, ProducerType producer, Origin origin)
    {
        var ring = TestRing.Make(kind, producer, 8, null, origin);
        var barrier = ring.Ring.NewBarrier(SequenceWaiterOwner.Unknown);
        ring.Publish(5);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => barrier.WaitFor(2, cancelled.Token));
        Assert.Throws<OperationCanceledException>(() => barrier.WaitFor(5, cancelled.Token));
        Assert.Throws<OperationCanceledException>(() => barrier.WaitForPublishedSequence(2, cancelled.Token));
        Assert.Throws<OperationCanceledException>(() => barrier.WaitForPublishedSequence(5, cancelled.Token));
    }

    [Theory]
    [MemberData(nameof(Cases.Producers), MemberType = typeof(Cases))]
    public void A_barrier_asks_the_waiter_of_its_owner_when_it_has_to_wait_and_only_then(ProducerType producer)
    {
        var strategy = new StubStrategy { OnWait = (_, sequence, _) => sequence + 40 };
        var sequencer = SequencerFactory.Create(producer, 64, strategy);
        var owner = new Probe();
        var barrier = sequencer.NewBarrier(SequenceWaiterOwner.EventHandler(owner));
        var waiter = Assert.Single(strategy.Waiters);
        Assert.Same(owner, waiter.Owner.Handler);
        Assert.Same(barrier.DependentSequences, waiter.DependentSequences);
        Assert.Equal(42, Available(barrier, 2));
        Assert.Equal(1, waiter.Waits);
        sequencer.Publish(0, sequencer.Next(3));
        Assert.Equal(2, Available(barrier, 2));
        Assert.Equal(2, Published(barrier, 2));
        Assert.Equal(1, waiter.Waits);
        Assert.Equal(43, Available(barrier, 3));
        Assert.Equal(2, waiter.Waits);
        Assert.Null(SequenceWaiterOwner.Unknown.Handler);
    }

    [Theory]
    [MemberData(nameof(Cases.Producers), MemberType = typeof(Cases))]
    public void A_timeout_comes_through(ProducerType producer)
    {
        var sequencer = SequencerFactory.Create(producer, 8, new StubStrategy { OnWait = (_, _, _) => SequenceWaitResult.Timeout });
        var barrier = sequencer.NewBarrier(SequenceWaiterOwner.Unknown);
        Assert.Equal(SequenceWaitResult.Timeout, barrier.WaitFor(0, TestContext.Current.CancellationToken));
        Assert.Equal(SequenceWaitResult.Timeout, barrier.WaitForPublishedSequence(0, TestContext.Current.CancellationToken));
        sequencer.Publish(sequencer.Next());
        Assert.Equal(0, Published(barrier, 0));
    }

    [Fact]
    public void A_barrier_passes_the_token_the_cancellation_and_the_end_on_to_its_waiter()
    {
        using var source = new CancellationTokenSource();
        var token = CancellationToken.None;
        var strategy = new StubStrategy
        {
            OnWait = (_, sequence, cancellationToken) =>
            {
                token = cancellationToken;
                return sequence;
            },
        };
        var sequencer = new SingleProducerSequencer(8, strategy);
        var group = new DependentSequenceGroup(new Sequence());
        var waiter = (StubStrategy.Waiter)strategy.NewSequenceWaiter(SequenceWaiterOwner.Unknown, group);
        var barrier = new SequenceBarrier(sequencer, waiter, group);
        Assert.Same(group, barrier.DependentSequences);
        barrier.WaitFor(0, source.Token);
        Assert.Equal(source.Token, token);
        barrier.CancelProcessing();
        Assert.Equal((1, 0), (waiter.Cancels, waiter.Disposals));
        barrier.Dispose();
        Assert.Equal((1, 1), (waiter.Cancels, waiter.Disposals));
    }

    [Theory]
    [MemberData(nameof(Cases.Rings), MemberType = typeof(Cases))]
    public async Task A_waiting_consumer_is_let_on_by_a_publication(EventKind kind, ProducerType producer, Origin origin)
    {
        var ring = TestRing.Make(kind, producer, 8, new BlockingWaitStrategy(), origin);
        var barrier = ring.Ring.NewBarrier(SequenceWaiterOwner.Unknown);
        for (var next = 0; next < 10; next++)
        {
            var wait = Patience.OnThread(() => Published(barrier, next));
            Assert.False(wait.IsCompleted);
            ring.Publish(1);

            // Many producers: a wait may end with the claim.
            Assert.InRange(await wait.Within(), producer == ProducerType.Multi ? next - 1 : next, next);
        }
    }

    private static long Available(SequenceBarrier barrier, long sequence) =>
        barrier.WaitFor(sequence, TestContext.Current.CancellationToken).UnsafeAvailableSequence;

    private static long Published(SequenceBarrier barrier, long sequence) =>
        barrier.WaitForPublishedSequence(sequence, TestContext.Current.CancellationToken).UnsafeAvailableSequence;
}
