using LowLatency.Feed;
using LowLatency.Inference;
using LowLatency.Pipeline;
using LowLatency.Pipeline.Race;
using LowLatency.Positions;
using LowLatency.Simulation;
using LowLatency.Storage;
using LowLatency.Testing;

namespace LowLatency.Tests.Pipeline.Race;

/// <summary>When a race counts as interrupted, step by step.</summary>
public sealed class GapRuleTests
{
    [Fact]
    public Task While_one_lives_nothing_is_interrupted() => GapsAsync(0, static (first, second) =>
    {
        first.OnConnected(IFeedSender.Nobody);
        second.OnConnected(IFeedSender.Nobody);
        first.OnInterrupted();
        first.OnConnected(IFeedSender.Nobody);
        second.OnInterrupted();
        second.OnConnected(IFeedSender.Nobody);
    });

    [Fact]
    public Task Each_time_that_none_is_left_is_a_gap() => GapsAsync(2, static (first, second) =>
    {
        first.OnConnected(IFeedSender.Nobody);
        second.OnConnected(IFeedSender.Nobody);
        first.OnInterrupted();
        second.OnInterrupted();
        second.OnConnected(IFeedSender.Nobody);
        second.OnInterrupted();
        first.OnConnected(IFeedSender.Nobody);
    });

    [Fact]
    public Task One_that_was_refused_does_not_keep_the_feed_alive() => GapsAsync(1, static (first, second) =>
    {
        second.OnConnected(IFeedSender.Nobody);
        first.End(FeedEnd.Refused);
        second.OnInterrupted();
    });

    [Fact]
    public Task One_that_ends_while_the_other_is_down_leaves_a_gap() => GapsAsync(1, static (first, second) =>
    {
        first.OnConnected(IFeedSender.Nobody);
        second.OnConnected(IFeedSender.Nobody);
        second.OnInterrupted();
        first.End(FeedEnd.ClosedNormally);
        second.OnConnected(IFeedSender.Nobody);
        second.End(FeedEnd.ClosedNormally);
    });

    [Fact]
    public Task The_end_of_the_run_is_no_gap() => GapsAsync(0, static (first, second) =>
    {
        first.OnConnected(IFeedSender.Nobody);
        second.OnConnected(IFeedSender.Nobody);
        first.End(FeedEnd.Cancelled);
        second.End(FeedEnd.Cancelled);
    });

    [Fact]
    public async Task One_that_is_behind_is_no_storm_of_rejects()
    {
        RecordedRow[] rows = [.. World.Create("realistic", 2).Rows().Take(1_000)];
        using SnapshotJson json = new();
        byte[][] messages = [.. rows.Select(row => json.Write(row).ToArray())];
        TradingPipeline seen = await RunAsync((first, second) =>
        {
            first.OnConnected(IFeedSender.Nobody);
            second.OnConnected(IFeedSender.Nobody);
            for (int i = 0; i < messages.Length; i++)
            {
                first.OnMessage(messages[i], isText: true, 0);
                if (i >= 300)
                {
                    second.OnMessage(messages[i - 300], isText: true, 0);
                }
            }

            // What the fast one lost, and is over: not published, and called what it is.
            second.OnConnected(IFeedSender.Nobody);
            second.OnMessage(json.Write(rows[0] with { TimestampMs = rows[0].TimestampMs - 1 }).Span, isText: true, 0);
        });
        Assert.Equal(1_000, seen.Feed.Published);
        Assert.Equal(700, seen.Race!.Lanes[1].Counters.Copies);
        Assert.Equal(1, seen.Race.Lanes[1].Counters.Late);
        Assert.Equal(1, seen.Feed.Rejected(RejectReason.LateInRace));
        Assert.Equal(0, seen.Feed.Rejected(RejectReason.TimestampRegression));
    }

    private static async Task GapsAsync(int expected, Action<RacedSink, RacedSink> what) =>
        Assert.Equal(expected, (await RunAsync(what)).Business.FeedGaps);

    private static async Task<TradingPipeline> RunAsync(Action<RacedSink, RacedSink> what)
    {
        using FoundationModel model = FoundationModel.Load(Repository.Models);
        using TradingPipeline pipeline = new(new PipelineOptions { Endpoints = 2 }, new TradingSettings(), model);
        pipeline.Start();
        what(pipeline.Race!.Lanes[0].Sink, pipeline.Race.Lanes[1].Sink);
        await pipeline.StopAsync();
        return pipeline;
    }
}
