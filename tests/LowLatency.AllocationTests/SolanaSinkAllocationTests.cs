using System.Globalization;
using System.Text;
using System.Text.Json;
using Disruptor;
using LowLatency.Feed;
using LowLatency.Feed.Solana;
using LowLatency.Pipeline;
using LowLatency.Pools;
using LowLatency.Simulation;
using LowLatency.Telemetry;

namespace LowLatency.AllocationTests;

/// <summary>Bytes allocated from a node's message to the row in the ring, for pools that are watched already. 0 means 0.</summary>
public sealed class SolanaSinkAllocationTests
{
    private const int Pools = 50;
    private const int Slots = 400;
    private const ulong FirstSlot = 345_800_000;
    private const int CoinVaultAt = 336;
    private const int QuoteMintAt = 432;

#if DEBUG
    private static bool IsRelease => false;
#else
    private static bool IsRelease => true;
#endif

    [Theory]
    [InlineData(FullRingPolicy.Wait)]
    [InlineData(FullRingPolicy.DropSuperseded)]
    public void Notifications_of_watched_pools_allocate_nothing(FullRingPolicy policy)
    {
        Assert.SkipUnless(IsRelease, "allocation is measured in Release: Debug code boxes where optimised code does not");
        ValueRingBuffer<PipelineEvent> ring = ValueRingBuffer<PipelineEvent>.CreateSingleProducer(static () => default, 1_024, new YieldingWaitStrategy());
        Sequence consumer = new();
        ring.AddGatingSequences(consumer);
        FeedCounters counters = new();
        PoolTable pools = new(1_024);
        FeedPublisher publisher = new(new RingProducer(ring, counters, policy, pools.Capacity), pools, counters, TimeProvider.System, FeedFormat.Solana);
        SolanaSink sink = new(new SolanaOptions(), publisher, counters, TimeProvider.System);
        Node node = new();
        sink.OnConnected(node);
        node.Answer(sink);
        byte[][] accounts = [.. Enumerable.Range(1, Pools).Select(static i => Account((ulong)i))];
        foreach (byte[] account in accounts)
        {
            sink.OnMessage(Program(account, FirstSlot), isText: true, 0);
        }

        node.Answer(sink);
        Assert.Equal(Pools, sink.Solana.Watched);
        byte[][] messages = [.. Enumerable.Range(1, Slots).SelectMany(slot => Slot(FirstSlot + (ulong)slot, accounts, node))];
        long bytes = 0;
        int half = messages.Length / 2;
        for (int i = 0; i < messages.Length; i++)
        {
            if (i == half)
            {
                bytes = GC.GetAllocatedBytesForCurrentThread();
            }

            sink.OnMessage(messages[i], isText: true, 0);
            sink.OnBatchEnd();
            consumer.SetValue(ring.Cursor);
        }

        bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
        Assert.Equal(0, bytes);
        Assert.Equal(Pools * Slots, counters.Published);
        Assert.Equal(0, Enum.GetValues<RejectReason>().Sum(counters.Rejected));
    }

    private static IEnumerable<byte[]> Slot(ulong slot, byte[][] accounts, Node node)
    {
        yield return Encoding.UTF8.GetBytes(SolanaText.Slot(slot, slot - 1, slot - 32, node.Slots));
        foreach (byte[] account in accounts)
        {
            yield return Program(account, slot);
            yield return Vault(slot, 1_000_000_000 + (slot % 97 * 1_000), node.VaultOf(account, isBase: true));
            yield return Vault(slot, 50_000_000_000 + (slot % 89 * 1_000), node.VaultOf(account, isBase: false));
        }
    }

    private static byte[] Vault(ulong slot, ulong amount, ulong subscription) => Encoding.UTF8.GetBytes(
        SolanaText.Account(Encoding.ASCII.GetString(SolanaPrograms.Token), 2_039_280, SolanaText.TokenAccount(slot, amount), slot, subscription));

    private static byte[] Program(byte[] account, ulong slot) => Encoding.UTF8.GetBytes(SolanaText.Program(
        new PublicKey(account.AsSpan(CoinVaultAt + 128)).ToString(), Encoding.ASCII.GetString(SolanaPrograms.RaydiumAmmV4), 6_124_800, account, slot, 24_040));

    private static byte[] Account(ulong seed)
    {
        byte[] account = SolanaText.AmmV4Account(seed);
        Assert.True(PublicKey.TryParse(PoolTable.SolMint, out PublicKey sol));
        sol.CopyTo(account.AsSpan(QuoteMintAt));
        return account;
    }

    /// <summary>Confirms what it is asked for.</summary>
    private sealed class Node : IFeedSender
    {
        private readonly Queue<(ulong Id, string Method, string Account)> _asked = new();
        private readonly Dictionary<string, ulong> _subscriptions = [];
        private ulong _last = 1UL << 52;

        public ulong Slots { get; private set; }

        public ulong VaultOf(byte[] account, bool isBase) => _subscriptions[new PublicKey(account.AsSpan(CoinVaultAt + (isBase ? 0 : PublicKey.Bytes))).ToString()];

        public void SendText(ReadOnlySpan<byte> utf8)
        {
            using JsonDocument json = JsonDocument.Parse(utf8.ToArray());
            JsonElement root = json.RootElement;
            string account = root.TryGetProperty("params", out JsonElement p) && p[0].ValueKind == JsonValueKind.String ? p[0].GetString()! : "";
            _asked.Enqueue((root.GetProperty("id").GetUInt64(), root.GetProperty("method").GetString()!, account));
        }

        public void Answer(SolanaSink sink)
        {
            sink.OnBatchEnd();
            while (_asked.TryDequeue(out (ulong Id, string Method, string Account) asked))
            {
                ulong subscription = ++_last;
                Slots = asked.Method == "slotSubscribe" ? subscription : Slots;
                _subscriptions[asked.Account] = subscription;
                sink.OnMessage(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"jsonrpc":"2.0","result":{{subscription}},"id":{{asked.Id}}}""")), isText: true, 0);
                sink.OnBatchEnd();
            }
        }
    }
}
