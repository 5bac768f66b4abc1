using Disruptor;
using LowLatency.Feed;
using LowLatency.Feed.Solana;
using LowLatency.Pipeline;
using LowLatency.Pools;
using LowLatency.Telemetry;

namespace LowLatency.Fuzz.Targets;

/// <summary>
/// A conversation with a node that may be mad: each line of the input is a message, or what happens meanwhile
/// (<c>!a</c> it answers a request, <c>!A</c> all of them, <c>!r</c> it refuses one, <c>!i</c> the connection is lost, <c>!c</c> a new one
/// is open, <c>!b</c> a batch ends, <c>!x</c> a binary message). Afterwards a pool that is known to be good is told of, and must be
/// published right: no input poisons the session. The first byte chooses the logs and when batches end.
/// </summary>
internal static class SolanaTarget
{
    private const int MaxLines = 400;
    private const int MaxPools = 2;
    private const int InFlight = 2;
    private const int SubscriptionsOfPool = 3;

    // What is asked of every node, what the watched pools need, and as much again that waits to be thrown away; then the ends.
    private const int MostRequests = 3 + (4 * SubscriptionsOfPool * MaxPools) + InFlight + 16;

    private static readonly TimeProvider Clock = new StandingClock();

    public static void Run(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
        {
            return;
        }

        bool logs = (input[0] & 1) != 0;
        bool batchEach = (input[0] & 2) != 0;
        ValueRingBuffer<PipelineEvent> ring = PublisherHarness.Ring;
        FeedCounters counters = new();
        PoolTable pools = new(MaxLines);
        SolanaOptions options = new() { MaxWatchedPools = MaxPools, MaxRequestsInFlight = InFlight, RayLogs = logs };
        SolanaSink sink = new(options, new FeedPublisher(new RingProducer(ring, counters, FullRingPolicy.Wait, pools.Capacity), pools, counters, Clock), counters, Clock);
        FuzzNode node = new();
        sink.OnConnected(node);
        Said said = new(ring.Cursor);
        ReadOnlySpan<byte> rest = input[1..];
        for (int line = 0; line < MaxLines && !rest.IsEmpty; line++)
        {
            int end = rest.IndexOf((byte)'\n');
            ReadOnlySpan<byte> message = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            Take(message, sink, node, ref said);
            if (batchEach)
            {
                sink.OnBatchEnd();
            }

            Invariant.Hold(sink.Solana.Watched is >= 0 and <= MaxPools, "more pools are watched than may be");
            Invariant.Hold(sink.OpenRequests <= MostRequests, $"{sink.OpenRequests} requests wait");
        }

        long published = ring.Cursor - said.RingBefore - said.Gaps;
        Invariant.Hold(counters.Received == said.Messages && counters.Published == published, "what was received or published was not counted");
        GoodPool.HoldIsPublished(sink, node, said.IsConnected, ring, counters);
    }

    private static void Take(ReadOnlySpan<byte> message, SolanaSink sink, FuzzNode node, ref Said said)
    {
        switch (message.Length == 2 && message[0] == '!' ? message[1] : 0)
        {
            case (byte)'a':
                said.Messages += node.AnswerOne(sink, refuse: false);
                break;
            case (byte)'A':
                for (int i = 0; i < MostRequests && node.Open > 0; i++)
                {
                    said.Messages += node.AnswerOne(sink, refuse: false);
                    sink.OnBatchEnd();
                }

                break;
            case (byte)'r':
                said.Messages += node.AnswerOne(sink, refuse: true);
                break;
            case (byte)'i':
                sink.OnInterrupted();
                node.Forget();
                said.Gaps++;
                said.IsConnected = false;
                break;
            case (byte)'c':
                node.Forget();
                sink.OnConnected(node);
                said.IsConnected = true;
                break;
            case (byte)'b':
                sink.OnBatchEnd();
                break;
            default:
                sink.OnMessage(message, isText: message is not [(byte)'!', (byte)'x'], 0);
                said.Messages++;
                break;
        }
    }

    private struct Said(long ringBefore)
    {
        public readonly long RingBefore = ringBefore;
        public long Messages;
        public long Gaps;
        public bool IsConnected = true;
    }

    private sealed class StandingClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddDays(20_000);
    }
}
