using System.Buffers.Binary;
using LowLatency.Positions;

namespace LowLatency.Simulation.Solana;

/// <summary>What one transaction did to a pool, in atoms.</summary>
internal readonly record struct RayLog
{
    private const byte SwapBaseIn = 3;
    private const byte WithdrawType = 2;
    private const int SwapBytes = 57;
    private const int WithdrawBytes = 89;
    private const ulong PcToCoin = 1;
    private const ulong CoinToPc = 2;
    private const ulong SlippageDivisor = 100;

    private readonly ulong _coin;
    private readonly ulong _pc;
    private readonly ulong _coinAfter;
    private readonly ulong _pcAfter;

    private RayLog(ulong coin, ulong pc, ulong coinAfter, ulong pcAfter) =>
        (_coin, _pc, _coinAfter, _pcAfter) = (coin, pc, coinAfter, pcAfter);

    /// <summary>One reserve up, the other down; a withdrawal otherwise.</summary>
    public bool IsSwap => _coinAfter > _coin != _pcAfter > _pc;

    /// <summary>
    /// What lies between two observations, where that is exactly one swap or one withdrawal; several swaps between two
    /// rows have no log, as their order and amounts are lost.
    /// </summary>
    public static RayLog? Between((ulong Coin, ulong Pc) before, (ulong Coin, ulong Pc) after)
    {
        bool one = (before, after) switch
        {
            _ when after.Coin > before.Coin && after.Pc < before.Pc =>
                ConstantProduct.AmountOut(after.Coin - before.Coin, before.Coin, before.Pc) == before.Pc - after.Pc,
            _ when after.Pc > before.Pc && after.Coin < before.Coin =>
                ConstantProduct.AmountOut(after.Pc - before.Pc, before.Pc, before.Coin) == before.Coin - after.Coin,
            _ => after.Coin < before.Coin && after.Pc < before.Pc,
        };
        return one ? new RayLog(before.Coin, before.Pc, after.Coin, after.Pc) : null;
    }

    /// <summary>The line's base64.</summary>
    public string Text(SolanaPool pool)
    {
        Span<byte> log = stackalloc byte[WithdrawBytes];
        log.Clear();
        if (!IsSwap)
        {
            // The share of the LP supply follows from the coin side.
            ulong burned = (ulong)((UInt128)pool.LpAmount * (_coin - _coinAfter) / _coin);
            log[0] = WithdrawType;
            Put(log[1..], burned, burned, _coin, _pc, pool.LpAmount, _coin, 0, _pc, 0, _coin - _coinAfter, _pc - _pcAfter);
            return Convert.ToBase64String(log);
        }

        bool buys = _pcAfter > _pc;
        (ulong amountIn, ulong amountOut) = buys ? (_pcAfter - _pc, _coin - _coinAfter) : (_coinAfter - _coin, _pc - _pcAfter);
        log[0] = SwapBaseIn;
        Put(log[1..], amountIn, amountOut - (amountOut / SlippageDivisor), buys ? PcToCoin : CoinToPc, amountIn, _coin, _pc, amountOut);
        return Convert.ToBase64String(log[..SwapBytes]);
    }

    /// <summary>A swap of a thousandth of the pc side, as attempted before the one that went through.</summary>
    public RayLog Attempt() => new(_coin, _pc, _coin - ConstantProduct.AmountOut(_pc / 1000, _pc, _coin), _pc + (_pc / 1000));

    private static void Put(Span<byte> target, params ReadOnlySpan<ulong> values)
    {
        foreach (ulong value in values)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(target, value);
            target = target[sizeof(ulong)..];
        }
    }
}
