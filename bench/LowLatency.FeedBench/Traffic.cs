using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;
using LowLatency.Feed.Solana;
using LowLatency.Simulation;
using LowLatency.Storage;

namespace LowLatency.FeedBench;

/// <summary>Messages of one kind as a server frames them, all different, in one block that is sent again and again.</summary>
internal sealed class Traffic
{
    private const byte FinalText = 0x81;
    private const byte FinalBinary = 0x82;
    private const int LongestShortLength = 125;
    private const byte Length16 = 126;

    private readonly int[] _ends;

    private Traffic(IReadOnlyList<byte[]> messages, bool isText)
    {
        using MemoryStream block = new();
        _ends = new int[messages.Count];
        for (int i = 0; i < messages.Count; i++)
        {
            block.WriteByte(isText ? FinalText : FinalBinary);
            WriteLength(block, messages[i].Length);
            block.Write(messages[i]);
            _ends[i] = (int)block.Length;
        }

        Block = block.ToArray();
        Messages = messages;
    }

    public IReadOnlyList<byte[]> Messages { get; }

    /// <summary>All the frames.</summary>
    public byte[] Block { get; }

    public double MeanBytes => Messages.Average(static m => m.Length);

    /// <summary>One frame.</summary>
    public ReadOnlySpan<byte> Frame(int i)
    {
        i %= _ends.Length;
        return Block.AsSpan((i == 0 ? 0 : _ends[i - 1])..(_ends[i]));
    }

    /// <summary>The checksum of so many whole blocks, by the peer's serializer; throws where ours reads anything else.</summary>
    public long Sum<T>(T format, int blocks)
        where T : IFormat
    {
        long sum = 0;
        foreach (byte[] message in Messages)
        {
            long one = format.Peer(message);
            sum = one == format.Ours(message) ? unchecked(sum + one) : throw new InvalidOperationException($"the parsers disagree about {Encoding.UTF8.GetString(message)}");
        }

        return unchecked(sum * blocks);
    }

    /// <summary>Snapshots of the realistic world without what is said of the pool's quote token and status: 340 bytes as the issue has them.</summary>
    public static Traffic JsonSnapshots(int count)
    {
        using SnapshotJson json = new();
        return new Traffic([.. Rows(count).Select(r => Encoding.UTF8.GetBytes(
            Regex.Replace(Encoding.UTF8.GetString(json.Write(r).Span), ",\"token_b_mint\":\"[^\"]*\"|,\"status\":6", "")))], isText: true);
    }

    /// <summary>The same rows, whole, in MessagePack.</summary>
    public static Traffic PackedSnapshots(int count)
    {
        using ISnapshotWriter wire = ISnapshotWriter.Of(GatewayFormat.MessagePack);
        return new Traffic([.. Rows(count).Select(r => wire.Write(r).ToArray())], isText: false);
    }

    /// <summary>Pools of AMM v4 as nodes write them, 1,364 bytes.</summary>
    public static Traffic ProgramNotifications(int count)
    {
        string owner = Encoding.UTF8.GetString(SolanaPrograms.RaydiumAmmV4);
        return new Traffic([.. Enumerable.Range(1, count).Select(i => Encoding.UTF8.GetBytes(SolanaText.Program(
            "FYAnFcdjkcfAkbtZqixnTqNVLoDjJft82L5FFgPaSWe3", owner, 29_124_800, SolanaText.AmmV4Account((ulong)i), 345_800_000UL + (ulong)i, 24_040)))], isText: true);
    }

    private static IEnumerable<RecordedRow> Rows(int count) => World.Create("realistic", 1).Rows().Take(count);

    private static void WriteLength(MemoryStream block, int length)
    {
        if (length <= LongestShortLength)
        {
            block.WriteByte((byte)length);
            return;
        }

        Span<byte> bytes = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, checked((ushort)length));
        block.WriteByte(Length16);
        block.Write(bytes);
    }
}
