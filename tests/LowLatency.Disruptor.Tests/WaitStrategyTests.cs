using Disruptor;

namespace LowLatency.Disruptor.Tests;

/// <summary>The waiters of every strategy, without a ring.</summary>
[Collection(nameof(Spinning))]
public sealed class WaitStrategyTests
{
    /// <inheritdoc cref="Strategy.Make"/>
    public static IWaitStrategy Make(string name) => Strategy.Make(name);

    [Theory]
    [MemberData(nameof(Cases.Strategies), MemberType = typeof(Cases))]
    public void A_wait_for_what_is_there_returns_how_much_there_is_even_if_it_is_cancelled(string name)
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        using var alone = Strategy.Make(name).NewSequenceWaiter(SequenceWaiterOwner.Unknown, new DependentSequenceGroup(new Sequence(12)));
        Assert.Equal(12, alone.WaitFor(10, cancelled.Token).AvailableSequence);
        Assert.Equal(12, alone.WaitFor(12, cancelled.Token).AvailableSequence);
        var behind = new DependentSequenceGroup(new Sequence(15), new Sequence(14), new Sequence(11));
        using var waiter = Strategy.Make(name).NewSequenceWaiter(SequenceWaiterOwner.Unknown, behind);
        Assert.Equal(11, waiter.WaitFor(10, cancelled.Token).AvailableSequence);
        Assert.Equal(11, waiter.WaitFor(11, cancelled.Token).AvailableSequence);
    }

    [Theory]
    [MemberData(nameof(Cases.Strategies), MemberType = typeof(Cases))]
    public async Task A_publication_wakes_everybody_who_waits_for_it(string name)
    {
        var strategy = Strategy.Make(name);
        var cursor = new Sequence();
        var waits = Enumerable.Range(0, 3).Select(i => Wait(strategy, new DependentSequenceGroup(cursor), 4 + i)).ToArray();
        Publish(strategy, cursor, 3);
        Patience.Never(() => waits.Any(w => w.IsCompleted));
        Publish(strategy, cursor, 5);
        Assert.Equal(5, await waits[0].Within());
        Assert.Equal(5, await waits[1].Within());
        Assert.False(waits[2].IsCompleted);
        Publish(strategy, cursor, 9);
        Assert.Equal(9, await waits[2].Within());
    }

    [Theory]
    [MemberData(nameof(Cases.Strategies), MemberType = typeof(Cases))]
    public async Task Behind_consumers_a_wait_ends_when_the_slowest_is_there(string name)
    {
        var strategy = Strategy.Make(name);
        Sequence cursor = new(), a = new(), b = new();
        var wait = Wait(strategy, new DependentSequenceGroup(cursor, a, b), 4);
        Publish(strategy, cursor, 9);
        a.SetValue(7);
        b.SetValue(3);
        Patience.Never(() => wait.IsCompleted);
        b.SetValue(6);
        Assert.Equal(6, await wait.Within());
    }

    [Theory]
    [MemberData(nameof(Cases.Strategies), MemberType = typeof(Cases))]
    public async Task A_cancelled_wait_for_the_producer_ends(string name)
    {
        using var source = new CancellationTokenSource();
        using var waiter = Strategy.Make(name).NewSequenceWaiter(SequenceWaiterOwner.Unknown, new DependentSequenceGroup(new Sequence()));
        var wait = Patience.OnThread(() => waiter.WaitFor(0, source.Token));
        Patience.Never(() => wait.IsCompleted);
        await source.CancelAsync();
        waiter.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait.Within());
        Assert.ThrowsAny<OperationCanceledException>(() => waiter.WaitFor(0, source.Token));
    }

    [Theory]
    [MemberData(nameof(Cases.Strategies), MemberType = typeof(Cases))]
    public async Task A_cancelled_wait_for_consumers_ends(string name)
    {
        using var source = new CancellationTokenSource();
        var group = new DependentSequenceGroup(new Sequence(3), new Sequence(1));
        using var waiter = Strategy.Make(name).NewSequenceWaiter(SequenceWaiterOwner.Unknown, group);
        var wait = Patience.OnThread(() => waiter.WaitFor(2, source.Token));
        Patience.Never(() => wait.IsCompleted);
        await source.CancelAsync();
        waiter.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait.Within());
    }

    [Theory]
    [MemberData(nameof(Cases.Strategies), MemberType = typeof(Cases))]
    public async Task To_cancel_one_consumer_does_not_end_the_wait_of_another(string name)
    {
        using var source = new CancellationTokenSource();
        var strategy = Strategy.Make(name);
        var cursor = new Sequence();
        using var waiter = strategy.NewSequenceWaiter(SequenceWaiterOwner.Unknown, new DependentSequenceGroup(cursor));
        var cancelled = Patience.OnThread(() => waiter.WaitFor(0, source.Token));
        var stays = Wait(strategy, new DependentSequenceGroup(cursor), 0);
        await source.CancelAsync();
        waiter.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.Within());
        Patience.Never(() => stays.IsCompleted);
        Publish(strategy, cursor, 0);
        Assert.Equal(0, await stays.Within());
    }

    [Theory]
    [MemberData(nameof(Cases.Strategies), MemberType = typeof(Cases))]
    public async Task A_chain_of_waiters_follows_the_producer_step_by_step(string name)
    {
        const int steps = 300;
        var strategy = Strategy.Make(name);
        Sequence cursor = new(), first = new(), second = new();
        var consumers = new[] { Follow(first, new DependentSequenceGroup(cursor)), Follow(second, new DependentSequenceGroup(cursor, first)) };
        for (var i = 0; i < steps; i++)
        {
            Publish(strategy, cursor, i);
            if (i % 2 == 0)
            {
                Patience.Until(() => second.Value == i);
            }
        }

        await Task.WhenAll(consumers).Within();
        Assert.Equal(steps - 1, second.Value);

        Task Follow(Sequence mine, DependentSequenceGroup group)
        {
            var waiter = strategy.NewSequenceWaiter(SequenceWaiterOwner.Unknown, group);
            return Patience.OnThread(() =>
            {
                for (var next = 0L; next < steps; next = mine.Value + 1)
                {
                    var available = waiter.WaitFor(next, CancellationToken.None).UnsafeAvailableSequence;
                    Assert.InRange(available, next, steps - 1);
                    mine.SetValue(available);
                }
            });
        }
    }

    private static void Publish(IWaitStrategy strategy, Sequence cursor, long sequence)
    {
        cursor.SetValue(sequence);
        strategy.SignalAllWhenBlocking();
    }

    private static Task<long> Wait(IWaitStrategy strategy, DependentSequenceGroup group, long sequence)
    {
        var waiter = strategy.NewSequenceWaiter(SequenceWaiterOwner.Unknown, group);
        var token = TestContext.Current.CancellationToken;
        return Patience.OnThread(() => waiter.WaitFor(sequence, token).UnsafeAvailableSequence);
    }
}
