using System.Buffers.Binary;
using System.Globalization;

namespace LowLatency.Simulation;

/// <summary>Accounts and PubSub messages as a Solana node writes them, made from numbers: for tests, benchmarks and a simulated node.</summary>
public static class SolanaText
{
    /// <summary>A pool account of Raydium AMM v4 that trades: status 6, 6 and 9 decimals, fee 25/10000, nothing owed, seeded keys.</summary>
    public static byte[] AmmV4Account(ulong seed)
    {
        byte[] data = Seeded(seed, 752, keysFrom: 336, keysTo: 720);
        Put(data, 0, 6);
        Put(data, 32, 6);
        Put(data, 40, 9);
        Put(data, 176, 25);
        Put(data, 184, 10_000);
        Put(data, 224, 1_700_000_000);
        Put(data, 720, 4_000_000_000);
        Put(data, 736, 800);
        return data;
    }

    /// <summary>A pool account of Raydium CPMM: decimals 9 and 6, a fee of each kind owed, seeded keys.</summary>
    public static byte[] CpmmAccount(ulong seed)
    {
        byte[] data = Seeded(seed, 637, keysFrom: 8, keysTo: 328);
        data[331] = 9;
        data[332] = 6;
        for (int i = 0; i < 4; i++)
        {
            Put(data, 341 + (i * sizeof(ulong)), (ulong)(1_000 + i));
        }

        Put(data, 373, 1_700_000_000);
        Put(data, 397, 2_000);
        Put(data, 405, 2_001);
        return data;
    }

    /// <summary>An initialised token account that holds <paramref name="amount"/> atoms.</summary>
    public static byte[] TokenAccount(ulong seed, ulong amount)
    {
        byte[] data = Seeded(seed, 165, keysFrom: 0, keysTo: 64);
        Put(data, 64, amount);
        data[108] = 1;
        return data;
    }

    /// <summary>The bytes of a <c>ray_log</c> of a swap of an exact input.</summary>
    public static byte[] SwapLog(ulong amountIn, ulong minimumOut, ulong direction, ulong userSource, ulong poolCoin, ulong poolPc, ulong amountOut)
    {
        byte[] log = new byte[57];
        log[0] = 3;
        ReadOnlySpan<ulong> fields = [amountIn, minimumOut, direction, userSource, poolCoin, poolPc, amountOut];
        for (int i = 0; i < fields.Length; i++)
        {
            Put(log, 1 + (i * sizeof(ulong)), fields[i]);
        }

        return log;
    }

    /// <summary>programNotification.</summary>
    public static string Program(string pubkey, string owner, ulong lamports, ReadOnlySpan<byte> data, ulong slot, ulong subscription) => Text(
        $$$"""{"jsonrpc":"2.0","method":"programNotification","params":{"result":{"context":{"slot":{{{slot}}}},"value":{"pubkey":"{{{pubkey}}}","account":{{{AccountObject(owner, lamports, data)}}}}},"subscription":{{{subscription}}}}}""");

    /// <summary>accountNotification.</summary>
    public static string Account(string owner, ulong lamports, ReadOnlySpan<byte> data, ulong slot, ulong subscription) => Text(
        $$$"""{"jsonrpc":"2.0","method":"accountNotification","params":{"result":{"context":{"slot":{{{slot}}}},"value":{{{AccountObject(owner, lamports, data)}}}},"subscription":{{{subscription}}}}}""");

    /// <summary>logsNotification; <paramref name="err"/> is JSON, the lines are JSON strings without their quotes.</summary>
    public static string Logs(string signature, string err, IEnumerable<string> lines, ulong slot, ulong subscription) => Text(
        $$$"""{"jsonrpc":"2.0","method":"logsNotification","params":{"result":{"context":{"slot":{{{slot}}}},"value":{"signature":"{{{signature}}}","err":{{{err}}},"logs":[{{{string.Join(',', lines.Select(static l => $"\"{l}\""))}}}]}},"subscription":{{{subscription}}}}}""");

    /// <summary>slotNotification.</summary>
    public static string Slot(ulong slot, ulong parent, ulong root, ulong subscription) => Text(
        $$$"""{"jsonrpc":"2.0","method":"slotNotification","params":{"result":{"parent":{{{parent}}},"root":{{{root}}},"slot":{{{slot}}}},"subscription":{{{subscription}}}}}""");

    /// <summary>The answer to a subscribe request.</summary>
    public static string Ack(ulong subscription, ulong id) => Text($$"""{"jsonrpc":"2.0","result":{{subscription}},"id":{{id}}}""");

    private static string AccountObject(string owner, ulong lamports, ReadOnlySpan<byte> data) => Text(
        $$"""{"lamports":{{lamports}},"data":["{{Convert.ToBase64String(data)}}","base64"],"owner":"{{owner}}","executable":false,"rentEpoch":{{ulong.MaxValue}},"space":{{data.Length}}}""");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static byte[] Seeded(ulong seed, int length, int keysFrom, int keysTo)
    {
        SeededRandom random = new(seed);
        byte[] data = new byte[length];
        for (int at = keysFrom; at < keysTo; at += sizeof(ulong))
        {
            Put(data, at, random.NextBits());
        }

        return data;
    }

    private static void Put(byte[] data, int offset, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(offset), value);
}
