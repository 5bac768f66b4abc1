using Disruptor;
using Disruptor.Dsl;
using LowLatency.Disruptor.Tests.Races;

namespace LowLatency.Disruptor.Tests;

/// <summary>The rule of a ring with one producer, which Debug builds check at each claim and publication.</summary>
public sealed class OneWriterTests
{
    private const string First = "the first writer";
    private const string Second = "the second writer";

    private static readonly Dictionary<string, Action<Subject>> _calls = new()
    {
        ["Next"] = s => s.Ring.Next(),
        ["Next(n)"] = s => s.Ring.Next(2),
        ["TryNext"] = s => s.Ring.TryNext(out _),
        ["TryNext(n)"] = s => s.Ring.TryNext(2, out _),
        ["Publish"] = s => s.Ring.Publish(0),
        ["Publish(lo, hi)"] = s => s.Ring.Publish(0, 0),
        ["PublishEvent"] = s => s.PublishScope(),
        ["PublishEvents"] = s => s.PublishScope(2),
        ["TryPublishEvent"] = s => s.TryPublishScope(),
        ["TryPublishEvents"] = s => s.TryPublishScope(2),
        ["sequencer.Next"] = s => SequencerOf(s).Next(),
        ["sequencer.TryNext"] = s => SequencerOf(s).TryNext(out _),
        ["sequencer.Publish"] = s => SequencerOf(s).Publish(0),
    };

    public static TheoryData<Payload> Kinds { get; } = [Payload.Value56, Payload.Reference];

    private static bool IsDebugBuild =>
#if DEBUG
        true;
#else
        false;
#endif

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_second_thread_is_refused_and_both_are_named(Payload kind)
    {
        SkipUnlessChecked();
        using var subject = Make(kind);
        var first = On(First, () => subject.Publish());
        Assert.Null(first.Failure);
        foreach (var call in _calls.Values)
        {
            var second = On(Second, () => call(subject));
            var refused = Assert.IsType<InvalidOperationException>(second.Failure);
            Assert.Contains($"{first.Id} '{First}'", refused.Message, StringComparison.Ordinal);
            Assert.Contains($"{second.Id} '{Second}'", refused.Message, StringComparison.Ordinal);
        }

        Assert.Equal(0, subject.Ring.Cursor);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void After_a_hand_over_the_next_thread_is_the_producer(Payload kind)
    {
        SkipUnlessChecked();
        using var subject = Make(kind);
        Assert.Null(On(First, () => subject.Publish()).Failure);
        subject.Ring.HandOverProducer();
        Assert.Null(On(Second, () => subject.Publish()).Failure);
        Assert.IsType<InvalidOperationException>(On(First, () => subject.Publish()).Failure);
        Assert.Equal(1, subject.Ring.Cursor);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_is_claimed_and_not_published_is_not_handed_over(Payload kind)
    {
        SkipUnlessChecked();
        using var subject = Make(kind);
        Assert.Null(On(First, () => subject.Ring.Next()).Failure);
        subject.Ring.HandOverProducer();
        Assert.IsType<InvalidOperationException>(On(Second, () => subject.Publish()).Failure);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Not_even_a_pool_thread_may_come_between_claim_and_publication(Payload kind)
    {
        SkipUnlessChecked();
        using var subject = Make(kind);
        Assert.Null(On(First, () => subject.Ring.Next()).Failure);
        await Pool(() => AssertEachRefused(subject));
        Assert.Equal(-1, subject.Ring.Cursor);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Not_even_a_pool_thread_may_come_while_the_producer_waits_for_room(Payload kind)
    {
        SkipUnlessChecked();
        using var subject = Make(kind);
        var consumer = new Sequence();
        subject.Ring.AddGatingSequences(consumer);
        using var asks = new ManualResetEventSlim();
        var producer = Patience.OnThread(() =>
        {
            subject.Publish(subject.Size);
            asks.Set();
            subject.Publish();
        });
        Assert.True(asks.Wait(Patience.Limit, TestContext.Current.CancellationToken));

        // For a moment yet the producer is between two publications, where the pool may take over.
        Assert.True(Race.Await(() => IsBusy(subject), Patience.Limit));
        await Pool(() => AssertEachRefused(subject));
        consumer.SetValue(0);
        await producer.Within();
        Assert.Equal(subject.Size, subject.Ring.Cursor);
    }

    [Fact]
    public async Task Pool_threads_may_take_over_between_publications()
    {
        using var subject = Make(Payload.Value56);
        Assert.Null(On(First, () => subject.Publish()).Failure);
        for (var i = 0; i < 3; i++)
        {
            await Pool(() => subject.Publish());
        }

        Assert.Equal(3, subject.Ring.Cursor);
    }

    [Fact]
    public async Task What_was_claimed_in_several_claims_is_guarded_until_all_is_published()
    {
        SkipUnlessChecked();
        using var subject = Make(Payload.Value56);
        Assert.Null(On(First, () => subject.Ring.Publish(subject.Ring.Next(2) - 1)).Failure);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Pool(() => subject.Ring.Next()));
    }

    [Fact]
    public async Task A_claim_that_finds_no_room_leaves_nothing_behind()
    {
        using var subject = Make(Payload.Value56);
        subject.Ring.AddGatingSequences(new Sequence());
        Assert.Null(On(First, () => subject.Publish(subject.Size)).Failure);
        await Pool(() => Assert.False(subject.Ring.TryNext(out _)));
        await Pool(() => Assert.False(subject.Ring.TryNext(2, out _)));
        await Pool(() => Assert.Throws<ArgumentException>(() => subject.Ring.Next(0)));
        await Pool(() => Assert.Throws<ArgumentException>(() => subject.Ring.TryNext(subject.Size + 1, out _)));
        await Pool(() => Assert.False(subject.Ring.TryNext(out _)));
        Assert.Equal(subject.Size - 1, subject.Ring.Cursor);
    }

    [Fact]
    public async Task A_claim_that_fails_leaves_nothing_behind()
    {
        using var subject = Make(Payload.Value56);
        subject.Ring.AddGatingSequences(new Sequence());
        await subject.Start().Within();
        await subject.Halt().Within();
        var first = On(First, () =>
        {
            subject.Publish(subject.Size);
            subject.Publish();
        });
        Assert.Contains("halted", Assert.IsType<InvalidOperationException>(first.Failure).Message, StringComparison.Ordinal);
        await Pool(() => Assert.False(subject.Ring.TryNext(out _)));
        Assert.Equal(subject.Size - 1, subject.Ring.Cursor);
    }

    [Fact]
    public void A_thread_that_was_refused_leaves_nothing_behind()
    {
        SkipUnlessChecked();
        using var subject = Make(Payload.Value56);
        using var refused = new ManualResetEventSlim();
        using var claimed = new ManualResetEventSlim();
        var second = Patience.OnThread(() =>
        {
            claimed.Wait(Patience.Limit);
            AssertEachRefused(subject);
            refused.Set();
        });
        var first = On(First, () =>
        {
            var sequence = subject.Ring.Next();
            claimed.Set();
            Assert.True(refused.Wait(Patience.Limit));
            subject.Ring.Publish(sequence);
            Assert.Equal(sequence + 1, subject.Ring.Next());
            subject.Ring.Publish(sequence + 1);
        });
        Assert.True(second.IsCompletedSuccessfully);
        Assert.Null(first.Failure);
        Assert.Equal(1, subject.Ring.Cursor);
    }

    private static Subject Make(Payload kind) => Subject.Make(kind, ProducerType.Single, 4, new BlockingWaitStrategy());

    private static void SkipUnlessChecked() => Assert.SkipUnless(IsDebugBuild, "The check exists in Debug builds only.");

    private static void AssertEachRefused(Subject subject) =>
        Assert.All(_calls, call => Assert.Throws<InvalidOperationException>(() => call.Value(subject)));

    private static Task Pool(Action work) => Task.Run(work, TestContext.Current.CancellationToken).Within();

    private static (int Id, Exception? Failure) On(string name, Action work)
    {
        Exception? failure = null;
        var thread = new Thread(() => failure = Record.Exception(work)) { Name = name, IsBackground = true };
        thread.Start();
        Assert.True(thread.Join(Patience.Limit));
        return (thread.ManagedThreadId, failure);
    }

    private static ISequencer SequencerOf(Subject subject) =>
        (ISequencer)LayoutTests.ValueOf(LayoutTests.ValueOf(subject.Ring, "_shared"), "Any");

    private static bool IsBusy(Subject subject) =>
        (bool)LayoutTests.ValueOf(LayoutTests.ValueOf(SequencerOf(subject), "_producer"), "IsBusy");
}
