using LowLatency.Feed;
using LowLatency.Feed.Solana;

namespace LowLatency.Fuzz.Targets;

/// <summary>Reads every ray_log of a message, and every property of each.</summary>
internal static class RayLogViews
{
    public static void Read(in PubSubMessage message, int length)
    {
        Span<byte> bytes = stackalloc byte[RayLog.MaxBytes];
        int lines = 0;
        for (RayLogReader logs = message.RayLogs; logs.TryRead(out ReadOnlySpan<byte> base64); lines++)
        {
            Invariant.Hold(lines < length, "the ray_logs do not end");
            if (RayLog.TryDecode(base64, bytes, out RayLog log) == RejectReason.None)
            {
                Touch(log);
                _ = ReservesAfter.TryTell(log, out _);
            }
        }
    }

    private static void Touch(in RayLog log)
    {
        switch (log.Kind)
        {
            case RayLogKind.Init:
                RayInit init = log.Init();
                _ = init.TimeS ^ init.PcDecimals ^ init.CoinDecimals ^ init.PcLotSize ^ init.CoinLotSize ^ init.PcAmount ^ init.CoinAmount;
                _ = init.Market.ToString();
                break;
            case RayLogKind.Deposit:
                RayDeposit deposit = log.Deposit();
                _ = deposit.MaxCoin ^ deposit.MaxPc ^ deposit.Base ^ deposit.PoolLp ^ deposit.MintLp;
                _ = deposit.CalcPnlX ^ deposit.CalcPnlY;
                break;
            case RayLogKind.Withdraw:
                RayWithdraw withdraw = log.Withdraw();
                _ = withdraw.WithdrawLp ^ withdraw.UserLp ^ withdraw.PoolLp;
                _ = withdraw.CalcPnlX ^ withdraw.CalcPnlY;
                break;
            default:
                RaySwap swap = log.Swap();
                _ = swap.AmountIn ^ swap.AmountOut ^ swap.Limit ^ swap.UserSource;
                Invariant.Hold(swap.Direction is RaySwap.BaseToQuote or RaySwap.QuoteToBase, "a direction that there is not");
                break;
        }
    }
}
