namespace LowLatency.Feed.Solana;

/// <summary>What a pool holds after what its log tells: the log has the reserves from before, and what came and went.</summary>
public static class ReservesAfter
{
    /// <summary>False for an opening, which tells no reserves of its own kind, and for sums that no pool can hold.</summary>
    public static bool TryTell(in RayLog log, out PoolReserves reserves)
    {
        reserves = default;
        switch (log.Kind)
        {
            case RayLogKind.SwapBaseIn or RayLogKind.SwapBaseOut:
                RaySwap swap = log.Swap();
                return swap.Direction == RaySwap.BaseToQuote
                    ? TryMove(swap.PoolCoin, swap.AmountIn, 0, swap.PoolPc, 0, swap.AmountOut, ref reserves)
                    : TryMove(swap.PoolCoin, 0, swap.AmountOut, swap.PoolPc, swap.AmountIn, 0, ref reserves);
            case RayLogKind.Deposit:
                RayDeposit deposit = log.Deposit();
                return TryMove(deposit.PoolCoin, deposit.DeductCoin, 0, deposit.PoolPc, deposit.DeductPc, 0, ref reserves);
            case RayLogKind.Withdraw:
                RayWithdraw withdraw = log.Withdraw();
                return TryMove(withdraw.PoolCoin, 0, withdraw.OutCoin, withdraw.PoolPc, 0, withdraw.OutPc, ref reserves);
            default:
                return false;
        }
    }

    private static bool TryMove(ulong coin, ulong coinIn, ulong coinOut, ulong pc, ulong pcIn, ulong pcOut, ref PoolReserves reserves)
    {
        Int128 coinAfter = (Int128)coin + coinIn - coinOut;
        Int128 pcAfter = (Int128)pc + pcIn - pcOut;
        if (coinAfter < 0 || pcAfter < 0 || coinAfter > ulong.MaxValue || pcAfter > ulong.MaxValue)
        {
            return false;
        }

        reserves = new PoolReserves((ulong)coinAfter, (ulong)pcAfter);
        return true;
    }
}
