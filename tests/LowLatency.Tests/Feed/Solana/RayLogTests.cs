using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using LowLatency.Feed;
using LowLatency.Feed.Solana;
using LowLatency.Positions;
using LowLatency.Simulation;

namespace LowLatency.Tests.Feed.Solana;

public sealed class RayLogTests
{
    private static readonly int[] Lengths = [75, 105, 89, 57, 57];

    [Fact]
    public void Recorded_ray_logs_decode_to_what_the_recorder_says_and_every_swap_is_exact()
    {
        byte[] buffer = new byte[PubSubParser.BufferBytes];
        int swaps = 0;
        JsonElement[] expected = [.. Recorded.Json("solana/transaction-notifications.decoded.json").EnumerateArray()];
        byte[][] lines = [.. Recorded.Lines("solana/transaction-notifications.jsonl")];
        Assert.Equal(expected.Length, lines.Length);
        for (int i = 0; i < lines.Length; i++)
        {
            Assert.Equal(RejectReason.None, PubSubParser.Parse(lines[i], buffer, out PubSubMessage message));
            Assert.Equal(expected[i].GetProperty("slot").GetUInt64(), message.Slot);
            Assert.Equal(expected[i].GetProperty("signature").GetString(), Encoding.ASCII.GetString(message.Signature));
            RayLogReader logs = message.RayLogs;
            foreach (JsonElement log in expected[i].GetProperty("ray_logs").EnumerateArray())
            {
                Assert.True(logs.TryRead(out ReadOnlySpan<byte> base64));
                Assert.Equal(log.GetProperty("base64").GetString(), Encoding.ASCII.GetString(base64));
                swaps += Check(base64, log.GetProperty("decoded"));
            }

            Assert.False(logs.TryRead(out _));
        }

        Assert.True(swaps >= 6, $"{swaps} swaps");
    }

    [Fact]
    public void The_recorded_failed_transaction_is_told_as_failed_and_its_logs_can_be_walked()
    {
        Recorded.Require("solana/logs-notifications.jsonl");
        byte[] buffer = new byte[PubSubParser.BufferBytes];
        byte[] line = Recorded.Lines("solana/logs-notifications.jsonl").First();
        Assert.Equal(RejectReason.None, PubSubParser.Parse(line, buffer, out PubSubMessage message));
        Assert.True(message.Failed);
        List<(ulong In, ulong Out)> swaps = [];
        for (RayLogReader logs = message.RayLogs; logs.TryRead(out ReadOnlySpan<byte> base64);)
        {
            Assert.Equal(RejectReason.None, RayLog.TryDecode(base64, new byte[RayLog.MaxBytes], out RayLog log));
            RaySwap swap = log.Swap();
            swaps.Add((swap.AmountIn, swap.AmountOut));
        }

        // The second one put in a single atom, and the program took no fee of it: below 200 atoms its ceiling is zero.
        Assert.Equal([(8_653UL, 1UL), (1UL, 414UL)], swaps);
    }

    [Fact]
    public void Each_type_has_one_length()
    {
        byte[] bytes = new byte[120];
        for (int type = 0; type < 256; type++)
        {
            bytes[0] = (byte)type;
            bytes[17] = (byte)(type is 3 or 4 ? 1 : 0);
            for (int length = 1; length <= bytes.Length; length++)
            {
                RejectReason expected = type >= Lengths.Length ? RejectReason.UnknownRayLog
                    : length == Lengths[type] ? RejectReason.None
                    : RejectReason.InvalidRayLogLength;
                Assert.Equal(expected, RayLog.TryRead(bytes.AsSpan(0, length), out _));
            }
        }

        Assert.Equal(RejectReason.InvalidRayLogLength, RayLog.TryRead([], out _));
    }

    [Fact]
    public void A_swap_for_an_exact_output_and_the_liquidity_logs_are_read_in_their_order()
    {
        byte[] bytes = new byte[57];
        bytes[0] = 4;
        Fill(bytes, 1);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(17), RaySwap.QuoteToBase);
        Assert.Equal(RejectReason.None, RayLog.TryRead(bytes, out RayLog log));
        RaySwap swap = log.Swap();
        Assert.True(swap.IsExactOut);
        Assert.Equal((1UL, 2UL, 7UL, 4UL, 5UL, 6UL), (swap.Limit, swap.AmountOut, swap.AmountIn, swap.UserSource, swap.PoolCoin, swap.PoolPc));

        bytes = new byte[105];
        bytes[0] = 1;
        Fill(bytes, 1);
        Assert.Equal(RejectReason.None, RayLog.TryRead(bytes, out log));
        RayDeposit deposit = log.Deposit();
        Assert.Equal((1UL, 2UL, 3UL, 4UL, 5UL, 6UL), (deposit.MaxCoin, deposit.MaxPc, deposit.Base, deposit.PoolCoin, deposit.PoolPc, deposit.PoolLp));
        Assert.Equal((new UInt128(8, 7), new UInt128(10, 9)), (deposit.CalcPnlX, deposit.CalcPnlY));
        Assert.Equal((11UL, 12UL, 13UL), (deposit.DeductCoin, deposit.DeductPc, deposit.MintLp));

        bytes = new byte[89];
        bytes[0] = 2;
        Fill(bytes, 1);
        Assert.Equal(RejectReason.None, RayLog.TryRead(bytes, out log));
        RayWithdraw withdraw = log.Withdraw();
        Assert.Equal((1UL, 2UL, 3UL, 4UL, 5UL), (withdraw.WithdrawLp, withdraw.UserLp, withdraw.PoolCoin, withdraw.PoolPc, withdraw.PoolLp));
        Assert.Equal((new UInt128(7, 6), new UInt128(9, 8)), (withdraw.CalcPnlX, withdraw.CalcPnlY));
        Assert.Equal((10UL, 11UL), (withdraw.OutCoin, withdraw.OutPc));
    }

    [Fact]
    public void A_direction_that_does_not_exist_is_refused_and_reading_as_another_kind_is_a_bug()
    {
        Assert.Equal(RejectReason.OutOfRange, RayLog.TryRead(SolanaText.SwapLog(1, 1, 3, 1, 1, 1, 1), out _));
        Assert.Equal(RejectReason.OutOfRange, RayLog.TryRead(SolanaText.SwapLog(1, 1, 0, 1, 1, 1, 1), out _));
        byte[] swap = SolanaText.SwapLog(1, 1, 1, 1, 1, 1, 1);
        Assert.Throws<InvalidOperationException>(() => RayLog.TryRead(swap, out RayLog log) == RejectReason.None && log.Init().TimeS == 0);
    }

    private static void Fill(byte[] bytes, int from)
    {
        for (int at = from, i = 1; at + sizeof(ulong) <= bytes.Length; at += sizeof(ulong), i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(at), (ulong)i);
        }
    }

    private static int Check(ReadOnlySpan<byte> base64, JsonElement expected)
    {
        Assert.Equal(RejectReason.None, RayLog.TryDecode(base64, new byte[RayLog.MaxBytes], out RayLog log));
        Assert.Equal(U64("log_type"), (ulong)log.Kind);
        if (log.Kind == RayLogKind.Init)
        {
            RayInit init = log.Init();
            Assert.Equal(
                (U64("time"), U64("pc_decimals"), U64("coin_decimals"), U64("pc_lot_size"), U64("coin_lot_size"), U64("pc_amount"), U64("coin_amount")),
                (init.TimeS, init.PcDecimals, init.CoinDecimals, init.PcLotSize, init.CoinLotSize, init.PcAmount, init.CoinAmount));
            return 0;
        }

        RaySwap swap = log.Swap();
        Assert.Equal(
            (U64("amount_in"), U64("minimum_out"), U64("direction"), U64("user_source"), U64("pool_coin"), U64("pool_pc"), U64("out_amount")),
            (swap.AmountIn, swap.Limit, swap.Direction, swap.UserSource, swap.PoolCoin, swap.PoolPc, swap.AmountOut));
        AssertExact(swap);
        return 1;

        ulong U64(string name) => expected.GetProperty(name).GetUInt64();
    }

    private static void AssertExact(RaySwap swap)
    {
        (ulong reserveIn, ulong reserveOut) = swap.Direction == RaySwap.QuoteToBase ? (swap.PoolPc, swap.PoolCoin) : (swap.PoolCoin, swap.PoolPc);
        Assert.Equal(ConstantProduct.AmountOut(swap.AmountIn, reserveIn, reserveOut), swap.AmountOut);
    }
}
