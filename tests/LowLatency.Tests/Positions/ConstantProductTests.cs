using System.Numerics;
using System.Text;
using System.Text.Json;
using CsCheck;
using LowLatency.Feed;
using LowLatency.Feed.Solana;
using LowLatency.Pipeline;
using LowLatency.Positions;
using LowLatency.Simulation;
using LowLatency.Tests.Feed.Solana;
using Xunit;

namespace LowLatency.Tests.Positions;

public sealed class ConstantProductTests
{
    private static readonly Gen<ulong> GenAmount = Gen.OneOf(Gen.ULong[0, 1_000], Gen.ULong[1, 1_000_000_000_000], Gen.ULong);

    [Fact]
    public void Recorded_swaps_are_recomputed_to_the_atom_out_fee_and_both_reserves_after()
    {
        StringBuilder chain = new(), ours = new();
        foreach (JsonElement transaction in Recorded.Json("solana/transaction-notifications.decoded.json").EnumerateArray())
        {
            foreach (JsonElement log in transaction.GetProperty("ray_logs").EnumerateArray())
            {
                JsonElement decoded = log.GetProperty("decoded");
                if (U64(decoded, "log_type") == 3)
                {
                    Tabulate(transaction, log, decoded, chain, ours);
                }
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine(ours.ToString());
        Assert.Equal(chain.ToString(), ours.ToString());
        Assert.Equal(6, ours.ToString().Count(static c => c == '\n'));
    }

    [Fact]
    public void Every_swap_log_in_every_recording_is_exact_the_dust_of_a_failed_transaction_too()
    {
        Recorded.Require("solana/logs-notifications.jsonl");
        byte[] buffer = new byte[PubSubParser.BufferBytes], bytes = new byte[RayLog.MaxBytes];
        int swaps = 0, dust = 0;
        foreach (byte[] line in Recorded.All)
        {
            if (PubSubParser.Parse(line, buffer, out PubSubMessage message) != RejectReason.None || message.Kind is not (PubSubKind.Logs or PubSubKind.Transaction))
            {
                continue;
            }

            for (RayLogReader logs = message.RayLogs; logs.TryRead(out ReadOnlySpan<byte> base64);)
            {
                Assert.Equal(RejectReason.None, RayLog.TryDecode(base64, bytes, out RayLog log));
                if (log.Kind is RayLogKind.SwapBaseIn or RayLogKind.SwapBaseOut)
                {
                    Assert.True(SolanaSink.IsExact(log.Swap()), Encoding.ASCII.GetString(base64));
                    swaps++;
                    dust += log.Swap().AmountIn < 200 ? 1 : 0;
                }
            }
        }

        Assert.True(swaps >= 8, $"{swaps} swaps");
        Assert.True(dust >= 1, "no swap too small for a fee");
    }

    [Theory]
    [InlineData(3, 100_000_000, 30_963_644_580, true)]
    [InlineData(3, 100_000_000, 30_963_644_581, false)]
    [InlineData(3, 100_000_000, 30_963_644_579, false)]
    [InlineData(4, 100_000_000, 30_963_644_580, true)]
    [InlineData(4, 100_000_002, 30_963_644_580, false)]
    [InlineData(4, 100_000_000, 73_513_021_556_350, false)]
    public void A_swap_that_our_arithmetic_does_not_give_is_told_apart(byte kind, ulong amountIn, ulong amountOut, bool isExact)
    {
        (ulong first, ulong last) = kind == 3 ? (amountIn, amountOut) : (amountIn, amountIn);
        byte[] bytes = SolanaText.SwapLog(first, kind == 3 ? 1 : amountOut, RaySwap.BaseToQuote, amountIn, 236_723_918_515, 73_513_021_556_350, last);
        bytes[0] = kind;
        Assert.Equal(RejectReason.None, RayLog.TryRead(bytes, out RayLog log));
        Assert.Equal(isExact, SolanaSink.IsExact(log.Swap()));
    }

    [Fact]
    public void An_output_is_what_big_integers_say() => Gen.Select(GenAmount, GenAmount, GenAmount).Sample(static (amountIn, reserveIn, reserveOut) =>
    {
        BigInteger fee = Ceiling((BigInteger)amountIn * 25, 10_000), net = amountIn - fee;
        BigInteger expected = reserveIn == 0 ? 0 : reserveOut * net / (reserveIn + net);
        return fee == ConstantProduct.Fee(amountIn) && expected == ConstantProduct.AmountOut(amountIn, reserveIn, reserveOut);
    });

    [Fact]
    public void An_input_for_an_exact_output_buys_it_and_two_atoms_less_do_not() => Gen.Select(GenAmount, GenAmount, GenAmount).Sample(static (amountOut, reserveIn, reserveOut) =>
    {
        if (!ConstantProduct.TryAmountIn(amountOut, reserveIn, reserveOut, out ulong amountIn))
        {
            return amountOut >= reserveOut || (BigInteger)reserveIn * amountOut / (reserveOut - amountOut) * 10_000 / 9_975 >= ulong.MaxValue - 2;
        }

        // The program rounds what is below half an atom to nothing, so that the smallest amounts prove nothing.
        return amountIn < 400 || amountOut == 0 || (ConstantProduct.AmountOut(amountIn, reserveIn, reserveOut) >= amountOut
            && ConstantProduct.AmountOut(amountIn - 2, reserveIn, reserveOut) < amountOut);
    });

    private static void Tabulate(JsonElement transaction, JsonElement log, JsonElement decoded, StringBuilder chain, StringBuilder ours)
    {
        ulong amountIn = U64(decoded, "amount_in"), coin = U64(decoded, "pool_coin"), pc = U64(decoded, "pool_pc");
        bool buysCoin = U64(decoded, "direction") == RaySwap.QuoteToBase;
        ulong amountOut = buysCoin ? ConstantProduct.AmountOut(amountIn, pc, coin) : ConstantProduct.AmountOut(amountIn, coin, pc);
        (ulong coinAfter, ulong pcAfter) = buysCoin ? (coin - amountOut, pc + amountIn) : (coin + amountIn, pc - amountOut);
        string head = $"{(buysCoin ? "pc->coin" : "coin->pc"),-8} in {amountIn,15}";
        chain.Append(head).Append($" out {U64(decoded, "out_amount"),14} fee {U64(log.GetProperty("check"), "swap_fee"),11}")
            .Append($" coin {After(transaction, coin),16} pc {After(transaction, pc),16}\n");
        ours.Append(head).Append($" out {amountOut,14} fee {ConstantProduct.Fee(amountIn),11} coin {coinAfter,16} pc {pcAfter,16}\n");
    }

    /// <summary>What the vault that held so much before the transaction holds after it.</summary>
    private static string After(JsonElement transaction, ulong before) => transaction.GetProperty("vaults").EnumerateArray()
        .Single(vault => vault.GetProperty("pre").GetString() == before.ToString(System.Globalization.CultureInfo.InvariantCulture)).GetProperty("post").GetString()!;

    private static ulong U64(JsonElement element, string name) => element.GetProperty(name).GetUInt64();

    /// <summary>The program's: up, but nothing for what is below a half.</summary>
    private static BigInteger Ceiling(BigInteger dividend, BigInteger divisor) =>
        dividend * 2 < divisor ? 0 : BigInteger.DivRem(dividend, divisor, out BigInteger rest) + (rest > 0 ? 1 : 0);
}
