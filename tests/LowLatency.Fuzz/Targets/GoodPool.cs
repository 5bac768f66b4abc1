using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Disruptor;
using LowLatency.Feed;
using LowLatency.Feed.Solana;
using LowLatency.Pipeline;
using LowLatency.Pools;
using LowLatency.Telemetry;

namespace LowLatency.Fuzz.Targets;

/// <summary>
/// A pool that no input knows, told of by a node that is sane again on the same connection: it is watched, its vaults are
/// subscribed, two vaults in one slot are published at once and one vault when its slot is over.
/// </summary>
internal static class GoodPool
{
    private const ulong FirstSlot = 437_615_000;
    private const ulong SlotsBetweenTries = 1_000;
    private const int Tries = 8;
    private const int MostAnswers = 200;
    private const ulong FirstSubscription = 9_000_000_000;

    private static readonly string Account = Key(0x51).ToString();
    private static readonly string AmmV4 = Convert.ToBase64String(AmmV4Bytes());

    public static void HoldIsPublished(SolanaSink sink, FuzzNode node, bool isConnected, ValueRingBuffer<PipelineEvent> ring, FeedCounters counters)
    {
        node.FirstSubscription = FirstSubscription;
        if (!isConnected)
        {
            sink.OnConnected(node);
        }

        AnswerAll(sink, node);
        ulong slot = Watch(sink, counters);
        ulong before = node.LastId;
        AnswerAll(sink, node);
        Invariant.Hold(node.LastId >= before + 2, "the vaults of a good pool are not subscribed");

        // Ends of evicted pools are asked for before the subscriptions of the new one: base, quote and perhaps logs are the last.
        ulong last = node.LastId;
        bool logs = node.LastWasLogs;
        ulong quote = FirstSubscription + last - (logs ? 1UL : 0);
        long published = ring.Cursor;
        Vault(sink, quote - 1, slot + 1, 5_000);
        Vault(sink, quote, slot + 1, 7_000);
        HoldLast(ring, published + 1, 5_000, 7_000, "two vaults in one slot");
        Vault(sink, quote - 1, slot + 2, 6_000);
        Slot(sink, slot + 3);
        HoldLast(ring, published + 2, 6_000, 7_000, "one vault when its slot is over");
    }

    private static void AnswerAll(SolanaSink sink, FuzzNode node)
    {
        sink.OnBatchEnd();
        for (int answers = 0; node.Open > 0; answers++)
        {
            Invariant.Hold(answers < MostAnswers, "requests without an end");
            node.AnswerOne(sink, refuse: false);
            sink.OnBatchEnd();
        }
    }

    // The list may be full of pools that were heard of lately: it is not, some slots on.
    private static ulong Watch(SolanaSink sink, FeedCounters counters)
    {
        ulong slot = FirstSlot;
        for (int i = 0; i < Tries; i++, slot += SlotsBetweenTries)
        {
            long full = counters.Rejected(RejectReason.WatchListFull);
            Slot(sink, slot);
            Message(sink, string.Create(CultureInfo.InvariantCulture,
                $"{{\"jsonrpc\":\"2.0\",\"method\":\"programNotification\",\"params\":{{\"result\":{{\"context\":{{\"slot\":{slot}}},\"value\":{{\"pubkey\":\"{Account}\",\"account\":{{\"lamports\":1,\"data\":[\"{AmmV4}\",\"base64\"],\"owner\":\"675kPX9MHTjS2zt1qfr1NYHuzeLXfQM9H24wFSUt1Mp8\",\"executable\":false,\"rentEpoch\":0,\"space\":752}}}}}},\"subscription\":1}}}}"));
            if (counters.Rejected(RejectReason.WatchListFull) == full)
            {
                return slot;
            }
        }

        throw new InvariantException("the watch list stays full of pools that nobody tells of");
    }

    private static void HoldLast(ValueRingBuffer<PipelineEvent> ring, long sequence, ulong coin, ulong pc, string what)
    {
        ref PipelineEvent last = ref ring[ring.Cursor];
        Invariant.Hold(ring.Cursor == sequence && last.Kind == EventKind.Update && last.Update.BaseAtoms == coin && last.Update.QuoteLamports == pc,
            $"a good pool is not published: {what}");
    }

    private static void Vault(SolanaSink sink, ulong subscription, ulong slot, ulong amount)
    {
        byte[] data = new byte[TokenAccount.MinLength];
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(64), amount);
        data[108] = 1;
        Message(sink, string.Create(CultureInfo.InvariantCulture,
            $"{{\"jsonrpc\":\"2.0\",\"method\":\"accountNotification\",\"params\":{{\"result\":{{\"context\":{{\"slot\":{slot}}},\"value\":{{\"lamports\":1,\"data\":[\"{Convert.ToBase64String(data)}\",\"base64\"],\"owner\":\"TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA\",\"executable\":false,\"rentEpoch\":0,\"space\":165}}}},\"subscription\":{subscription}}}}}"));
    }

    private static void Slot(SolanaSink sink, ulong slot) => Message(sink, string.Create(CultureInfo.InvariantCulture,
        $"{{\"jsonrpc\":\"2.0\",\"method\":\"slotNotification\",\"params\":{{\"result\":{{\"slot\":{slot},\"parent\":{slot - 1},\"root\":{slot - 32}}},\"subscription\":0}}}}"));

    private static void Message(SolanaSink sink, string text) => sink.OnMessage(Encoding.ASCII.GetBytes(text), isText: true, 0);

    private static PublicKey Key(byte fill)
    {
        Span<byte> bytes = stackalloc byte[PublicKey.Bytes];
        bytes.Fill(fill);
        return new PublicKey(bytes);
    }

    private static byte[] AmmV4Bytes()
    {
        byte[] data = new byte[AmmV4Account.Length];
        data[0] = (byte)AmmV4Account.SwapOnly;
        data[32] = 6;
        data[40] = 9;
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(176), 25);
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(184), 10_000);
        Key(0x52).CopyTo(data.AsSpan(336));
        Key(0x53).CopyTo(data.AsSpan(368));
        Key(0x54).CopyTo(data.AsSpan(400));
        Invariant.Hold(PublicKey.TryParse(PoolTable.SolMint, out PublicKey sol), "SOL has no key");
        sol.CopyTo(data.AsSpan(432));
        return data;
    }
}
