using System.Globalization;
using System.Text.Json;
using LowLatency.Feed.Solana;

namespace LowLatency.Host;

/// <summary>ray_logs under the member names of Raydium's program; all integers as numbers.</summary>
internal static class RayLogJson
{
    public static void Write(Utf8JsonWriter json, in RayLog log)
    {
        json.WriteNumber("log_type"u8, (byte)log.Kind);
        switch (log.Kind)
        {
            case RayLogKind.Init:
                WriteInit(json, log.Init());
                break;
            case RayLogKind.Deposit:
                WriteDeposit(json, log.Deposit());
                break;
            case RayLogKind.Withdraw:
                WriteWithdraw(json, log.Withdraw());
                break;
            default:
                WriteSwap(json, log.Swap());
                break;
        }
    }

    private static void WriteInit(Utf8JsonWriter json, in RayInit init)
    {
        json.WriteNumber("time"u8, init.TimeS);
        json.WriteNumber("pc_decimals"u8, init.PcDecimals);
        json.WriteNumber("coin_decimals"u8, init.CoinDecimals);
        json.WriteNumber("pc_lot_size"u8, init.PcLotSize);
        json.WriteNumber("coin_lot_size"u8, init.CoinLotSize);
        json.WriteNumber("pc_amount"u8, init.PcAmount);
        json.WriteNumber("coin_amount"u8, init.CoinAmount);
    }

    private static void WriteDeposit(Utf8JsonWriter json, in RayDeposit deposit)
    {
        json.WriteNumber("max_coin"u8, deposit.MaxCoin);
        json.WriteNumber("max_pc"u8, deposit.MaxPc);
        json.WriteNumber("base"u8, deposit.Base);
        json.WriteNumber("pool_coin"u8, deposit.PoolCoin);
        json.WriteNumber("pool_pc"u8, deposit.PoolPc);
        json.WriteNumber("pool_lp"u8, deposit.PoolLp);
        WriteWide(json, "calc_pnl_x"u8, deposit.CalcPnlX);
        WriteWide(json, "calc_pnl_y"u8, deposit.CalcPnlY);
        json.WriteNumber("deduct_coin"u8, deposit.DeductCoin);
        json.WriteNumber("deduct_pc"u8, deposit.DeductPc);
        json.WriteNumber("mint_lp"u8, deposit.MintLp);
    }

    private static void WriteWithdraw(Utf8JsonWriter json, in RayWithdraw withdraw)
    {
        json.WriteNumber("withdraw_lp"u8, withdraw.WithdrawLp);
        json.WriteNumber("user_lp"u8, withdraw.UserLp);
        json.WriteNumber("pool_coin"u8, withdraw.PoolCoin);
        json.WriteNumber("pool_pc"u8, withdraw.PoolPc);
        json.WriteNumber("pool_lp"u8, withdraw.PoolLp);
        WriteWide(json, "calc_pnl_x"u8, withdraw.CalcPnlX);
        WriteWide(json, "calc_pnl_y"u8, withdraw.CalcPnlY);
        json.WriteNumber("out_coin"u8, withdraw.OutCoin);
        json.WriteNumber("out_pc"u8, withdraw.OutPc);
    }

    private static void WriteSwap(Utf8JsonWriter json, in RaySwap swap)
    {
        if (swap.IsExactOut)
        {
            json.WriteNumber("max_in"u8, swap.Limit);
            json.WriteNumber("amount_out"u8, swap.AmountOut);
        }
        else
        {
            json.WriteNumber("amount_in"u8, swap.AmountIn);
            json.WriteNumber("minimum_out"u8, swap.Limit);
        }

        json.WriteNumber("direction"u8, swap.Direction);
        json.WriteNumber("user_source"u8, swap.UserSource);
        json.WriteNumber("pool_coin"u8, swap.PoolCoin);
        json.WriteNumber("pool_pc"u8, swap.PoolPc);
        if (swap.IsExactOut)
        {
            json.WriteNumber("deduct_in"u8, swap.AmountIn);
        }
        else
        {
            json.WriteNumber("out_amount"u8, swap.AmountOut);
        }
    }

    private static void WriteWide(Utf8JsonWriter json, ReadOnlySpan<byte> name, UInt128 value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(value.ToString(CultureInfo.InvariantCulture));
    }
}
