using System.Diagnostics;
using Disruptor;
using LowLatency.Feed;
using LowLatency.Pipeline;
using LowLatency.Pools;
using LowLatency.Positions;
using LowLatency.Simulation;
using LowLatency.Storage;
using LowLatency.Telemetry;

namespace LowLatency.Tests.Pipeline;

/// <summary>How an operator's word gets into the ring.</summary>
public sealed class OperatorCommandTests
{
    private static readonly OperatorCommand Pause = new(OperatorCommandKind.Pause), Exit = new(OperatorCommandKind.ForceExit, 3);

    [Theory]
    [InlineData(FeedReader.Pipe)]
    [InlineData(FeedReader.BlockingSocket)]
    [InlineData(FeedReader.SpinningSocket)]
    public async Task A_command_is_published_although_the_server_says_nothing(FeedReader reader)
    {
        RecordedRow[] rows = [.. World.Create("realistic", 4).Rows().Take(50)];
        RecordedRow[] then = [rows[^1] with { TimestampMs = rows[^1].TimestampMs + 3_600_000 }];
        (ValueRingBuffer<PipelineEvent> ring, OperatorInbox inbox, RingProducer producer, FeedCounters counters) = Make(64, FullRingPolicy.Wait);
        FeedPublisher publisher = new(producer, new PoolTable(), counters);
        await using Gateway gateway = Gateway.Start(() => [.. rows.Select(r => r with { TimestampMs = rows[0].TimestampMs }), .. then], new GatewayOptions(Speed: 1));
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Task<FeedEnd> feeding = new FeedClient(new FeedOptions { Endpoint = gateway.Endpoint, Reader = reader }, publisher).RunAsync(stop.Token);
        Assert.True(SpinWait.SpinUntil(() => counters.Received == rows.Length, TimeSpan.FromSeconds(20)), $"{counters.Received} received");
        long before = ring.Cursor;
        inbox.Post(Pause);
        inbox.Post(Exit);
        bool came = SpinWait.SpinUntil(() => ring.Cursor == before + 2, TimeSpan.FromSeconds(10));
        await stop.CancelAsync();
        await feeding;
        Assert.True(came);
        Assert.Equal((EventKind.Command, Pause), (ring[before + 1].Kind, ring[before + 1].Command));
        Assert.Equal((EventKind.Command, Exit), (ring[before + 2].Kind, ring[before + 2].Command));
        Assert.False(publisher.HasBacklog);
    }

    [Theory]
    [InlineData(FullRingPolicy.Wait)]
    [InlineData(FullRingPolicy.DropSuperseded)]
    public void Commands_come_before_the_next_row_in_their_order(FullRingPolicy policy)
    {
        (ValueRingBuffer<PipelineEvent> ring, OperatorInbox inbox, RingProducer producer, _) = Make(16, policy);
        producer.Publish(new PoolUpdate { Pool = 1 }, 0, 0);
        Assert.False(producer.IsWaiting);
        inbox.Post(Pause);
        inbox.Post(Exit);
        Assert.True(producer.IsWaiting);
        producer.Publish(new PoolUpdate { Pool = 2 }, 0, 0);
        Assert.Equal([EventKind.Update, EventKind.Command, EventKind.Command, EventKind.Update], Enumerable.Range(0, 4).Select(i => ring[i].Kind));
        Assert.Equal((Pause, Exit, 2), (ring[1].Command, ring[2].Command, ring[3].Update.Pool));
    }

    [Fact]
    public void Commands_wait_for_room_and_none_is_lost_or_turned_round()
    {
        (ValueRingBuffer<PipelineEvent> ring, OperatorInbox inbox, RingProducer producer, _) = Make(4, FullRingPolicy.DropSuperseded);
        ValueEventPoller<PipelineEvent> poller = ring.NewPoller();
        ring.AddGatingSequences(poller.Sequence);
        for (int i = 0; i < 10; i++)
        {
            inbox.Post(new OperatorCommand(OperatorCommandKind.ForceExit, i));
        }

        List<int> seen = [];
        while (producer.IsWaiting)
        {
            producer.Drain();
            poller.Poll((ref PipelineEvent e, long _, bool _) =>
            {
                seen.Add(e.Command.Pool);
                return true;
            });
        }

        Assert.Equal(Enumerable.Range(0, 10), seen);
    }

    [Fact]
    public async Task Lines_on_standard_input_are_told_the_pipeline_and_shutdown_ends_the_run()
    {
        ProcessStartInfo start = new(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "LowLatency.Host.dll"), "run", "--no-db", "--world", "easy", "--speed", "5", "--duration", "90s"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        Stopwatch clock = Stopwatch.StartNew();
        using Process process = Process.Start(start)!;
        await process.StandardInput.WriteAsync("pause\n\nbuy everything\nexit Nowhere\nshutdown\n");
        process.StandardInput.Close();
        string said = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
        Assert.Contains("operator: pause", said);
        Assert.Contains("'buy everything' is no command; there are: pause", said);
        Assert.Contains("'Nowhere' begins 0 open positions; one is wanted", said);
        Assert.Contains("risk Halted", said);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(80), "the run went on to its end");
    }

    private static (ValueRingBuffer<PipelineEvent> Ring, OperatorInbox Inbox, RingProducer Producer, FeedCounters Counters) Make(int size, FullRingPolicy policy)
    {
        ValueRingBuffer<PipelineEvent> ring = ValueRingBuffer<PipelineEvent>.CreateSingleProducer(static () => default, size, new YieldingWaitStrategy());
        OperatorInbox inbox = new();
        FeedCounters counters = new();
        return (ring, inbox, new RingProducer(ring, counters, policy, PoolTable.DefaultCapacity, commands: inbox), counters);
    }
}
