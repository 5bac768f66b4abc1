using System.Buffers;
using System.Diagnostics;
using Disruptor;
using Disruptor.Dsl;
using LowLatency.Features;
using LowLatency.Feed;
using LowLatency.Inference;
using LowLatency.Pipeline;
using LowLatency.Pools;
using LowLatency.Positions;
using LowLatency.Simulation;
using LowLatency.Storage;
using LowLatency.Telemetry;
using LowLatency.Testing;

namespace LowLatency.AllocationTests;

/// <summary>
/// Bytes allocated by the measuring thread after warm-up, in a process of its own. 0 means 0: one byte in a hundred thousand
/// messages fails. The positive control proves that the measure sees an allocation.
/// </summary>
public sealed class HotPathAllocationTests
{
    private const int WarmUp = 60_000;
    private const int Measured = 100_000;
    private const int MaxPools = 4_096;
    private const int BatchSize = 8;
    private const int SwapEvery = 8_000;
    private const string ReleaseOnly = "allocation is measured in Release: Debug code boxes where optimised code does not";

#if DEBUG
    private static bool IsRelease => false;
#else
    private static bool IsRelease => true;
#endif

    [Fact]
    public void The_measure_sees_a_single_small_allocation()
    {
        object? kept = null;
        Assert.True(Allocated(() => kept = new object()) >= 24);
        Assert.NotNull(kept);
    }

    [Fact]
    public void Decoding_frames_and_messages_and_normalising_allocates_nothing()
    {
        Assert.SkipUnless(IsRelease, ReleaseOnly);
        byte[][] messages = Messages();
        byte[][] frames = [.. messages.Select(Frame)];
        WebSocketFrameDecoder decoder = new();
        PoolTable pools = new(MaxPools);
        PoolUpdate update = default;
        long decoded = 0;

        void Decode(int from, int to)
        {
            for (int i = from; i < to; i++)
            {
                ReadOnlySequence<byte> input = new(frames[i]);
                if (decoder.Decode(ref input, out ReadOnlySpan<byte> payload) == FrameStatus.Message)
                {
                    PoolSnapshot snapshot = PoolSnapshot.Empty;
                    decoded += SnapshotParser.Parse(payload, ref snapshot) == RejectReason.None
                        && pools.TryNormalize(snapshot, i, ref update) is RejectReason.None or RejectReason.TimestampRegression ? 1 : 0;
                }
            }
        }

        // The first pass numbers the pools: a new pool is the one thing that allocates.
        Decode(0, frames.Length);
        decoded = 0;
        Assert.Equal(0, Allocated(() => Decode(0, frames.Length)));
        Assert.Equal(frames.Length, decoded);
    }

    [Theory]
    [InlineData(InferenceEngine.OnnxRuntime)]
    [InlineData(InferenceEngine.Compiled)]
    public void From_decoded_message_to_decision_nothing_is_allocated_nor_when_models_are_swapped(InferenceEngine engine)
    {
        Assert.SkipUnless(IsRelease, ReleaseOnly);
        using FoundationModel model = FoundationModel.Load(Repository.Models, engine);
        using FoundationModel other = FoundationModel.Load(Repository.Models, engine);
        ModelExchange exchange = new();
        PipelineEvent[] events = Events();
        BusinessCounters counters = new();
        DecisionHash hash = new();
        IValueEventHandler<PipelineEvent>[] stages =
        [
            new FeatureStage(MaxPools, counters),
            new InferenceStage(new Slots(events), model, exchange, counters),
            new PositionHandler(new PositionStage(new TradingSettings(), MaxPools), hash),
        ];

        void Handle(int from, int to)
        {
            FoundationModel next = other;
            for (int i = from; i < to; i += BatchSize)
            {
                if (i % SwapEvery == 0)
                {
                    events[i].Kind = EventKind.ModelSwap;
                    exchange.TryPost(next);
                    exchange.Announce();
                }

                foreach (IValueEventHandler<PipelineEvent> stage in stages)
                {
                    for (int k = i; k < i + BatchSize; k++)
                    {
                        stage.OnEvent(ref events[k], k, k == i + BatchSize - 1);
                    }
                }

                next = exchange.TakeRetired() ?? next;
            }
        }

        Handle(0, WarmUp);
        long before = hash.Count;
        Assert.Equal(0, Allocated(() => Handle(WarmUp, events.Length)));
        Assert.True(hash.Count - before > Measured / 2, "most of the measured events reached the models");
    }

    [Fact]
    public async Task Publishing_and_consuming_through_the_ring_allocates_nothing_on_either_thread()
    {
        Assert.SkipUnless(IsRelease, ReleaseOnly);
        using FoundationModel model = FoundationModel.Load(Repository.Models);
        byte[][] messages = Messages();
        AllocationProbe probe = new(WarmUp);
        using TradingPipeline pipeline = new(
            new PipelineOptions { MaxPools = MaxPools, Topology = Topology.Fused, OutboxPolicy = OutboxPolicy.Wait }, new TradingSettings(), model, probe);
        pipeline.Start();
        for (int i = 0; i < WarmUp; i++)
        {
            pipeline.Publisher.OnMessage(messages[i], isText: true, Stopwatch.GetTimestamp());
        }

        PoolTable known = pipeline.Pools;
        long newPools = -known.Count;
        long producer = Allocated(() =>
        {
            for (int i = WarmUp; i < messages.Length; i++)
            {
                pipeline.Publisher.OnMessage(messages[i], isText: true, Stopwatch.GetTimestamp());
            }
        });
        newPools += known.Count;
        await pipeline.StopAsync();

        // A pool seen for the first time costs its description, on the feed's side; nothing else does.
        const int BytesPerNewPool = 600;
        Assert.True(producer <= newPools * BytesPerNewPool, $"{producer} bytes for {newPools} new pools");
        Assert.Equal(Measured, probe.Measured);
        Assert.Equal(0, probe.Bytes);
    }

    private static long Allocated(Action action)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static byte[][] Messages()
    {
        using SnapshotJson json = new();
        return [.. World.Create("realistic", 3).Rows().Take(WarmUp + Measured).Select(row => json.Write(row).ToArray())];
    }

    private static byte[] Frame(byte[] payload) => payload.Length < 126
        ? [0x81, (byte)payload.Length, .. payload]
        : [0x81, 126, (byte)(payload.Length >> 8), (byte)payload.Length, .. payload];

    private static PipelineEvent[] Events()
    {
        PipelineEvent[] events = new PipelineEvent[WarmUp + Measured];
        PoolTable pools = new(MaxPools);
        RecordedRowAdapter adapter = new();
        int i = 0;
        foreach (RecordedRow row in World.Create("realistic", 3).Rows().Take(events.Length))
        {
            Assert.Equal(RejectReason.None, pools.TryNormalize(adapter.ToSnapshot(row), row.Id, ref events[i++].Update));
        }

        return events;
    }

    private sealed class Slots(PipelineEvent[] events) : IValueDataProvider<PipelineEvent>
    {
        public ref PipelineEvent this[long sequence] => ref events[sequence];
    }

    /// <summary>Behind the outbox: sums what its own thread allocates between events, once warm.</summary>
    private sealed class AllocationProbe(int warmUp) : IValueEventHandler<PipelineEvent>
    {
        private long _seen;
        private long _last;

        public long Bytes { get; private set; }

        public long Measured { get; private set; }

        public void OnEvent(ref PipelineEvent data, long sequence, bool endOfBatch)
        {
            long now = GC.GetAllocatedBytesForCurrentThread();
            if (++_seen > warmUp)
            {
                Bytes += now - _last;
                Measured++;
            }

            _last = now;
        }
    }
}
