using System.Diagnostics;
using Disruptor;

namespace LowLatency.Disruptor.Tests;

/// <summary>What strategies are made with, and what they do with it.</summary>
[Collection(nameof(Spinning))]
public sealed class WaitStrategySettingsTests
{
    [Theory]
    [InlineData("BusySpin", false)]
    [InlineData("Yielding", false)]
    [InlineData("Sleeping", false)]
    [InlineData("SpinWait", false)]
    [InlineData("HybridSpin", false)]
    [InlineData("Blocking", true)]
    [InlineData("BlockingSpinWait", true)]
    [InlineData("TimeoutBlocking", true)]
    [InlineData("TimeoutYielding", false)]
    [InlineData("PhasedBackoffWithLock", true)]
    [InlineData("PhasedBackoffWithSleep", false)]
    public void Only_strategies_that_sleep_until_they_are_signalled_block(string name, bool blocks)
    {
        Assert.Equal(blocks, Strategy.Make(name).IsBlockingStrategy);
        Strategy.Make(name).SignalAllWhenBlocking();
    }

    [Theory]
    [InlineData("TimeoutBlocking")]
    [InlineData("TimeoutYielding")]
    public void A_wait_for_the_producer_ends_with_a_timeout_and_not_before(string name)
    {
        var timeout = TimeSpan.FromMilliseconds(30);
        var cursor = new Sequence();
        var waiter = MakeTimeout(name, timeout).NewSequenceWaiter(SequenceWaiterOwner.Unknown, new DependentSequenceGroup(cursor));
        var since = Stopwatch.GetTimestamp();
        Assert.Equal(SequenceWaitResult.Timeout, waiter.WaitFor(0, TestContext.Current.CancellationToken));

        // The clock of a blocking wait counts whole milliseconds of its own.
        Assert.InRange(Stopwatch.GetElapsedTime(since), timeout / 2, TimeSpan.MaxValue);
        cursor.SetValue(0);
        Assert.Equal(0, waiter.WaitFor(0, TestContext.Current.CancellationToken).AvailableSequence);
    }

    [Theory]
    [InlineData("TimeoutBlocking")]
    [InlineData("TimeoutYielding")]
    public void With_no_time_a_wait_ends_at_once(string name)
    {
        var waiter = MakeTimeout(name, TimeSpan.Zero).NewSequenceWaiter(SequenceWaiterOwner.Unknown, new DependentSequenceGroup(new Sequence(4)));
        Assert.Equal(SequenceWaitResult.Timeout, waiter.WaitFor(5, TestContext.Current.CancellationToken));
        Assert.Equal(4, waiter.WaitFor(4, TestContext.Current.CancellationToken).AvailableSequence);
    }

    [Fact]
    public void A_yielding_wait_for_consumers_times_out_too()
    {
        var group = new DependentSequenceGroup(new Sequence(4), new Sequence(2));
        var waiter = new TimeoutYieldingWaitStrategy(TimeSpan.FromMilliseconds(1)).NewSequenceWaiter(SequenceWaiterOwner.Unknown, group);
        Assert.Equal(SequenceWaitResult.Timeout, waiter.WaitFor(3, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_blocking_wait_for_consumers_has_no_timeout()
    {
        var consumer = new Sequence(2);
        var group = new DependentSequenceGroup(new Sequence(4), consumer);
        var waiter = new TimeoutBlockingWaitStrategy(TimeSpan.FromMilliseconds(1)).NewSequenceWaiter(SequenceWaiterOwner.Unknown, group);
        var token = TestContext.Current.CancellationToken;
        var wait = Patience.OnThread(() => waiter.WaitFor(3, token));
        Patience.Never(() => wait.IsCompleted);
        consumer.SetValue(3);
        Assert.Equal(3, (await wait.Within()).AvailableSequence);
    }

    [Fact]
    public void A_timeout_that_is_negative_or_does_not_fit_is_refused_where_it_is_counted_in_milliseconds()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new TimeoutBlockingWaitStrategy(TimeSpan.FromMilliseconds(-1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TimeoutBlockingWaitStrategy(Timeout.InfiniteTimeSpan));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TimeoutBlockingWaitStrategy(TimeSpan.FromMilliseconds(1L + int.MaxValue)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TimeoutBlockingWaitStrategy(TimeSpan.MaxValue));
        Assert.True(new TimeoutBlockingWaitStrategy(TimeSpan.FromMilliseconds(int.MaxValue)).IsBlockingStrategy);
        Assert.True(new TimeoutBlockingWaitStrategy(TimeSpan.Zero).IsBlockingStrategy);
    }

    [Fact]
    public void Phases_are_counted_in_ticks_of_the_stopwatch()
    {
        var strategy = PhasedBackoffWaitStrategy.WithLock(TimeSpan.FromTicks(2_000), TimeSpan.FromMilliseconds(15));
        Assert.Equal(2_000 * (Stopwatch.Frequency / TimeSpan.TicksPerSecond), strategy.SpinTimeout);
        Assert.Equal(150_000 * (Stopwatch.Frequency / TimeSpan.TicksPerSecond), strategy.YieldTimeout);
        strategy = PhasedBackoffWaitStrategy.WithSleep(TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.Equal(0, strategy.SpinTimeout);
        Assert.Equal(Stopwatch.Frequency, strategy.YieldTimeout);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_its_phases_a_wait_is_the_fallbacks(bool isBlocking)
    {
        using var reached = new ManualResetEventSlim();
        var cursor = new Sequence();
        var fallback = new StubStrategy(isBlocking)
        {
            OnWait = (group, sequence, token) =>
            {
                reached.Set();
                return StubStrategy.Poll(group, sequence, token);
            },
        };
        var strategy = new PhasedBackoffWaitStrategy(TimeSpan.FromMicroseconds(1), TimeSpan.FromMicroseconds(2), fallback);
        Assert.Equal(isBlocking, strategy.IsBlockingStrategy);
        var owner = SequenceWaiterOwner.EventHandler(new Probe());
        var group = new DependentSequenceGroup(cursor);
        var waiter = strategy.NewSequenceWaiter(owner, group);
        var inner = Assert.Single(fallback.Waiters);
        Assert.Same(owner, inner.Owner);
        Assert.Same(group, inner.DependentSequences);
        var token = TestContext.Current.CancellationToken;
        var wait = Patience.OnThread(() => waiter.WaitFor(0, token));
        reached.Await();
        Assert.False(wait.IsCompleted);
        cursor.SetValue(0);
        strategy.SignalAllWhenBlocking();
        Assert.Equal(0, (await wait.Within()).AvailableSequence);
        Assert.Equal(1, fallback.Signals);
        waiter.Cancel();
        waiter.Dispose();
        Assert.Equal((1, 1), (inner.Cancels, inner.Disposals));
    }

    [Fact]
    public async Task Before_its_phases_are_over_a_wait_is_its_own()
    {
        var cursor = new Sequence();
        var fallback = new StubStrategy { OnWait = (_, _, _) => throw new FormatException() };
        var strategy = new PhasedBackoffWaitStrategy(Patience.Limit, 2 * Patience.Limit, fallback);
        var waiter = strategy.NewSequenceWaiter(SequenceWaiterOwner.Unknown, new DependentSequenceGroup(cursor));
        var token = TestContext.Current.CancellationToken;
        var wait = Patience.OnThread(() => waiter.WaitFor(0, token));
        Patience.Never(() => wait.IsCompleted);
        cursor.SetValue(0);
        Assert.Equal(0, (await wait.Within()).AvailableSequence);
    }

    [Fact]
    public async Task The_tag_of_a_hybrid_wait_may_change_while_the_consumer_lives()
    {
        var cursor = new Sequence();
        var group = new DependentSequenceGroup(cursor);
        var waiter = new HybridSpinWaitStrategy().NewSequenceWaiter(SequenceWaiterOwner.Unknown, group);
        var token = TestContext.Current.CancellationToken;
        for (var i = 0; i < 4; i++)
        {
            group.Tag = i % 2 == 0 ? HybridSpinWaitStrategy.AggressiveSpinWaitTag : "another";
            var wait = Patience.OnThread(() => waiter.WaitFor(i, token));
            Patience.Never(() => wait.IsCompleted);
            cursor.SetValue(i);
            Assert.Equal(i, (await wait.Within()).AvailableSequence);
        }

        Assert.Same(HybridSpinWaitStrategy.AggressiveSpinWaitTag, HybridSpinWaitStrategy.AggressiveSpinWaitTag);
    }

    [Fact]
    public async Task An_aggressive_spin_lets_others_run()
    {
        var done = false;
        var other = Patience.OnThread(() => Volatile.Write(ref done, true));
        var spin = default(AggressiveSpinWait);
        while (!Volatile.Read(ref done))
        {
            spin.SpinOnce();
        }

        await other.Within();
    }

    private static IWaitStrategy MakeTimeout(string name, TimeSpan timeout) =>
        name == "TimeoutBlocking" ? new TimeoutBlockingWaitStrategy(timeout) : new TimeoutYieldingWaitStrategy(timeout);
}
